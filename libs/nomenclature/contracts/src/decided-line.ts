import { z } from 'zod';
import {
  amountKopecks,
  integerTwin,
  locationId,
  productId,
  quantityMilli,
  ratio,
} from '@potok/retail/fields';

export const stockEffect = z
  .enum(['out', 'in', 'none', 'unknown'])
  .describe('What the line does to the stock; unknown until linked or decided by a person: posts nothing');
export type StockEffect = z.infer<typeof stockEffect>;

export const recognition = z
  .enum(['sale', 'advance', 'transferAgainstAdvance', 'credit', 'creditPayment', 'agent', 'none'])
  .describe('How the line counts as turnover');
export type Recognition = z.infer<typeof recognition>;

export const matchedBy = z
  .enum(['barcode', 'article', 'externalCode', 'person', 'none'])
  .describe('What led to the product; none = an unmatched product stands for it');

/** What holds for all lines of an event unless a line says otherwise. */
export const commonDecision = {
  ruleVersion: z.int().min(1).describe('Version of the rules that decided effect and recognition'),
  locationId: locationId.optional().describe('Stock location of the lines; absent where there are none'),
  locationNo: integerTwin.optional(),
};

/**
 * What was decided about one line. The quantity is in base units: quantity of the document × coefficient. What is the
 * same for nearly all lines is left out: it costs every reader of every receipt.
 */
export const decidedLine = z.object({
  lineNo: z.int().min(1).describe('Line of the document'),
  productId,
  productNo: integerTwin,
  coefficient: ratio.optional().describe('Base units in one unit of the code that was sold; absent = 1'),
  quantityMilli: quantityMilli.describe('In thousandths of the base unit of the product'),
  amountKopecks: amountKopecks.describe('Amount of the line, as in the document'),
  stockEffect,
  recognition,
  matchedBy,
  saleLineNo: z
    .int()
    .min(1)
    .optional()
    .describe('Of a return, mending or correction: the line of the linked receipt; absent = not found'),
  ruleVersion: z.int().min(1).optional().describe("Absent = the event's"),
  locationId: locationId.optional().describe("Absent = the event's"),
  locationNo: integerTwin.optional().describe("Absent = the event's"),
});
export type DecidedLine = z.infer<typeof decidedLine>;

/** With everything stated: as it is decided and stored. */
export type WholeDecidedLine = {
  readonly [Member in keyof Omit<DecidedLine, 'saleLineNo'>]-?: NonNullable<DecidedLine[Member]>;
} & { readonly saleLineNo?: number | undefined };
