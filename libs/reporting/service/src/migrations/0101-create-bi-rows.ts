import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * Rows of bi.receipt-lines.v1 as they are published, in compressed blocks of one store and transaction. The receipts
 * that led to a block are known by their sequences, so that a later decision finds the rows that it replaces.
 */
export const createBiRows: Migration = {
  id: 'reporting-0101-create-bi-rows',
  up: `
CREATE TABLE bi_row_block (
  store_no int NOT NULL,
  epoch int NOT NULL,
  first_row_seq bigint NOT NULL,
  last_row_seq bigint NOT NULL,
  first_receipt_seq bigint NOT NULL,
  last_receipt_seq bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (store_no, epoch, first_row_seq)
);
ALTER TABLE bi_row_block ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX bi_row_block_receipts ON bi_row_block (store_no, last_receipt_seq);

CREATE TABLE bi_store (
  store_no int PRIMARY KEY,
  store_id text NOT NULL UNIQUE
);

CREATE TABLE bi_later_event (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  later_seq bigint NOT NULL,
  PRIMARY KEY (store_no, receipt_seq, later_seq)
);
`,
};
