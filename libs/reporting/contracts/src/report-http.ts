import { z } from 'zod';
import { fiscalKind, operation, vatRate } from '@potok/retail/document/codes';
import { businessDate, documentId, instant } from '@potok/retail/fields';
import { incompleteRegisters } from '@potok/retail/register-completeness';

/** Questions and answers of the report API: the same filters everywhere, every figure with its `asOf`. */

const kopecks = (what: string) => z.int().describe(`${what}; kopecks`);
const count = (what: string) => z.int().describe(what);

/** Several values in one parameter, separated by commas. */
function listOf(what: string, example: string) {
  return z
    .string()
    .max(4000)
    .transform((text) => text.split(',').map((value) => value.trim()))
    .optional()
    .describe(`${what}; several are separated by commas`)
    .meta({ examples: [example] });
}

function choicesOf<const Choice extends string>(what: string, choices: readonly Choice[]) {
  return z
    .string()
    .max(400)
    .transform((text) => text.split(',').map((value) => value.trim()))
    .pipe(z.array(z.enum(choices)))
    .describe(`${what}: ${choices.join(', ')}; several are separated by commas`)
    .meta({ examples: [choices[0]] });
}

export const reportPurposes = ['purchase', 'customerReturn', 'mendsError', 'correction'] as const;
export const discountOrigins = ['till', 'promotion', 'coupon', 'bonus', 'manual', 'other'] as const;
export const reportGroups = [
  'store',
  'date',
  'month',
  'register',
  'cashier',
  'legalEntity',
  'operation',
  'category',
  'product',
] as const;
export type ReportGroup = (typeof reportGroups)[number];

/** Which receipts a figure is made of. */
export const reportFilterFields = {
  from: businessDate.describe('First business date (for VAT: local date), inclusive'),
  to: businessDate.describe('Last business date (for VAT: local date), inclusive'),
  storeId: listOf('Stores; not stated = all that the caller may see', 'store-0007'),
  legalEntityId: listOf('Legal entities', 'ooo-romashka'),
  registerId: listOf('Registers', 'store-0007-1'),
  cashierRef: listOf('References of cashiers', 'c-7f3a9b'),
  productId: listOf('Products', 'p-10001'),
  categoryCode: listOf('Categories of the nomenclature', 'dairy'),
  operation: choicesOf('Operations', operation.options).optional(),
  purpose: choicesOf('What receipts are for', reportPurposes).optional(),
};

export const groupByField = choicesOf('What is told apart', reportGroups).optional();

/** What leads further down: from a figure of payments, of VAT, of one recognition to its receipts and lines. */
export const documentFilterFields = {
  by: z.enum(['business', 'local']).default('business').describe('The date that `from` and `to` bound'),
  fiscalKind: choicesOf('Kinds of payment', fiscalKind.options).optional(),
  instrument: listOf('Instruments of payment, together with fiscalKind', 'card'),
  discountOrigin: choicesOf('Receipts with a discount of these origins', discountOrigins).optional(),
  vatRate: choicesOf('Receipts with a line of these rates', vatRate.options).optional(),
  recognition: listOf('Receipts with a line that counts so: sale, advance, agent, …', 'advance'),
  counted: z
    .enum(['true', 'all'])
    .default('true')
    .describe('all = also receipts that count in no figure: withdrawn, cancelled, deferred'),
};

export const reportFormatFields = {
  format: z
    .enum(['json', 'ndjson', 'csv'])
    .default('json')
    .describe(
      'ndjson and csv hold everything, streamed; csv opens in Excel (ru-RU): UTF-8 with BOM, ; and decimal comma',
    ),
  headers: z
    .enum(['ru', 'en'])
    .default('ru')
    .describe(
      'Of a csv: ru = for people, headings and codes in Russian words, instants as local time of the store; en = names, codes and instants as in JSON answers',
    ),
};

/** As of when figures hold, and which registers may still add to them (design §5.11). */
export const reportAsOf = z.object({
  topic: z.string().describe('Topic whose sequences `stores` names'),
  recordedAt: instant.nullable().describe('Of the latest event that is counted'),
  stores: z.array(
    z.object({
      storeId: z.string(),
      streamSeq: z.int().min(0).describe('Everything of the store up to this event is counted'),
      rootSeq: z.int().min(0).describe('… which is everything up to this register document'),
      recordedAt: instant.nullable(),
    }),
  ),
  incompleteRegisters,
});
export type ReportAsOf = z.infer<typeof reportAsOf>;

/** What a row is about: the groups that were asked for, with names for people. Others are absent. */
const groupFields = {
  storeId: z.string().optional(),
  storeName: z.string().nullable().optional(),
  date: businessDate.optional(),
  month: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional(),
  registerId: z.string().optional(),
  registerName: z.string().nullable().optional(),
  cashierRef: z.string().optional().describe('Empty = no cashier is named'),
  legalEntityId: z.string().optional(),
  legalEntityName: z.string().nullable().optional(),
  operation: z.string().optional(),
  purpose: z.string().optional(),
  categoryCode: z.string().nullable().optional(),
  categoryName: z.string().nullable().optional(),
  productId: z.string().nullable().optional().describe('null = receipts that state no lines'),
  productName: z.string().nullable().optional(),
  article: z.string().nullable().optional(),
};

/** Money of sales: turnover is counted once, when the goods are handed over. */
const salesMoneyFields = {
  revenueKopecks: kopecks('Own turnover: sales less returns'),
  salesKopecks: kopecks('Own turnover without customer returns; what mends an error lowers it'),
  returnsKopecks: kopecks('Returned by customers'),
  discountKopecks: kopecks('Discounts that tills told of'),
  advanceKopecks: kopecks('Received in advance less given back: money, not turnover yet'),
  agentKopecks: kopecks('Sold for others: not own turnover'),
};

export const salesRow = z.object({
  ...groupFields,
  ...salesMoneyFields,
  lines: count('Lines of receipts, voided ones excluded'),
  receipts: count('Receipts of every operation').nullable().describe('null where products are told apart'),
  operations: count('Receipts of one sale count once').nullable(),
  purchases: count('Operations that are a purchase').nullable(),
  averageReceiptKopecks: kopecks('Turnover of purchases, divided by their number').nullable(),
  creditPaymentKopecks: kopecks('Paid for what was handed over on credit').nullable(),
  otherKopecks: kopecks('Lines that count as nothing yet').nullable(),
  roundingKopecks: kopecks('Rounded off').nullable(),
  unitemisedKopecks: kopecks('Of the turnover: receipts without lines').nullable(),
  totalKopecks: kopecks('Totals of all receipts, returns and purchases from people negative').nullable(),
  unexplainedKopecks: kopecks('Total less lines plus rounding: tills that do not add up').nullable(),
  soldMilli: z
    .int()
    .nullable()
    .describe('Sold, thousandths of the base unit; null where no product is told apart'),
  returnedMilli: z.int().nullable(),
});
export type SalesRow = z.infer<typeof salesRow>;

export const returnsRow = z.object({
  ...groupFields,
  returnsKopecks: salesMoneyFields.returnsKopecks,
  returnReceipts: count('Receipts by which customers returned something').nullable(),
  mendingReceipts: count('Receipts that mend an error: no customer returned anything').nullable(),
  salesKopecks: salesMoneyFields.salesKopecks,
});

export const discountsRow = z.object({
  ...groupFields,
  discountKopecks: salesMoneyFields.discountKopecks,
  revenueKopecks: salesMoneyFields.revenueKopecks,
  beforeDiscountKopecks: kopecks('Turnover and the discounts on it'),
});

export const discountOriginsRow = z.object({
  ...groupFields,
  discountOrigin: z.enum(discountOrigins).describe('Who gave it; other = what the till names otherwise'),
  discounts: count('Discounts on lines, voided ones excluded'),
  discountKopecks: salesMoneyFields.discountKopecks,
});

export const paymentsRow = z.object({
  ...groupFields,
  fiscalKind: z.string(),
  instrument: z.string().describe('Empty = not stated'),
  payments: count('Payments'),
  amountKopecks: kopecks('Received less given back'),
  cashOutKopecks: kopecks('Cash handed out with card purchases'),
});

export const vatRow = z.object({
  ...groupFields,
  rate: z.string(),
  receipts: count('Receipts with this rate'),
  turnoverKopecks: kopecks('Own turnover and advances of the rate, VAT included'),
  vatKopecks: kopecks('Tax: stated and derived'),
  derivedKopecks: kopecks('Of it worked out from amounts, because documents state none'),
});

export type PaymentsRow = z.infer<typeof paymentsRow>;
export type VatRow = z.infer<typeof vatRow>;

const receiptFields = {
  storeId: z.string(),
  receiptSeq: z.int().describe('Its sequence on retail.sales.receipts.v1'),
  rootSeq: z.int().nullable(),
  documentId,
  revision: z.int(),
  businessDate,
  localDate: businessDate,
  occurredAt: instant,
  registerId: z.string(),
  cashierRef: z.string(),
  legalEntityId: z.string(),
  operation: z.string(),
  purpose: z.string(),
  series: z.string().describe('scheme:series of its number, for example `fn:7380440800123456`'),
  seriesNumber: z.int().nullable().describe('Its number in the series, for example the ФД number'),
  shiftNumber: z.int().nullable(),
};

export const reportDocument = z.object({
  ...receiptFields,
  receiptNumber: z.int().nullable(),
  counted: z.boolean().describe('False = withdrawn, cancelled, deferred, training: in no figure'),
  operationCounted: z.boolean().describe('It stands for its operation'),
  lines: z.int(),
  totalKopecks: kopecks('Total'),
  revenueKopecks: kopecks('Own turnover'),
  advanceKopecks: kopecks('Received in advance'),
  agentKopecks: kopecks('Sold for others'),
  discountKopecks: kopecks('Discounts'),
  roundingKopecks: kopecks('Rounded off'),
  matchedKopecks: kopecks('Amount of the lines that fit the filters').describe(
    'Amount of the lines that fit productId, categoryCode, vatRate and recognition; kopecks',
  ),
});

export const reportLine = z.object({
  ...receiptFields,
  lineNo: z.int().describe('0 = the receipt states no lines, this is its total'),
  productId: z.string().nullable(),
  productName: z.string().nullable(),
  categoryCode: z.string().nullable(),
  quantityMilli: z.int(),
  amountKopecks: kopecks('Amount'),
  discountKopecks: kopecks('Discounts'),
  vatRate: z.string(),
  vatKopecks: z.int().nullable().describe('As the line states it; kopecks'),
  recognition: z.string(),
  stockEffect: z.string(),
  counted: z.boolean(),
});

export const shiftRow = z.object({
  storeId: z.string(),
  storeName: z.string().nullable(),
  registerId: z.string().nullable(),
  series: z.string(),
  shiftNumber: z.int(),
  openedAt: instant.nullable(),
  closedAt: instant.nullable(),
  receipts: z.int(),
  reportedReceipts: z.int().nullable().describe('As the close report states it (1118); null = not stated'),
  salesKopecks: kopecks('Totals of sales'),
  returnsKopecks: kopecks('Totals of returns'),
  buysKopecks: kopecks('Totals of purchases from people, less their returns'),
  cashKopecks: kopecks('Cash received less given out'),
  electronicKopecks: kopecks('The same by electronic means'),
  shiftStatus: z
    .enum(['open', 'complete', 'incomplete', 'unprovable'])
    .nullable()
    .describe('What completeness says of it; null = nothing'),
  reportResult: z
    .enum(['full', 'partial', 'countsOnly', 'none', 'pending'])
    .nullable()
    .describe('How much of the close report could be compared; null = there is none'),
  reportDifferences: z
    .int()
    .describe('Counters of the close report that disagree; each is named by /v1/completeness'),
});
export type ShiftRow = z.infer<typeof shiftRow>;

function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    asOf: reportAsOf,
    rows: z.array(row),
    next: z.string().nullable().describe('`after` of the next page; null = this is the last'),
  });
}

export const salesAnswer = pageOf(salesRow);
export const returnsAnswer = pageOf(returnsRow);
export const discountsAnswer = pageOf(discountsRow);
export const discountOriginsAnswer = pageOf(discountOriginsRow);
export const paymentsAnswer = pageOf(paymentsRow);
export const vatAnswer = pageOf(vatRow);
export const documentsAnswer = pageOf(reportDocument);
export const reportLinesAnswer = pageOf(reportLine);
export const shiftsAnswer = pageOf(shiftRow);

/** What stands in reporting of one store and business date: to be compared with other services at `rootSeq`. */
export const conservationRow = z.object({
  storeId: z.string(),
  businessDate,
  receipts: z.int().describe('Receipts, counted or not'),
  receiptsCounted: z.int(),
  lines: z.int().describe('Lines as they stand, voided ones included'),
  totalKopecks: kopecks('Totals of counted receipts'),
  lineKopecks: kopecks('Amounts of the lines of counted receipts, voided ones excluded'),
  revenueKopecks: kopecks('Own turnover by receipts'),
  facetRevenueKopecks: kopecks('Own turnover by the sums of days'),
  productRevenueKopecks: kopecks('Own turnover of sales and returns by the sums of products'),
  receiptPaymentKopecks: kopecks('Payments that counted receipts state; a receipt need not state any'),
  paymentKopecks: kopecks('Payments by the sums of days'),
});
export const conservationAnswer = pageOf(conservationRow);
