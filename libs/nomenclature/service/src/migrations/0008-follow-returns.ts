import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * A line may be matched anew after its return was linked: it keeps the line of the sale then. Of a return whose sale is
 * known and not all of its lines, `mark` says what was known of both when they were compared last.
 */
export const followReturns: Migration = {
  id: 'nomenclature-0008-follow-returns',
  up: `
ALTER TABLE unmatched_line ADD COLUMN sale_line_no int;
UPDATE unmatched_line l SET sale_line_no = r.sale_line_no FROM returned_line r
WHERE l.store_no = r.store_no AND l.receipt_seq = r.receipt_seq AND l.line_no = r.line_no;

CREATE TABLE partly_linked_receipt (
  store_no int NOT NULL,
  receipt_seq bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  sale_document_id uuid NOT NULL,
  mark bigint NOT NULL,
  PRIMARY KEY (store_no, receipt_seq)
);
`,
};
