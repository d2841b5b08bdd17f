import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import {
  businessDate,
  documentId,
  envelope,
  instant,
  integerTwin,
  locationId,
  productId,
  revision,
} from '@potok/retail/fields';
import { amountKopecks } from '@potok/retail/fields';
import { accountKind } from './account';
import { movementsTopic } from './topics';

export const movementSeq = z
  .int()
  .min(1)
  .describe('Number of the movement in its store: 1, 2, 3 … without holes');

export const movement = z.object({
  movementId: z.string().describe('documentId/revision/lineNo/decisionNo/leg'),
  movementSeq,
  lineNo: z.int().min(1).describe('Line of the document'),
  leg: z.int().min(0).describe('0 = the line itself or the reversal; 1 = posted anew'),
  productId,
  productNo: integerTwin,
  locationId,
  locationNo: integerTwin,
  debit: accountKind.describe('Account that gains'),
  credit: accountKind.describe('Account that gives'),
  quantityMilli: z.int().min(0).describe('Thousandths of the base unit'),
  amountKopecks: amountKopecks.describe('Retail value of the line'),
  costKopecks: amountKopecks.nullable().describe('Cost; null = not known'),
  reverses: movementSeq.nullable().describe('The movement that this one reverses or replaces'),
});
export type Movement = z.infer<typeof movement>;

export const postingKind = z
  .enum(['receipt', 'rematch', 'delivery', 'revision'])
  .describe(
    'What was posted: a receipt; lines of it that were decided anew; a delivery; a later revision of a receipt, which ' +
      'takes back what stood of it',
  );
export type PostingKind = z.infer<typeof postingKind>;

const schema = z.object({
  ...envelope,
  kind: postingKind,
  documentId: z.union([documentId, z.string().max(64)]).describe('Register document, or stock document'),
  revision,
  decisionNo: z.int().min(0).describe('The decision that was posted; 0 = the first'),
  ledgerAt: instant.describe('When the goods moved'),
  businessDate,
  part: z
    .object({
      index: z.int().min(1).describe('1, 2, …'),
      of: z.int().min(1).describe('How many events the document has'),
    })
    .describe('Events are split at 1,000 movements'),
  movements: z.array(movement).max(1000).describe('Movements in the order of movementSeq'),
});

/** The movements of one document were posted. A document without stock effect posts none and publishes nothing. */
export const movementsPostedV1 = declareEvent({
  name: 'retail.stock.movements-posted',
  version: 1,
  topic: movementsTopic,
  description: 'Movements of one register or stock document.',
  schema,
  mustUnderstand: true,
  example: {
    eventId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/posted/0/1',
    storeId: 'store-0007',
    storeNo: 7,
    streamEpoch: 1,
    streamSeq: 4090,
    rootSeq: 4711,
    cause: { topic: 'retail.sales.receipts.v1', epoch: 1, seq: 4102 },
    recordedAt: '2026-03-02T09:15:01.600Z',
    causeRecordedAt: '2026-03-02T09:15:01.450Z',
    kind: 'receipt',
    documentId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d',
    revision: 1,
    decisionNo: 0,
    ledgerAt: '2026-03-02T09:15:00.000Z',
    businessDate: '2026-03-02',
    part: { index: 1, of: 1 },
    movements: [
      {
        movementId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/1/0/0',
        movementSeq: 38_211,
        lineNo: 1,
        leg: 0,
        productId: 'p-10001',
        productNo: 1,
        locationId: 'store-0007',
        locationNo: 7,
        debit: 'customers',
        credit: 'stock',
        quantityMilli: 2000,
        amountKopecks: 17_980,
        costKopecks: null,
        reverses: null,
      },
    ],
  },
});
export type MovementsPostedV1 = z.infer<typeof schema>;
