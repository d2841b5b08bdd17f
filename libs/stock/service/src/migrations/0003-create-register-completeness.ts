import type { Migration } from '@potok/platform-postgres/migrations';

/** Which registers may still move the stock of a store: its registers, and the last statement about each. */
export const createRegisterCompleteness: Migration = {
  id: 'stock-0003-create-register-completeness',
  up: `
CREATE TABLE register_copy (
  register_id text PRIMARY KEY,
  version bigint NOT NULL,
  store_id text NOT NULL,
  archived boolean NOT NULL
);
CREATE INDEX register_copy_store ON register_copy (store_id);

CREATE TABLE register_completeness (
  register_id text PRIMARY KEY,
  statement_no bigint NOT NULL,
  status text NOT NULL,
  complete_up_to timestamptz,
  numbers_missing bigint NOT NULL
) WITH (fillfactor = 70);
`,
};
