import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * A facet says what its receipts are for instead of whether they mend something: 0 purchase, 1 customer's return,
 * 2 mends an error (1192), 3 correction. And what completeness says of each register, shifts and the cash of drawers.
 */
export const sayPurpose: Migration = {
  id: 'reporting-0003-say-purpose',
  up: `
DROP VIEW product_entry;
ALTER TABLE facet ADD COLUMN purpose smallint NOT NULL DEFAULT 0;
UPDATE facet SET purpose = CASE WHEN mends THEN 2 WHEN operation = 2 THEN 1 ELSE 0 END;
ALTER TABLE facet DROP COLUMN mends;
ALTER TABLE facet ALTER COLUMN purpose DROP DEFAULT;
ALTER TABLE facet ADD UNIQUE (store_no, register_no, cashier_ref, legal_entity_id, operation, purpose);

CREATE VIEW product_entry AS
SELECT l.store_no, l.seq, l.business_date, l.product_no, l.facet_no,
  CASE WHEN l.line_no > 0 THEN l.entry ELSE 0 END AS lines,
  CASE WHEN l.recognition <= 3 AND NOT (f.operation = 2 AND f.purpose = 1)
    THEN l.entry * l.quantity_milli ELSE 0 END AS sold_milli,
  CASE WHEN l.recognition <= 3 AND NOT (f.operation = 2 AND f.purpose = 1)
    THEN l.entry * l.amount_kopecks ELSE 0 END AS sold_kopecks,
  CASE WHEN l.recognition <= 3 AND f.operation = 2 AND f.purpose = 1
    THEN -l.entry * l.quantity_milli ELSE 0 END AS returned_milli,
  CASE WHEN l.recognition <= 3 AND f.operation = 2 AND f.purpose = 1
    THEN -l.entry * l.amount_kopecks ELSE 0 END AS returned_kopecks,
  l.entry * l.discount_kopecks AS discount_kopecks,
  CASE WHEN l.recognition = 4 THEN l.entry * l.amount_kopecks ELSE 0 END AS advance_kopecks,
  CASE WHEN l.recognition = 6 THEN l.entry * l.amount_kopecks ELSE 0 END AS agent_kopecks
FROM receipt_line l JOIN facet f USING (facet_no)
WHERE l.counted AND l.recognition <> 8 AND f.operation <= 2;
COMMENT ON VIEW product_entry IS 'Each entry of a line as the sums by product count it: turnover (recognition 1 to 3) sold and returned by customers (operation 2, purpose 1); apart advances (4) and what is sold for others (6). What mends an error is no return: it lowers what was sold.';

CREATE TABLE register_completeness (
  register_no int PRIMARY KEY,
  register_id text NOT NULL,
  store_id text NOT NULL,
  statement_seq bigint NOT NULL,
  status text NOT NULL,
  complete_up_to timestamptz,
  holes_open bigint NOT NULL,
  numbers_missing bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX register_completeness_store ON register_completeness (store_id);

CREATE TABLE shift (
  store_no int NOT NULL,
  series text NOT NULL,
  shift_number bigint NOT NULL,
  register_no int NOT NULL,
  business_date date NOT NULL,
  opened_at timestamptz,
  opened_document_id uuid,
  closed_at timestamptz,
  closed_document_id uuid,
  close_report jsonb,
  PRIMARY KEY (store_no, series, shift_number)
) WITH (fillfactor = 70);
CREATE INDEX shift_business_date ON shift (business_date, store_no);
`,
};
