import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * Facts of receipts and the sums over them. A facet is a combination of store, register, cashier, legal entity and kind
 * of operation: facts and sums name it by one integer. `receipt` holds each receipt as it stands; `receipt_line` is
 * append-only: a later revision or decision adds the lines as they were with entry −1 and as they are with entry 1.
 * Amounts carry the direction: returns, and what was bought from people, are negative.
 */
export const createFacts: Migration = {
  id: 'reporting-0002-create-facts',
  up: `
CREATE TABLE store_report (
  store_no int PRIMARY KEY,
  store_id text NOT NULL UNIQUE,
  epoch int NOT NULL DEFAULT 1,
  applied_seq bigint NOT NULL DEFAULT 0,
  root_seq bigint NOT NULL DEFAULT 0,
  recorded_at timestamptz
) WITH (fillfactor = 50);

CREATE TABLE product_fold (
  store_no int PRIMARY KEY,
  folded_up_to bigint NOT NULL DEFAULT 0,
  folded_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);

CREATE TABLE facet (
  facet_no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  store_no int NOT NULL,
  register_no int NOT NULL,
  cashier_ref text NOT NULL,
  legal_entity_id text NOT NULL,
  operation smallint NOT NULL,
  mends boolean NOT NULL,
  UNIQUE (store_no, register_no, cashier_ref, legal_entity_id, operation, mends)
);

CREATE TABLE receipt (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  root_seq bigint,
  facet_no int NOT NULL,
  business_date date NOT NULL,
  local_date date NOT NULL,
  occurred_at timestamptz NOT NULL,
  document_id uuid NOT NULL,
  revision int NOT NULL,
  decision_no int NOT NULL,
  stands boolean NOT NULL,
  counted boolean NOT NULL,
  operation_counted boolean NOT NULL,
  line_count int NOT NULL,
  total_kopecks bigint NOT NULL,
  revenue_kopecks bigint NOT NULL,
  advance_kopecks bigint NOT NULL,
  credit_payment_kopecks bigint NOT NULL,
  agent_kopecks bigint NOT NULL,
  other_kopecks bigint NOT NULL,
  discount_kopecks bigint NOT NULL,
  rounding_kopecks bigint NOT NULL,
  series text NOT NULL,
  series_number bigint,
  shift_number bigint,
  receipt_number bigint,
  operation_id text,
  return_method smallint,
  payments text NOT NULL,
  vat_totals text
) PARTITION BY RANGE (business_date);
CREATE TABLE receipt_beyond PARTITION OF receipt (PRIMARY KEY (store_no, receipt_seq)) DEFAULT;
CREATE INDEX receipt_operation ON receipt (store_no, operation_id) WHERE operation_id IS NOT NULL;
CREATE INDEX receipt_business_date ON receipt USING brin (business_date) WITH (autosummarize = on);

CREATE TABLE receipt_line (
  store_no int NOT NULL,
  seq bigint NOT NULL,
  receipt_seq bigint NOT NULL,
  quantity_milli bigint NOT NULL,
  amount_kopecks bigint NOT NULL,
  discount_kopecks bigint NOT NULL,
  vat_kopecks bigint,
  line_no int NOT NULL,
  facet_no int NOT NULL,
  product_no int NOT NULL,
  business_date date NOT NULL,
  vat_rate smallint NOT NULL,
  recognition smallint NOT NULL,
  stock_effect smallint NOT NULL,
  counted boolean NOT NULL,
  entry smallint NOT NULL
) PARTITION BY RANGE (business_date);
CREATE TABLE receipt_line_beyond PARTITION OF receipt_line (PRIMARY KEY (store_no, seq, line_no, entry)) DEFAULT;
CREATE INDEX receipt_line_later ON receipt_line (store_no, receipt_seq) WHERE seq <> receipt_seq;
CREATE INDEX receipt_line_business_date ON receipt_line USING brin (business_date) WITH (autosummarize = on);

CREATE TABLE daily_facet (
  business_date date NOT NULL,
  facet_no int NOT NULL,
  receipts bigint NOT NULL,
  operations bigint NOT NULL,
  lines bigint NOT NULL,
  total_kopecks bigint NOT NULL,
  revenue_kopecks bigint NOT NULL,
  advance_kopecks bigint NOT NULL,
  credit_payment_kopecks bigint NOT NULL,
  agent_kopecks bigint NOT NULL,
  other_kopecks bigint NOT NULL,
  discount_kopecks bigint NOT NULL,
  rounding_kopecks bigint NOT NULL,
  unitemised_kopecks bigint NOT NULL,
  PRIMARY KEY (business_date, facet_no)
) WITH (fillfactor = 70);

CREATE TABLE daily_payment (
  business_date date NOT NULL,
  facet_no int NOT NULL,
  payment_code smallint NOT NULL,
  payments bigint NOT NULL,
  amount_kopecks bigint NOT NULL,
  cash_out_kopecks bigint NOT NULL,
  PRIMARY KEY (business_date, facet_no, payment_code)
) WITH (fillfactor = 70);

CREATE TABLE daily_vat (
  local_date date NOT NULL,
  facet_no int NOT NULL,
  vat_rate smallint NOT NULL,
  receipts bigint NOT NULL,
  turnover_kopecks bigint NOT NULL,
  stated_kopecks bigint NOT NULL,
  derived_kopecks bigint NOT NULL,
  PRIMARY KEY (local_date, facet_no, vat_rate)
) WITH (fillfactor = 70);

CREATE TABLE shift_total (
  store_no int NOT NULL,
  series text NOT NULL,
  shift_number bigint NOT NULL,
  operation smallint NOT NULL,
  receipts bigint NOT NULL,
  total_kopecks bigint NOT NULL,
  cash_kopecks bigint NOT NULL,
  electronic_kopecks bigint NOT NULL,
  PRIMARY KEY (store_no, series, shift_number, operation)
) WITH (fillfactor = 70);

CREATE TABLE daily_product (
  store_no int NOT NULL,
  business_date date NOT NULL,
  product_no int NOT NULL,
  lines bigint NOT NULL,
  sold_milli bigint NOT NULL,
  sold_kopecks bigint NOT NULL,
  returned_milli bigint NOT NULL,
  returned_kopecks bigint NOT NULL,
  discount_kopecks bigint NOT NULL,
  advance_kopecks bigint NOT NULL,
  agent_kopecks bigint NOT NULL,
  PRIMARY KEY (store_no, business_date, product_no)
) WITH (fillfactor = 70);

CREATE TABLE monthly_product (
  store_no int NOT NULL,
  month date NOT NULL,
  product_no int NOT NULL,
  lines bigint NOT NULL,
  sold_milli bigint NOT NULL,
  sold_kopecks bigint NOT NULL,
  returned_milli bigint NOT NULL,
  returned_kopecks bigint NOT NULL,
  discount_kopecks bigint NOT NULL,
  advance_kopecks bigint NOT NULL,
  agent_kopecks bigint NOT NULL,
  PRIMARY KEY (store_no, month, product_no)
) WITH (fillfactor = 70);

CREATE VIEW product_entry AS
SELECT l.store_no, l.seq, l.business_date, l.product_no,
  CASE WHEN l.line_no > 0 THEN l.entry ELSE 0 END AS lines,
  CASE WHEN l.recognition <= 3 AND f.operation = 1 OR l.recognition <= 3 AND f.operation = 2 AND f.mends
    THEN l.entry * l.quantity_milli ELSE 0 END AS sold_milli,
  CASE WHEN l.recognition <= 3 AND f.operation = 1 OR l.recognition <= 3 AND f.operation = 2 AND f.mends
    THEN l.entry * l.amount_kopecks ELSE 0 END AS sold_kopecks,
  CASE WHEN l.recognition <= 3 AND f.operation = 2 AND NOT f.mends
    THEN -l.entry * l.quantity_milli ELSE 0 END AS returned_milli,
  CASE WHEN l.recognition <= 3 AND f.operation = 2 AND NOT f.mends
    THEN -l.entry * l.amount_kopecks ELSE 0 END AS returned_kopecks,
  l.entry * l.discount_kopecks AS discount_kopecks,
  CASE WHEN l.recognition = 4 THEN l.entry * l.amount_kopecks ELSE 0 END AS advance_kopecks,
  CASE WHEN l.recognition = 6 THEN l.entry * l.amount_kopecks ELSE 0 END AS agent_kopecks,
  l.facet_no
FROM receipt_line l JOIN facet f USING (facet_no)
WHERE l.counted AND l.recognition <> 8 AND f.operation <= 2;
COMMENT ON VIEW product_entry IS 'Each entry of a line as the sums by product count it: turnover (recognition 1 to 3) sold and returned by customers, apart advances (4) and what is sold for others (6).';
`,
};
