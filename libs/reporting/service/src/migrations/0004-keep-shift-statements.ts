import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * A shift is begun by its first receipt or by what completeness says of its register, whichever is there first; the
 * statement says when it was opened and closed, and how its close report agrees. `business_date` is that of the first
 * receipt, else the date (UTC) of its opening.
 */
export const keepShiftStatements: Migration = {
  id: 'reporting-0004-keep-shift-statements',
  up: `
ALTER TABLE shift ADD COLUMN statement_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE shift ADD COLUMN status text;
ALTER TABLE shift ADD COLUMN basis text;
ALTER TABLE shift ADD COLUMN reported_receipts bigint;
ALTER TABLE shift ADD COLUMN received_receipts bigint;
ALTER TABLE shift ADD COLUMN report_result text;
ALTER TABLE shift ADD COLUMN differences jsonb;
`,
};
