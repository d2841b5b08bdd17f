import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { documentEventFields, documentRegisteredV1 } from './document-registered.v1';
import { documentsTopic } from './topics';

const schema = z.object(documentEventFields);

/** A later revision of a document, after the revision that it replaces and on the same stream. */
export const documentRevisedV1 = declareEvent({
  name: 'retail.register.document-revised',
  version: 1,
  topic: documentsTopic,
  description: 'A document was bound to another identity, enriched, remapped, merged or withdrawn.',
  schema,
  mustUnderstand: true,
  example: {
    ...(documentRegisteredV1.example as object),
    eventId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/2/revised/0',
    streamSeq: 4720,
    rootSeq: 4720,
    revision: 2,
    revisionKind: 'bound',
  },
});
export type DocumentRevisedV1 = z.infer<typeof schema>;
