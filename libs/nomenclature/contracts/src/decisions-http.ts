import { z } from 'zod';
import {
  amountKopecks,
  businessDate,
  documentId,
  instant,
  locationId,
  productId,
  quantityMilli,
  revision,
  storeId,
  streamSeq,
} from '@potok/retail/fields';
import { recognition } from './decided-line';

export const undecidedWhy = z
  .enum(['correction', 'buying', 'failed', 'other'])
  .describe(
    'correction = linked to nothing; buying = bought from a person, or that taken back; failed = the fiscal drive did ' +
      'not take it; other = the rules know no effect of such a line',
  );
export type UndecidedWhy = z.infer<typeof undecidedWhy>;

const lineOfReceipt = {
  storeId,
  documentId,
  receiptSeq: streamSeq.describe('Sequence of the receipt on retail.sales.receipts.v1'),
  lineNo: z.int().min(0).describe('Line of the document; 0 = a receipt without lines'),
  productId: productId.nullable().describe('What is decided so far; null = a receipt without lines'),
  productName: z.string().nullable(),
  quantityMilli: z.int().describe('Thousandths, as decided so far'),
  amountKopecks,
  recordedAt: instant,
};

export const undecidedLine = z.object({
  ...lineOfReceipt,
  why: undecidedWhy,
  operation: z.string().describe('Operation (1054)'),
  businessDate,
});
export const unmatchedLine = z.object({
  ...lineOfReceipt,
  kind: z.string().describe('What the register sent: barcode, article, externalCode, name'),
  key: z.string().describe('The code itself'),
});

const sums = {
  lines: z.int().describe('Lines that fit the filter, on all pages'),
  receipts: z.int().describe('Their receipts'),
  amountKopecks: z.int().describe('Their amounts'),
};
export const linesSums = z.object(sums);
export type LinesSums = z.infer<typeof linesSums>;

const page = {
  sums: linesSums,
  next: z.string().nullable().describe('`after` of the next page; null = the last'),
};
export const undecidedLines = z.object({ lines: z.array(undecidedLine), ...page });
export type UndecidedLinesPage = z.infer<typeof undecidedLines>;
export const unmatchedLines = z.object({ lines: z.array(unmatchedLine), ...page });
export type UnmatchedLinesPage = z.infer<typeof unmatchedLines>;

const personsEffect = z
  .enum(['out', 'in', 'none'])
  .describe('What it does to the stock: a person does not answer `unknown`');
const reason = z.string().min(1).max(500).describe('Why; kept beside the decision, never published');

export const manualLine = z.strictObject({
  lineNo: z
    .int()
    .min(1)
    .max(10_000)
    .describe('A line of the receipt, or a new one of a receipt that has too few'),
  stockEffect: personsEffect.optional(),
  recognition: recognition.optional(),
  productId: productId.optional().describe('Which product it is'),
  quantityMilli: quantityMilli.optional().describe('In base units; absent = as decided before'),
  amountKopecks: amountKopecks.optional().describe('Of a new line'),
  locationId: locationId.optional().describe("Of a new line; absent = the store's default location"),
});
export type ManualLine = z.infer<typeof manualLine>;

export const manualDecision = z.strictObject({
  documentId,
  expectedDecisionNo: z
    .int()
    .min(0)
    .optional()
    .describe('Refused when the receipt has been decided anew since; absent = whatever came before'),
  stockEffect: personsEffect.optional().describe('Of every line that is unknown so far'),
  recognition: recognition.optional().describe('Of every line that is unknown so far'),
  lines: z
    .array(manualLine)
    .max(500)
    .default([])
    .describe('Single lines; they go before what is said of all'),
  saleDocumentId: documentId.optional().describe('The receipt that it corrects, mends or returns'),
  reason,
});
export type ManualDecision = z.infer<typeof manualDecision>;

export const manualDecisions = z.strictObject({ decisions: z.array(manualDecision).min(1).max(200) });
export type ManualDecisions = z.infer<typeof manualDecisions>;

export const undecidedFilter = z.strictObject({
  storeId: storeId.optional(),
  why: undecidedWhy.optional(),
  operation: z.string().max(20).optional(),
  productId: productId.optional(),
  amountFromKopecks: z.int().optional().describe('Inclusive, of a line'),
  amountToKopecks: z.int().optional().describe('Inclusive, of a line'),
});
export type UndecidedFilter = z.infer<typeof undecidedFilter>;

export const bulkDecision = z.strictObject({
  filter: undecidedFilter.describe('Which undecided receipts; every one that has such a line'),
  stockEffect: personsEffect,
  recognition: recognition.optional(),
  reason,
  limit: z.int().min(1).max(200).default(200).describe('Receipts decided by one request at most'),
});
export type BulkDecision = z.infer<typeof bulkDecision>;

export const decisionResult = z.object({
  documentId,
  outcome: z
    .enum(['decided', 'unchanged', 'refused'])
    .describe('unchanged = it is so already: a repeat of a request does nothing'),
  code: z
    .enum([
      'receiptUnknown',
      'receiptEnded',
      'decidedMeanwhile',
      'productUnknown',
      'lineIncomplete',
      'locationUnknown',
      'saleUnknown',
      'lineRepeats',
    ])
    .nullable()
    .describe('Why it was refused'),
  message: z.string().nullable(),
  revision: revision.nullable(),
  decisionNo: z.int().nullable().describe('Number of the last decision about the revision'),
  streamSeq: streamSeq.nullable().describe('Of the last event that carries the decision'),
});
export type DecisionResult = z.infer<typeof decisionResult>;
export type DecisionRefusal = NonNullable<DecisionResult['code']>;

export const decisionResults = z.object({
  results: z.array(decisionResult),
  more: z.boolean().describe('Of a filter: more receipts fit it'),
});
export type DecisionResults = z.infer<typeof decisionResults>;

export const decisionHistory = z.object({
  decisions: z.array(
    z.object({
      revision,
      decisionNo: z.int(),
      decidedBy: z.string(),
      decidedAt: instant,
      reason: z.string(),
    }),
  ),
});
