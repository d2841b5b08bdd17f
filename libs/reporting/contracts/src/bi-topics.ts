import { factsTopic, stateTopic } from '@potok/kernel/contract';

const context = 'reporting';
const DAY_MS = 86_400_000;

/** Topics for BI: flat rows in snake_case, integers only. */
export const receiptLinesTopic = factsTopic({
  name: 'bi.receipt-lines.v1',
  context,
  key: 'event_id; the partition is that of store_id',
  retentionMs: 30 * DAY_MS,
  description:
    'One row a line of a receipt, the header repeated. A later decision or revision is a new row of the same line with a higher row_version.',
});

export const dailySalesTopic = stateTopic({
  name: 'bi.daily-sales.v1',
  context,
  key: 'store_id|business_date|register_id|legal_entity_id; the partition is that of store_id',
  description:
    'Sums of a business day of a store, register and legal entity as they are now; at most one record per key and two seconds.',
});
