import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * Decisions are kept in the blocks of their events, one row a transaction and store; rows of their own are kept only
 * for what must be found again: a receipt by its document, and lines that wait for an explanation.
 */
export const createDecisions: Migration = {
  id: 'nomenclature-0002-create-decisions',
  up: `
CREATE TABLE event_block (
  store_no int NOT NULL,
  epoch int NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (store_no, epoch, first_seq)
);
ALTER TABLE event_block ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE store_name (
  store_no int PRIMARY KEY,
  store_id text NOT NULL UNIQUE
);

CREATE TABLE receipt (
  document_id uuid NOT NULL,
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  revision int NOT NULL,
  last_decision_no int NOT NULL DEFAULT 0,
  root_seq bigint NOT NULL,
  PRIMARY KEY (store_no, receipt_seq)
);
CREATE INDEX receipt_document ON receipt (document_id);

CREATE TABLE unmatched_line (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  line_no int NOT NULL,
  product_no int NOT NULL,
  barcode text,
  barcode_key text,
  article text,
  external_code text,
  quantity_milli bigint NOT NULL,
  amount_kopecks bigint NOT NULL,
  stock_effect text NOT NULL,
  recognition text NOT NULL,
  rule_version int NOT NULL,
  location_id text NOT NULL,
  location_no int NOT NULL,
  ledger_at timestamptz NOT NULL,
  catalogue_version bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (store_no, receipt_seq, line_no)
);
CREATE INDEX unmatched_line_product ON unmatched_line (product_no);

CREATE TABLE rematch_key (
  kind text NOT NULL,
  key text NOT NULL,
  catalogue_version bigint NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, key)
);
CREATE TABLE rematch_store (
  store_no int PRIMARY KEY,
  done_version bigint NOT NULL
);
`,
};
