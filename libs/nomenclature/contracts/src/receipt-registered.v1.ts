import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { canonicalDocument } from '@potok/retail/document/canonical-document';
import { repost, revisionKind } from '@potok/retail/document/codes';
import { exampleDocument } from '@potok/retail/document/example';
import { revisionMove } from '@potok/retail/document/revision-move';
import {
  businessDate,
  documentId,
  envelope,
  instant,
  legalEntityId,
  registerId,
  revision,
} from '@potok/retail/fields';
import { commonDecision, decidedLine } from './decided-line';
import { receiptMeaning } from './receipt-meaning';
import { receiptsTopic } from './topics';

/**
 * Fields before `document` are sufficient for the ledger: a consumer that needs no more may stop reading at
 * `"document":`, which is always the last member and stands in no earlier value.
 */
export const receiptEventFields = {
  ...envelope,
  documentId,
  revision,
  revisionKind,
  repost,
  decisionNo: z.int().min(0).describe('0 = the first decision about this revision'),
  catalogueVersion: z.int().min(0).describe('Version of the catalogue that the decision read'),
  registerId,
  legalEntityId,
  occurredAt: instant,
  ledgerAt: instant,
  businessDate,
  documentHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the bytes of `document`'),
  movedFrom: revisionMove
    .optional()
    .describe('Of `remapped`: the stream that the document stood on before, and what it was there'),
  movedTo: revisionMove.optional().describe('Of `withdrawn`, where it goes on in another store'),
  survivorId: documentId.optional().describe('Of `merged`: the document that stands for this one'),
  meaning: receiptMeaning
    .optional()
    .describe('What the receipt is as a whole; absent = an ordinary purchase'),
  ...commonDecision,
  lines: z
    .array(decidedLine)
    .describe(
      'What was decided about each line; of a document that was withdrawn or merged: nothing moves, nothing counts',
    ),
  document: canonicalDocument.describe('The canonical document, in the bytes of the register topic'),
};

const schema = z.object(receiptEventFields);

export const exampleReceipt = {
  eventId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/decided/0',
  storeId: 'store-0007',
  storeNo: 7,
  streamEpoch: 1,
  streamSeq: 4102,
  rootSeq: 4711,
  cause: { topic: 'retail.register.documents.v1', epoch: 1, seq: 4711 },
  recordedAt: '2026-03-02T09:15:01.450Z',
  causeRecordedAt: '2026-03-02T09:15:01.300Z',
  documentId: exampleDocument.documentId,
  revision: 1,
  revisionKind: 'original',
  repost: 'none',
  decisionNo: 0,
  catalogueVersion: 3,
  registerId: 'store-0007-1',
  legalEntityId: 'ooo-romashka',
  occurredAt: '2026-03-02T09:15:00.000Z',
  ledgerAt: '2026-03-02T09:15:00.000Z',
  businessDate: '2026-03-02',
  documentHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ruleVersion: 1,
  locationId: 'store-0007',
  locationNo: 7,
  lines: [
    {
      lineNo: 1,
      productId: 'p-10001',
      productNo: 1,
      quantityMilli: 2000,
      amountKopecks: 17_980,
      stockEffect: 'out',
      recognition: 'sale',
      matchedBy: 'barcode',
    },
    {
      lineNo: 2,
      productId: 'p-10017',
      productNo: 17,
      quantityMilli: 1000,
      amountKopecks: 8000,
      stockEffect: 'out',
      recognition: 'sale',
      matchedBy: 'article',
    },
  ],
  document: exampleDocument,
};

/** The first decision about a receipt: which products, which stock effect, which recognition. */
export const receiptRegisteredV1 = declareEvent({
  name: 'retail.sales.receipt-registered',
  version: 1,
  topic: receiptsTopic,
  description:
    'A receipt with what each of its lines is; the document in the same bytes as on the register topic.',
  schema,
  mustUnderstand: true,
  example: exampleReceipt,
});
export type ReceiptRegisteredV1 = z.infer<typeof schema>;
