import { dateCondition, integersIn } from './report-filters';
import type { ResolvedFilters } from './report-filters';
import { Parameters, reportTable, selectList } from './report-sql';
import type { ReportTable, Selected } from './report-sql';

const COLUMNS: readonly Selected[] = [
  ['storeId', 's.store_id'],
  ['storeName', 's.name'],
  ['registerId', 'g.register_id'],
  ['series', 'h.series'],
  ['shiftNumber', 'h.shift_number'],
  ['openedAt', 'h.opened_at'],
  ['closedAt', 'h.closed_at'],
  ['receipts', 'coalesce(t.receipts, 0)::bigint'],
  ['reportedReceipts', 'h.reported_receipts'],
  ['salesKopecks', 'coalesce(t.sales, 0)::bigint'],
  ['returnsKopecks', 'coalesce(t.returned, 0)::bigint'],
  ['buysKopecks', 'coalesce(t.buys, 0)::bigint'],
  ['cashKopecks', 'coalesce(t.cash, 0)::bigint'],
  ['electronicKopecks', 'coalesce(t.electronic, 0)::bigint'],
  ['shiftStatus', 'h.status'],
  ['reportResult', 'h.report_result'],
  ['reportDifferences', 'coalesce(jsonb_array_length(h.differences), 0)'],
];

/** A sale and the return of a purchase bring money in. */
const SIGNED = 'CASE WHEN operation IN (1, 4) THEN 1 ELSE -1 END';

/** Shifts of these business dates: what their receipts come to, and what completeness says of them. */
export function shiftsReport(resolved: ResolvedFilters): ReportTable {
  const parameters = new Parameters();
  const where = [
    dateCondition('h.business_date', resolved, parameters),
    ...integersIn('h.store_no', resolved.storeNos, parameters),
    ...integersIn('h.register_no', resolved.registerNos, parameters),
  ];
  const sql = `
SELECT ${selectList(COLUMNS)}
FROM shift h JOIN store_copy s USING (store_no) LEFT JOIN register_copy g USING (register_no)
LEFT JOIN LATERAL (
  SELECT sum(receipts) AS receipts,
    sum(total_kopecks) FILTER (WHERE operation = 1) AS sales,
    sum(total_kopecks) FILTER (WHERE operation = 2) AS returned,
    sum(CASE operation WHEN 3 THEN total_kopecks WHEN 4 THEN -total_kopecks ELSE 0 END) AS buys,
    sum(cash_kopecks * ${SIGNED}) AS cash, sum(electronic_kopecks * ${SIGNED}) AS electronic
  FROM shift_total t WHERE t.store_no = h.store_no AND t.series = h.series AND t.shift_number = h.shift_number
) t ON true
WHERE ${where.join(' AND ')} ORDER BY h.business_date, h.store_no, h.series, h.shift_number`;
  return reportTable(COLUMNS, sql, parameters);
}
