import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * Each week of `movement` has its own primary key and no other index while it is written: an index by product would
 * cost more than the rows. Closed weeks get one (maintain-movements). `recorded_on` is the partition's key; sequences are
 * given out under the lock of the store's stream, so a key over all weeks would prove nothing more.
 */
export const createLedger: Migration = {
  id: 'stock-0001-create-ledger',
  up: `
CREATE TABLE store_ledger (
  store_no int PRIMARY KEY,
  store_id text NOT NULL UNIQUE,
  last_movement_seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE store_fold (
  store_no int PRIMARY KEY,
  folded_up_to bigint NOT NULL DEFAULT 0,
  folded_on date NOT NULL DEFAULT '1970-01-01',
  folded_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);

CREATE TABLE product_name (
  product_no int PRIMARY KEY,
  product_id text NOT NULL UNIQUE,
  name text,
  version bigint NOT NULL DEFAULT 0
);

CREATE TABLE location_name (
  location_no int PRIMARY KEY,
  location_id text NOT NULL UNIQUE,
  store_no int NOT NULL
);

CREATE TABLE posting (
  store_no int NOT NULL,
  posting_seq bigint NOT NULL,
  epoch int NOT NULL,
  kind smallint NOT NULL,
  document_id text NOT NULL,
  revision int NOT NULL,
  decision_no int NOT NULL,
  receipt_seq bigint,
  cause_epoch int,
  cause_seq bigint,
  root_seq bigint,
  ledger_at timestamptz NOT NULL,
  business_date date NOT NULL,
  recorded_at timestamptz NOT NULL,
  cause_recorded_at timestamptz,
  first_movement_seq bigint NOT NULL,
  movement_count int NOT NULL,
  traceparent text,
  PRIMARY KEY (store_no, posting_seq)
);
CREATE INDEX posting_receipt ON posting (store_no, receipt_seq);
CREATE INDEX posting_ledger_at ON posting USING brin (ledger_at);

CREATE TABLE movement (
  movement_seq bigint NOT NULL,
  posting_seq bigint NOT NULL,
  quantity_milli bigint NOT NULL,
  amount_kopecks bigint NOT NULL,
  cost_kopecks bigint,
  reverses bigint,
  store_no int NOT NULL,
  line_no int NOT NULL,
  location_no int NOT NULL,
  product_no int NOT NULL,
  recorded_on date NOT NULL,
  leg smallint NOT NULL,
  debit smallint NOT NULL,
  credit smallint NOT NULL
) PARTITION BY RANGE (recorded_on);
CREATE TABLE movement_beyond PARTITION OF movement (PRIMARY KEY (store_no, movement_seq)) DEFAULT;

CREATE TABLE balance (
  store_no int NOT NULL,
  product_no int NOT NULL,
  location_no int NOT NULL,
  quantity_milli bigint NOT NULL,
  folded_up_to bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (store_no, product_no, location_no)
) WITH (fillfactor = 70);

CREATE TABLE balance_change (
  store_no int NOT NULL,
  folded_up_to bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  key_count int NOT NULL,
  product_nos int[] NOT NULL,
  location_nos int[] NOT NULL,
  quantities_milli bigint[] NOT NULL,
  PRIMARY KEY (store_no, folded_up_to)
);
ALTER TABLE balance_change ALTER COLUMN product_nos SET STORAGE EXTERNAL, ALTER COLUMN location_nos SET STORAGE EXTERNAL,
  ALTER COLUMN quantities_milli SET STORAGE EXTERNAL;

CREATE TABLE delivery (
  delivery_id text PRIMARY KEY,
  store_no int NOT NULL,
  content_hash text NOT NULL,
  content jsonb NOT NULL,
  after_epoch int NOT NULL,
  after_seq bigint NOT NULL,
  posting_seq bigint NOT NULL,
  first_movement_seq bigint NOT NULL,
  last_movement_seq bigint NOT NULL
);

CREATE FUNCTION stock_delta(debit smallint, credit smallint, quantity_milli bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN debit = credit THEN 0 WHEN debit = 1 THEN quantity_milli WHEN credit = 1 THEN -quantity_milli ELSE 0 END;

CREATE VIEW balance_now AS
SELECT store_no, product_no, location_no, sum(quantity_milli)::bigint AS quantity_milli
FROM (
  SELECT store_no, product_no, location_no, quantity_milli FROM balance
  UNION ALL
  SELECT m.store_no, m.product_no, m.location_no, stock_delta(m.debit, m.credit, m.quantity_milli)
  FROM store_fold f
  JOIN movement m ON m.store_no = f.store_no AND m.movement_seq > f.folded_up_to AND m.recorded_on >= f.folded_on
  WHERE m.debit <> m.credit AND (m.debit = 1 OR m.credit = 1)
) entries
GROUP BY store_no, product_no, location_no;
COMMENT ON VIEW balance_now IS 'Balances as they are now: folded rows and the movements beyond them. The one way to read balances.';
`,
};
