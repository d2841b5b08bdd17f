import { dateCondition, integersIn } from './report-filters';
import type { ResolvedFilters } from './report-filters';
import { Parameters, reportTable, selectList } from './report-sql';
import { CHAIN, SUM_KIND } from '../storage/packed-sums';
import type { ReportTable, Selected } from './report-sql';

const COLUMNS: readonly Selected[] = [
  ['storeId', 's.store_id'],
  ['businessDate', 'k.business_date'],
  ['receipts', 'coalesce(r.receipts, 0)::bigint'],
  ['receiptsCounted', 'coalesce(r.counted, 0)::bigint'],
  ['lines', 'coalesce(l.lines, 0)::bigint'],
  ['totalKopecks', 'coalesce(r.total, 0)::bigint'],
  ['lineKopecks', 'coalesce(l.amount, 0)::bigint'],
  ['revenueKopecks', 'coalesce(r.revenue, 0)::bigint'],
  ['facetRevenueKopecks', 'coalesce(d.revenue, 0)::bigint'],
  ['productRevenueKopecks', 'coalesce(p.revenue, 0)::bigint'],
  ['receiptPaymentKopecks', 'coalesce(r.paid, 0)::bigint'],
  ['paymentKopecks', 'coalesce(y.amount, 0)::bigint'],
];

/** A receipt keeps three numbers a payment: code, amount, cash handed out. What is paid need not be its total. */
const PAID = `(SELECT sum(value::bigint) FROM jsonb_array_elements_text(r.payments::jsonb)
      WITH ORDINALITY AS part (value, place) WHERE place % 3 = 2)`;

/**
 * What stands here of each store and business date, by every way in which it is kept: equal ways prove each other, and
 * other services are compared with it at the same `rootSeq`.
 */
export function conservationReport(resolved: ResolvedFilters): ReportTable {
  const parameters = new Parameters();
  const of = (name: string, storeNo: string) =>
    [
      dateCondition(`${name}.business_date`, resolved, parameters),
      ...integersIn(storeNo, resolved.storeNos, parameters),
    ].join(' AND ');
  const sql = `
WITH r AS (
  SELECT r.store_no, r.business_date, count(*) AS receipts, count(*) FILTER (WHERE counted) AS counted,
    sum(total_kopecks) FILTER (WHERE counted) AS total, sum(revenue_kopecks) FILTER (WHERE counted) AS revenue,
    sum(${PAID}) FILTER (WHERE counted) AS paid
  FROM receipt r WHERE ${of('r', 'r.store_no')} GROUP BY 1, 2
), l AS (
  SELECT l.store_no, l.business_date, sum(entry) FILTER (WHERE line_no > 0) AS lines,
    sum(entry * amount_kopecks) FILTER (WHERE counted AND recognition <> 8) AS amount
  FROM receipt_line l WHERE ${of('l', 'l.store_no')} GROUP BY 1, 2
), d AS (
  SELECT f.store_no, d.business_date, sum(revenue_kopecks) AS revenue
  FROM daily_facet d JOIN facet f USING (facet_no) WHERE ${of('d', 'f.store_no')} GROUP BY 1, 2
), y AS (
  SELECT f.store_no, y.business_date, sum(amount_kopecks) AS amount
  FROM daily_payment y JOIN facet f USING (facet_no) WHERE ${of('y', 'f.store_no')} GROUP BY 1, 2
), p AS (
  SELECT store_no, business_date, sum(revenue) AS revenue FROM (
    SELECT p.store_no, p.business_date, p.revenue FROM (
      SELECT store_no, period AS business_date, coalesce((SELECT sum(sold) FROM unnest(sold_kopecks) sold), 0)
        - coalesce((SELECT sum(returned) FROM unnest(returned_kopecks) returned), 0) AS revenue
      FROM sales_sums WHERE kind = ${String(SUM_KIND.productDay)} AND store_no <> ${String(CHAIN)}
    ) p WHERE ${of('p', 'p.store_no')}
    UNION ALL
    SELECT e.store_no, e.business_date, e.sold_kopecks - e.returned_kopecks
    FROM product_fold b JOIN product_entry e ON e.store_no = b.store_no AND e.seq > b.folded_up_to
    WHERE ${of('e', 'e.store_no')}
  ) parts GROUP BY 1, 2
), k AS (
  SELECT store_no, business_date FROM r UNION SELECT store_no, business_date FROM l
  UNION SELECT store_no, business_date FROM d UNION SELECT store_no, business_date FROM p
)
SELECT ${selectList(COLUMNS)} FROM k JOIN store_copy s USING (store_no)
LEFT JOIN r USING (store_no, business_date) LEFT JOIN l USING (store_no, business_date)
LEFT JOIN d USING (store_no, business_date) LEFT JOIN y USING (store_no, business_date)
LEFT JOIN p USING (store_no, business_date)
ORDER BY k.business_date, k.store_no`;
  return reportTable(COLUMNS, sql, parameters);
}
