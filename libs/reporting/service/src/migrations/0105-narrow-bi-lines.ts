import type { Migration } from '@potok/platform-postgres/migrations';

/** A line that stands is of its receipt's day: said in the view, a question about days reads their months alone. */
export const narrowBiLines: Migration = {
  id: 'reporting-0105-narrow-bi-lines',
  up: `
CREATE OR REPLACE VIEW bi.receipt_lines AS
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
JOIN receipt r ON r.store_no = l.store_no AND r.receipt_seq = l.receipt_seq AND r.business_date = l.business_date
JOIN facet f ON f.facet_no = l.facet_no
JOIN store_report s ON s.store_no = l.store_no
LEFT JOIN register_copy g ON g.register_no = f.register_no
LEFT JOIN product_copy p ON p.product_no = l.product_no
WHERE l.entry = 1 AND r.stands AND NOT EXISTS (
  SELECT FROM receipt_line later
  WHERE later.store_no = l.store_no AND later.receipt_seq = l.receipt_seq AND later.line_no = l.line_no
    AND later.seq > l.seq AND later.seq <> later.receipt_seq AND later.entry = -1
);
`,
};
