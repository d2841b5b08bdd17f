import type { Migration } from '@potok/platform-postgres/migrations';

/** Where goods may be that a person names: fed from retail.organisation.stores.v1. */
export const createStoreCopy: Migration = {
  id: 'nomenclature-0005-create-store-copy',
  up: `
CREATE TABLE store_copy (
  store_id text PRIMARY KEY,
  version bigint NOT NULL,
  default_location_id text NOT NULL,
  locations jsonb NOT NULL
);
`,
};
