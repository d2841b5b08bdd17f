import type { Migration } from '@potok/platform-postgres/migrations';

/** What a delivery needs of the organisation: a copy fed from retail.organisation.stores.v1. */
export const createStoreCopy: Migration = {
  id: 'stock-0002-create-store-copy',
  up: `
CREATE TABLE store_copy (
  store_id text PRIMARY KEY,
  store_no int NOT NULL UNIQUE,
  default_location_id text NOT NULL,
  location_ids text[] NOT NULL,
  location_nos int[] NOT NULL,
  version bigint NOT NULL
);
`,
};
