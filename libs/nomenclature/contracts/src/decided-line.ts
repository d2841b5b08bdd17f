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
  .enum(['barcode', 'article', 'externalCode', 'none'])
  .describe('What led to the product; none = an unmatched product stands for it');

/** What was decided about one line. The quantity is in base units: quantity of the document × coefficient. */
export const decidedLine = z.object({
  lineNo: z.int().min(1).describe('Line of the document'),
  productId,
  productNo: integerTwin,
  coefficient: ratio,
  quantityMilli: quantityMilli.describe('In thousandths of the base unit of the product'),
  amountKopecks: amountKopecks.describe('Amount of the line, as in the document'),
  stockEffect,
  recognition,
  matchedBy,
  ruleVersion: z.int().min(1).describe('Version of the rules that decided effect and recognition'),
  locationId,
  locationNo: integerTwin,
});
export type DecidedLine = z.infer<typeof decidedLine>;
