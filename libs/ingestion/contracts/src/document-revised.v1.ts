import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { documentId } from '@potok/retail/fields';
import { revisionMove } from '@potok/retail/document/revision-move';
import { documentEventFields, documentRegisteredV1 } from './document-registered.v1';
import { documentsTopic } from './topics';

const { document, ...prefix } = documentEventFields;
const schema = z.object({
  ...prefix,
  movedFrom: revisionMove
    .optional()
    .describe(
      'Of `remapped`: where the document stood before. Its withdrawal is on the stream of that store',
    ),
  movedTo: revisionMove
    .optional()
    .describe('Of `withdrawn`: where the document stands now. It is on the stream of that store, whole'),
  survivorId: documentId.optional().describe('Of `merged`: the document that stands for this one'),
  mergedId: documentId
    .optional()
    .describe('Of `bound` or `enriched` by a merger: the document joined to this one'),
  document,
});

/**
 * A later revision of a document. Each is sufficient in itself: it holds the whole document, and what
 * `repost: lines` reverses is what the revision before it, on the same stream, posted. A document that moves to another
 * store is withdrawn on the one stream and begins on the other by `remapped`: the two may be read in any order.
 */
export const documentRevisedV1 = declareEvent({
  name: 'retail.register.document-revised',
  version: 1,
  topic: documentsTopic,
  description: 'A document was bound to another identity, enriched, replaced, remapped, merged or withdrawn.',
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
