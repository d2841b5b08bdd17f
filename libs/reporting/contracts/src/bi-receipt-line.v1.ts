import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { businessState, fiscalState, operation, receiptForm, vatRate } from '@potok/retail/document/codes';
import { businessDate, documentId, instant, revision } from '@potok/retail/fields';
import { code, count, flag, kopecks, milli, orNull, place, rowVersion, word } from './bi-fields';
import { receiptLinesTopic } from './bi-topics';

/** What differs from line to line. */
const lineColumns = {
  event_id: z
    .string()
    .min(1)
    .max(220)
    .describe('Key of the record, equal in repeats: id of the receipt event, then the line')
    .meta({ examples: ['5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/decided/0/1'] }),
  row_seq: z
    .int()
    .min(1)
    .describe('Number of the row in its store: 1, 2, 3 … without holes; what is missing has not been read')
    .meta({ examples: [31_877] }),
  is_deleted: flag('the line holds no more: the document was withdrawn or its revision has no such line'),
  line_no: z
    .int()
    .min(0)
    .describe('Line of the document; 0 = the receipt states no lines, this row stands for its total')
    .meta({ examples: [1] }),
  is_first: flag('sum the columns of the receipt (receipt_…, paid_…) over these rows only'),
  decision_no: z
    .int()
    .min(0)
    .describe('The decision about the line: 0 = the first of the revision')
    .meta({ examples: [0] }),
  line_state: z
    .enum(['sold', 'voided', 'none'])
    .describe(
      'voided = out of all sums; none = not a line of the document (line_no 0, or added by a person)',
    ),
  product_id: orNull(word('Product; begins with unmatched- while nobody has explained the code', 'p-10001')),
  product_no: orNull(code('Integer twin of the product', 1)),
  matched_by: orNull(
    z
      .enum(['barcode', 'article', 'externalCode', 'person', 'none'])
      .describe('What led to the product; none = nothing did'),
  ),
  article: orNull(word('Article as the till knows it', '10017')),
  barcode: orNull(word('Barcode as scanned', '4600682000013')),
  name: orNull(word('Name as printed; personal data removed', 'Молоко 3,2 % 930 мл')),
  qty_milli: milli('Quantity in base units of the product; never negative: operation gives the direction'),
  sold_qty_milli: milli('Quantity as the till wrote it, in the unit of measure_code'),
  measure_code: orNull(code('Measure of the quantity as the till wrote it (2108)', 0)),
  price_kop: orNull(kopecks('Price as stated (1079), informative: the amount is the truth')),
  amount_kop: kopecks('Amount of the line (1043), as in the document: operation gives the direction'),
  discount_kop: orNull(kopecks('Discounts of the line, where the till tells of them')),
  vat_rate: orNull(vatRate),
  vat_kop: orNull(kopecks('VAT stated for the line')),
  payment_method: orNull(code('Признак способа расчёта (1214)', 4)),
  subject: orNull(code('Признак предмета расчёта (1212)', 1)),
  is_agent: flag('sold as an agent (1222): not own revenue'),
  recognition: z
    .enum(['sale', 'advance', 'transferAgainstAdvance', 'credit', 'creditPayment', 'agent', 'none'])
    .describe('How the line counts as turnover'),
  stock_effect: z.enum(['out', 'in', 'none', 'unknown']).describe('What the line does to the stock'),
  location_id: orNull(word('Stock location of the line', 'store-0007')),
  revenue_kop: kopecks('Own turnover of the line, returns negative: the column to sum for sales'),
  stock_qty_milli: milli('Change of the stock by the line in base units: sales negative'),
};

/** What all lines of a receipt share: written once, repeated on every row. */
const headerColumns = {
  row_version: rowVersion,
  ...place,
  document_id: documentId,
  revision,
  root_seq: orNull(code('Sequence of the register document on retail.register.documents.v1', 4711)),
  occurred_at: instant.describe('When it happened, UTC'),
  local_date: businessDate.describe('Date of occurred_at in the zone of the store, for VAT'),
  time_zone: word('Zone in which the till stated the time', 'Europe/Moscow'),
  recorded_at: instant.describe('When this row was made, UTC; never decreasing within a store'),
  cashier_ref: orNull(word('Opaque reference of the cashier: the same person keeps one', 'c-7f3a9b')),
  shift_no: orNull(code('Shift (1038)', 31)),
  receipt_no: orNull(code('Number of the receipt within the shift (1042)', 17)),
  fn: orNull(word('Serial number of the ФН', '7380440800123456')),
  fd: orNull(code('ФД number (1040)', 1204)),
  fpd: orNull(word('ФПД (1077), with its leading zeros', '0123456789')),
  operation: orNull(operation),
  form: orNull(receiptForm.describe('Form of the fiscal document')),
  fiscal_state: fiscalState,
  business_state: businessState,
  channel: orNull(word('Sales channel, as the sender names it', 'store')),
  order_id: orNull(word('Order behind the sale', '100500')),
  operation_id: orNull(
    word(
      'The sale that several receipts belong to; count it instead of receipts where it is there',
      '2026-03-02/17',
    ),
  ),
  purpose: orNull(
    z
      .enum(['customerReturn', 'mendsError', 'correction'])
      .describe(
        'What the receipt is for beside trade: a buyer brings goods back, a receipt mends an error of another (1192: no customer return), a correction receipt (31, 41)',
      ),
  ),
  sale_document_id: orNull(
    word(
      'The receipt that is returned, mended or corrected, where it was found',
      '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d',
    ),
  ),
  receipt_lines: count('Lines of the receipt, voided ones included'),
  receipt_total_kop: orNull(kopecks('Total of the receipt (1020)')),
  receipt_rounding_kop: orNull(kopecks('Sum of the lines minus the total')),
  paid_cash_kop: orNull(kopecks('Paid in cash (1031)')),
  paid_electronic_kop: orNull(kopecks('Paid by electronic means (1081)')),
  paid_prepaid_kop: orNull(kopecks('Set off against a prepayment (1215)')),
  paid_credit_kop: orNull(kopecks('On credit (1216)')),
  paid_provision_kop: orNull(kopecks('By another provision (1217)')),
};

const schema = z.object({ ...lineColumns, ...headerColumns });

/** One line of a receipt with its header: a row of a flat table. */
export const biReceiptLineV1 = declareEvent({
  name: 'bi.receipt-line',
  version: 1,
  topic: receiptLinesTopic,
  description:
    'A line of a receipt. Of the rows of a line (store_id, document_id, line_no) the one with the highest row_version holds.',
  schema,
  mustUnderstand: false,
  example: {
    event_id: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d/1/decided/0/1',
    row_seq: 31_877,
    is_deleted: 0,
    line_no: 1,
    is_first: 1,
    decision_no: 0,
    line_state: 'sold',
    product_id: 'p-10001',
    product_no: 1,
    matched_by: 'barcode',
    article: null,
    barcode: '4600682000013',
    name: 'Молоко 3,2 % 930 мл',
    qty_milli: 2000,
    sold_qty_milli: 2000,
    measure_code: 0,
    price_kop: 8990,
    amount_kop: 17_980,
    discount_kop: null,
    vat_rate: '10',
    vat_kop: null,
    payment_method: 4,
    subject: 1,
    is_agent: 0,
    recognition: 'sale',
    stock_effect: 'out',
    location_id: 'store-0007',
    revenue_kop: 17_980,
    stock_qty_milli: -2000,
    row_version: 4102,
    store_id: 'store-0007',
    store_no: 7,
    legal_entity_id: 'ooo-romashka',
    register_id: 'store-0007-1',
    business_date: '2026-03-02',
    document_id: '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d',
    revision: 1,
    root_seq: 4711,
    occurred_at: '2026-03-02T09:15:00.000Z',
    local_date: '2026-03-02',
    time_zone: 'Europe/Moscow',
    recorded_at: '2026-03-02T09:15:02.000Z',
    cashier_ref: 'c-7f3a9b',
    shift_no: 31,
    receipt_no: 17,
    fn: '7380440800123456',
    fd: 1204,
    fpd: '0123456789',
    operation: 'sale',
    form: 'receipt',
    fiscal_state: 'fiscal',
    business_state: 'completed',
    channel: null,
    order_id: null,
    operation_id: null,
    purpose: null,
    sale_document_id: null,
    receipt_lines: 2,
    receipt_total_kop: 25_980,
    receipt_rounding_kop: null,
    paid_cash_kop: 0,
    paid_electronic_kop: 25_980,
    paid_prepaid_kop: 0,
    paid_credit_kop: 0,
    paid_provision_kop: 0,
  },
});
export type BiReceiptLineV1 = z.infer<typeof schema>;
/** The part of a row that is its line's own; the rest is the receipt's. */
export type BiLinePart = z.infer<z.ZodObject<typeof lineColumns>>;
export type BiHeaderPart = z.infer<z.ZodObject<typeof headerColumns>>;
