import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { businessDate, documentId, envelope, instant, revision, streamSeq } from '@potok/retail/fields';
import { commonDecision, decidedLine } from './decided-line';
import { receiptMeaning } from './receipt-meaning';
import { exampleReceipt } from './receipt-registered.v1';
import { receiptsTopic } from './topics';

const schema = z.object({
  ...envelope,
  documentId,
  revision,
  decisionNo: z.int().min(1).describe('1, 2, … per revision'),
  receiptSeq: streamSeq.describe(
    'Sequence, on this stream, of the receipt event whose lines are decided anew',
  ),
  catalogueVersion: z.int().min(0).describe('Version of the catalogue that the decision read'),
  reason: z
    .enum(['barcodeLearned', 'linked', 'manual'])
    .describe(
      'What brought the decision: a code was learned; the receipt that it names came later; a person decided',
    ),
  decidedBy: z
    .string()
    .max(100)
    .optional()
    .describe('Opaque id of the person or program that decided, of `manual`'),
  ledgerAt: instant.optional().describe('When the goods moved; absent = as the receipt says'),
  businessDate: businessDate.optional().describe('Business date of the receipt; stands beside ledgerAt'),
  meaning: receiptMeaning
    .optional()
    .describe("Takes the place of the receipt's; absent = it stays as it was"),
  ...commonDecision,
  lines: z
    .array(decidedLine)
    .max(500)
    .describe(
      'The lines that are decided anew; the others stay as they are. A person may add lines that the document has not, ' +
        'and decide about a receipt as a whole: then there are none',
    ),
});

/** Lines of an earlier receipt were decided anew, for example because their barcode was learned. */
export const linesDecidedV1 = declareEvent({
  name: 'retail.sales.lines-decided',
  version: 1,
  topic: receiptsTopic,
  description: 'Lines of a receipt were decided anew; follows the receipt on the same stream.',
  schema,
  mustUnderstand: true,
  example: {
    eventId: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/decided/1',
    storeId: 'store-0007',
    storeNo: 7,
    streamEpoch: 1,
    streamSeq: 5300,
    rootSeq: 4711,
    cause: null,
    recordedAt: '2026-03-02T11:00:00.000Z',
    causeRecordedAt: null,
    documentId: exampleReceipt.documentId,
    revision: 1,
    decisionNo: 1,
    receiptSeq: 4102,
    catalogueVersion: 9,
    reason: 'barcodeLearned',
    ruleVersion: 1,
    locationId: 'store-0007',
    locationNo: 7,
    lines: [exampleReceipt.lines[0]],
  },
});
export type LinesDecidedV1 = z.infer<typeof schema>;
