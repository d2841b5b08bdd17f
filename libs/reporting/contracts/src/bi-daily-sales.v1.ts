import { z } from 'zod';
import { declareEvent } from '@potok/kernel/contract';
import { instant } from '@potok/retail/fields';
import { code, count, kopecks, orNull, place, rowVersion, word } from './bi-fields';
import { dailySalesTopic } from './bi-topics';

const schema = z.object({
  ...place,
  register_id: word('Register (касса); empty where it is not known', 'store-0007-1'),
  legal_entity_id: word('Legal entity', 'ooo-romashka'),
  row_version: rowVersion,
  as_of_seq: code('What of the store is counted: up to this event of retail.sales.receipts.v1', 4102),
  as_of_root_seq: orNull(
    code('What of the store is counted: up to this document of retail.register.documents.v1', 4711),
  ),
  recorded_at: instant.describe('When this row was made, UTC'),
  sale_receipts: count('Receipts of operation sale'),
  return_receipts: count('Receipts of operation return'),
  purchases: count('Purchases: several receipts of one operation are one'),
  revenue_kop: kopecks('Own turnover, returns taken off'),
  sales_kop: kopecks("Own turnover before customers' returns"),
  returns_kop: kopecks("Customers' returns"),
  discount_kop: kopecks('Discounts, where tills tell of them'),
  advance_kop: kopecks('Advances and prepayments: money, no turnover'),
  credit_payment_kop: kopecks('Payments of credits: money, no turnover'),
  agent_kop: kopecks('Sold as an agent: not own turnover'),
  rounding_kop: kopecks('Sum of the lines minus the totals'),
  total_kop: kopecks('Sum of the totals, returns negative'),
  cash_kop: kopecks('In cash (1031), returns negative'),
  electronic_kop: kopecks('By electronic means (1081), returns negative'),
  prepaid_kop: kopecks('Set off against prepayments (1215), returns negative'),
  credit_kop: kopecks('On credit (1216), returns negative'),
  provision_kop: kopecks('By other provisions (1217), returns negative'),
});

/** A day of a register and legal entity: what was sold, and how far that is known. */
export const biDailySalesV1 = declareEvent({
  name: 'bi.daily-sales',
  version: 1,
  topic: dailySalesTopic,
  description: 'Sums of one business day of a store, register and legal entity, as they are now.',
  schema,
  mustUnderstand: false,
  example: {
    store_id: 'store-0007',
    store_no: 7,
    legal_entity_id: 'ooo-romashka',
    register_id: 'store-0007-1',
    business_date: '2026-03-02',
    row_version: 12,
    as_of_seq: 4102,
    as_of_root_seq: 4711,
    recorded_at: '2026-03-02T09:15:04.000Z',
    sale_receipts: 17,
    return_receipts: 1,
    purchases: 16,
    revenue_kop: 412_350,
    sales_kop: 418_340,
    returns_kop: 5_990,
    discount_kop: 12_400,
    advance_kop: 0,
    credit_payment_kop: 0,
    agent_kop: 0,
    rounding_kop: 0,
    total_kop: 412_350,
    cash_kop: 98_700,
    electronic_kop: 313_650,
    prepaid_kop: 0,
    credit_kop: 0,
    provision_kop: 0,
  },
});
export type BiDailySalesV1 = z.infer<typeof schema>;
