import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * Views for people who ask by SQL, in the schema `bi`, which provisioning makes beside the service's own: whoever may
 * read it reads nothing else. They are the service's, so they read its tables for those who may not.
 */
export const createBiViews: Migration = {
  id: 'reporting-0102-create-bi-views',
  up: `
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'bi') THEN
    RAISE EXCEPTION 'there is no schema bi: an administrator says CREATE SCHEMA bi AUTHORIZATION %', quote_ident(current_user);
  END IF;
END
$$;

CREATE VIEW bi.stores AS
SELECT s.store_id, s.store_no, s.name AS store_name, s.legal_entity_id, e.name AS legal_entity_name, e.inn,
  s.time_zone, s.archived AS is_archived, r.applied_seq AS as_of_seq, r.root_seq AS as_of_root_seq, r.recorded_at AS as_of
FROM store_copy s
LEFT JOIN legal_entity_copy e USING (legal_entity_id)
LEFT JOIN store_report r USING (store_no);

CREATE VIEW bi.products AS
SELECT product_id, product_no, name AS product_name, article, unit, category_code, category_name, brand, vat_rate,
  marked AS is_marked, status
FROM product_copy;

CREATE VIEW bi.receipts AS
SELECT s.store_id, r.store_no, r.document_id::text AS document_id, r.revision, g.register_id, g.name AS register_name,
  nullif(f.cashier_ref, '') AS cashier_ref, f.legal_entity_id,
  (ARRAY['sale', 'return', 'buy', 'buyReturn'])[f.operation] AS operation,
  (ARRAY['purchase', 'customerReturn', 'mendsError', 'correction'])[f.purpose + 1] AS purpose,
  r.business_date, r.local_date, r.occurred_at, r.counted AS is_counted, r.operation_counted AS is_operation,
  r.line_count AS lines, r.total_kopecks AS total_kop, (r.total_kopecks / 100.0)::numeric(18, 2) AS total_rub,
  CASE WHEN r.counted AND f.operation <= 2 THEN r.revenue_kopecks ELSE 0 END AS revenue_kop,
  (CASE WHEN r.counted AND f.operation <= 2 THEN r.revenue_kopecks ELSE 0 END / 100.0)::numeric(18, 2) AS revenue_rub,
  r.discount_kopecks AS discount_kop, r.rounding_kopecks AS rounding_kop, r.advance_kopecks AS advance_kop,
  r.credit_payment_kopecks AS credit_payment_kop, r.agent_kopecks AS agent_kop,
  nullif(r.series, '') AS fn, r.series_number AS fd, r.shift_number AS shift_no, r.receipt_number AS receipt_no,
  r.operation_id, r.root_seq
FROM receipt r
JOIN facet f USING (facet_no)
JOIN store_report s ON s.store_no = r.store_no
LEFT JOIN register_copy g USING (register_no)
WHERE r.stands;

CREATE VIEW bi.receipt_lines AS
SELECT s.store_id, l.store_no, r.document_id::text AS document_id, l.line_no, l.business_date, g.register_id,
  nullif(f.cashier_ref, '') AS cashier_ref, f.legal_entity_id,
  (ARRAY['sale', 'return', 'buy', 'buyReturn'])[f.operation] AS operation,
  (ARRAY['purchase', 'customerReturn', 'mendsError', 'correction'])[f.purpose + 1] AS purpose,
  p.product_id, p.name AS product_name, p.category_code, p.category_name,
  l.quantity_milli AS qty_milli, (l.quantity_milli / 1000.0)::numeric(18, 3) AS qty,
  l.amount_kopecks AS amount_kop, (l.amount_kopecks / 100.0)::numeric(18, 2) AS amount_rub,
  CASE WHEN l.counted AND l.recognition <= 3 AND f.operation <= 2 THEN l.amount_kopecks ELSE 0 END AS revenue_kop,
  l.discount_kopecks AS discount_kop,
  (ARRAY['none', '0', '5', '7', '10', '18', '20', '22', '5/105', '7/107', '10/110', '18/118', '20/120', '22/122', 'unknown'])
    [l.vat_rate] AS vat_rate,
  l.vat_kopecks AS vat_kop,
  (ARRAY['sale', 'transferAgainstAdvance', 'credit', 'advance', 'creditPayment', 'agent', 'none', 'voided'])
    [l.recognition] AS recognition,
  (ARRAY['out', 'in', 'none', 'unknown'])[l.stock_effect] AS stock_effect,
  l.counted AS is_counted
FROM receipt_line l
JOIN receipt r ON r.store_no = l.store_no AND r.receipt_seq = l.receipt_seq
JOIN facet f ON f.facet_no = l.facet_no
JOIN store_report s ON s.store_no = l.store_no
LEFT JOIN register_copy g ON g.register_no = f.register_no
LEFT JOIN product_copy p ON p.product_no = l.product_no
WHERE l.entry = 1 AND r.stands AND NOT EXISTS (
  SELECT FROM receipt_line later
  WHERE later.store_no = l.store_no AND later.receipt_seq = l.receipt_seq AND later.line_no = l.line_no
    AND later.seq > l.seq AND later.seq <> later.receipt_seq AND later.entry = -1
);

CREATE VIEW bi.daily_sales AS
SELECT s.store_id, f.store_no, coalesce(g.register_id, '') AS register_id, f.legal_entity_id, d.business_date,
  coalesce(sum(d.receipts) FILTER (WHERE f.operation = 1), 0)::bigint AS sale_receipts,
  coalesce(sum(d.receipts) FILTER (WHERE f.operation = 2), 0)::bigint AS return_receipts,
  coalesce(sum(d.operations) FILTER (WHERE f.operation = 1 AND f.purpose = 0), 0)::bigint AS purchases,
  coalesce(sum(d.revenue) FILTER (WHERE f.operation <= 2), 0)::bigint AS revenue_kop,
  (coalesce(sum(d.revenue) FILTER (WHERE f.operation <= 2), 0) / 100.0)::numeric(18, 2) AS revenue_rub,
  coalesce(sum(d.revenue) FILTER (WHERE f.operation <= 2 AND NOT (f.operation = 2 AND f.purpose = 1)), 0)::bigint
    AS sales_kop,
  coalesce(sum(-d.revenue) FILTER (WHERE f.operation = 2 AND f.purpose = 1), 0)::bigint AS returns_kop,
  coalesce(sum(d.discount) FILTER (WHERE f.operation <= 2), 0)::bigint AS discount_kop,
  coalesce(sum(d.advance) FILTER (WHERE f.operation <= 2), 0)::bigint AS advance_kop,
  coalesce(sum(d.credit_payment) FILTER (WHERE f.operation <= 2), 0)::bigint AS credit_payment_kop,
  coalesce(sum(d.agent) FILTER (WHERE f.operation <= 2), 0)::bigint AS agent_kop,
  sum(d.rounding)::bigint AS rounding_kop,
  sum(d.total)::bigint AS total_kop,
  sum(d.cash)::bigint AS cash_kop, sum(d.electronic)::bigint AS electronic_kop, sum(d.prepaid)::bigint AS prepaid_kop,
  sum(d.credit)::bigint AS credit_kop, sum(d.provision)::bigint AS provision_kop,
  s.applied_seq AS as_of_seq, s.root_seq AS as_of_root_seq, s.recorded_at AS as_of
FROM (
  SELECT business_date, facet_no, receipts, operations, revenue_kopecks AS revenue, discount_kopecks AS discount,
    advance_kopecks AS advance, credit_payment_kopecks AS credit_payment, agent_kopecks AS agent,
    rounding_kopecks AS rounding, total_kopecks AS total, 0 AS cash, 0 AS electronic, 0 AS prepaid, 0 AS credit,
    0 AS provision
  FROM daily_facet
  UNION ALL
  SELECT business_date, facet_no, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN payment_code / 16 = 1 THEN amount_kopecks ELSE 0 END,
    CASE WHEN payment_code / 16 = 2 THEN amount_kopecks ELSE 0 END,
    CASE WHEN payment_code / 16 = 3 THEN amount_kopecks ELSE 0 END,
    CASE WHEN payment_code / 16 = 4 THEN amount_kopecks ELSE 0 END,
    CASE WHEN payment_code / 16 = 5 THEN amount_kopecks ELSE 0 END
  FROM daily_payment
) d
JOIN facet f USING (facet_no)
JOIN store_report s USING (store_no)
LEFT JOIN register_copy g USING (register_no)
GROUP BY s.store_id, f.store_no, coalesce(g.register_id, ''), f.legal_entity_id, d.business_date, s.applied_seq,
  s.root_seq, s.recorded_at;

CREATE VIEW bi.shifts AS
SELECT s.store_id, h.store_no, g.register_id, h.series AS fn, h.shift_number AS shift_no, h.business_date, h.opened_at,
  h.closed_at, (h.close_report->>'receiptCount')::bigint AS reported_receipts,
  coalesce(t.receipts, 0)::bigint AS receipts, coalesce(t.sales, 0)::bigint AS sales_kop,
  coalesce(t.returned, 0)::bigint AS returns_kop, coalesce(t.cash, 0)::bigint AS cash_kop,
  coalesce(t.electronic, 0)::bigint AS electronic_kop
FROM shift h
JOIN store_copy s USING (store_no)
LEFT JOIN register_copy g USING (register_no)
LEFT JOIN LATERAL (
  SELECT sum(receipts) AS receipts, sum(total_kopecks) FILTER (WHERE operation = 1) AS sales,
    sum(total_kopecks) FILTER (WHERE operation = 2) AS returned,
    sum(CASE WHEN operation IN (1, 4) THEN cash_kopecks ELSE -cash_kopecks END) AS cash,
    sum(CASE WHEN operation IN (1, 4) THEN electronic_kopecks ELSE -electronic_kopecks END) AS electronic
  FROM shift_total t
  WHERE t.store_no = h.store_no AND t.series = h.series AND t.shift_number = h.shift_number
) t ON true;

CREATE VIEW bi.completeness AS
SELECT c.store_id, c.register_id, g.name AS register_name, c.status, c.complete_up_to, c.holes_open, c.numbers_missing
FROM register_completeness c
LEFT JOIN register_copy g USING (register_no);
`,
};
