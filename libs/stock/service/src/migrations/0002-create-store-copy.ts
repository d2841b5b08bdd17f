import type { Migration } from '@potok/platform-postgres/migrations';

/** What a delivery needs of the organisation: a copy fed from retail.organisation.stores.v1. */
export const createStoreCopy: Migration = {
  id: 'stock-0002-create-store-copy',
  up: `
CREATE TABLE store_copy (
  store_id text PRIMARY KEY,
  version bigint NOT NULL,
  store_no int NOT NULL,
  default_location_id text NOT NULL,
  locations jsonb NOT NULL
);
`,
};
