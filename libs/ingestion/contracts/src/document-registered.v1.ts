import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { documentId, envelope, revision } from '@potok/retail/fields';
import { canonicalDocument } from '@potok/retail/document/canonical-document';
import { repost, revisionKind } from '@potok/retail/document/codes';
import { exampleDocument } from '@potok/retail/document/example';
import { documentsTopic } from './topics';

/** Fields of every event about a register document. `document` stands last: later events splice its bytes. */
export const documentEventFields = {
  ...envelope,
  documentId,
  revision,
  revisionKind,
  repost,
  documentHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the bytes of `document`, the same in every later event'),
  document: canonicalDocument.describe('The canonical document, without personal data'),
};

const schema = z.object(documentEventFields);

/** A register document was archived: revision 1. */
export const documentRegisteredV1 = declareEvent({
  name: 'retail.register.document-registered',
  version: 1,
  topic: documentsTopic,
  description: 'A register document was archived and numbered; its first revision.',
  schema,
  mustUnderstand: true,
  example: {
    eventId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/registered/0',
    storeId: 'store-0007',
    storeNo: 7,
    streamEpoch: 1,
    streamSeq: 4711,
    rootSeq: 4711,
    cause: null,
    recordedAt: '2026-03-02T09:15:01.300Z',
    causeRecordedAt: null,
    documentId: exampleDocument.documentId,
    revision: 1,
    revisionKind: 'original',
    repost: 'none',
    documentHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    document: exampleDocument,
  },
});
export type DocumentRegisteredV1 = z.infer<typeof schema>;
