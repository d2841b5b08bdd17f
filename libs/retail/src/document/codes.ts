import { z } from 'zod';

/** Closed and open code lists of the register document (register-document §5), each written once. */

export const documentTypes = [
  'receipt',
  'shiftOpened',
  'shiftClosed',
  'cashMovement',
  'nonFiscal',
  'stockDocument',
  'fnEvent',
  'tillEvent',
  'other',
] as const;
export type DocumentType = (typeof documentTypes)[number];

export const receiptForm = z.enum(['receipt', 'strictForm', 'correction', 'strictFormCorrection']);
export type ReceiptForm = z.infer<typeof receiptForm>;

export const operation = z
  .enum(['sale', 'return', 'buy', 'buyReturn'])
  .describe(
    'Operation (1054): sale = приход, return = возврат прихода, buy = расход, buyReturn = возврат расхода',
  );
export type Operation = z.infer<typeof operation>;

export const fiscalState = z
  .enum(['fiscal', 'pending', 'nonFiscal', 'failed', 'training'])
  .describe('training = a МГМ drive: archived, never published as a sale');
export type FiscalState = z.infer<typeof fiscalState>;

export const businessState = z
  .enum(['completed', 'cancelled', 'deferred'])
  .describe('cancelled and deferred receipts never move stock');
export type BusinessState = z.infer<typeof businessState>;

export const lineState = z.enum(['sold', 'voided']).describe('voided lines are out of all sums');

export const fiscalKind = z
  .enum(['cash', 'electronic', 'prepaid', 'credit', 'provision', 'none'])
  .describe('cash 1031, electronic 1081, prepaid 1215, credit 1216, provision 1217');

export const instruments = [
  'card',
  'sbp',
  'digitalRuble',
  'giftCard',
  'bonus',
  'bnpl',
  'eCertificate',
  'other',
] as const;

export const vatRates = [
  'none',
  '0',
  '5',
  '7',
  '10',
  '18',
  '20',
  '22',
  '5/105',
  '7/107',
  '10/110',
  '18/118',
  '20/120',
  '22/122',
  'unknown',
] as const;
export const vatRate = z
  .enum(vatRates)
  .describe('VAT rate in per cent, its calculated form, none, or unknown with rawCode beside it');
export type VatRate = z.infer<typeof vatRate>;

export const disposition = z
  .enum(['shelf', 'defect', 'supplier', 'destroy', 'unknown'])
  .describe('Where a returned thing goes');

export const returnMethod = z
  .enum(['scanned', 'manual', 'matched', 'none'])
  .describe('How the sale was found');

export const findingCodes = [
  'totalMismatch',
  'lineMismatch',
  'paymentMismatch',
  'clockImplausible',
  'clockMoved',
  'quantityRounded',
  'quantityZero',
  'linesMissing',
  'priceFraction',
  'priceImplausible',
  'amountRounded',
  'unknownCode',
  'unknownType',
  'textRemoved',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export const finding = z
  .object({
    code: z.enum(findingCodes).describe('Code of the finding'),
    lineNo: z.int().nullable().describe('The line it is about; null = the document'),
    field: z.string().nullable().describe('The field it is about; null = none in particular'),
  })
  .describe('What was noticed and did not refuse the document');
export type Finding = z.infer<typeof finding>;

export const revisionKind = z
  .enum(['original', 'bound', 'enriched', 'remapped', 'merged', 'withdrawn', 'replaced'])
  .describe(
    'Why there is this revision. bound = a further identity; enriched = a further copy said more; replaced = of two ' +
      'copies that contradict each other a person chose the later one; remapped = it comes from another store; ' +
      'merged = another document stands for this one, withdrawn = it counts no more: after these two nothing of it stands',
  );
export const repost = z
  .enum(['none', 'lines'])
  .describe('lines = reverse what the revision before posted and post anew; none = nothing to do');
