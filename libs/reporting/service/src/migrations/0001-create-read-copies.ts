import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * What reports need of the organisation and the nomenclature: copies fed from their compacted topics. A receipt may
 * come before the row of what it names: then its events give the number and the identifier, version 0.
 */
export const createReadCopies: Migration = {
  id: 'reporting-0001-create-read-copies',
  up: `
CREATE TABLE store_copy (
  store_id text PRIMARY KEY,
  version bigint NOT NULL DEFAULT 0,
  store_no int NOT NULL UNIQUE,
  name text,
  legal_entity_id text,
  time_zone text,
  archived boolean NOT NULL DEFAULT false
);

CREATE TABLE register_copy (
  register_id text PRIMARY KEY,
  version bigint NOT NULL DEFAULT 0,
  register_no int NOT NULL UNIQUE,
  store_id text,
  name text,
  archived boolean NOT NULL DEFAULT false
);

CREATE TABLE legal_entity_copy (
  legal_entity_id text PRIMARY KEY,
  version bigint NOT NULL,
  legal_entity_no int NOT NULL UNIQUE,
  inn text NOT NULL,
  name text NOT NULL,
  archived boolean NOT NULL
);

CREATE TABLE product_copy (
  product_id text PRIMARY KEY,
  version bigint NOT NULL DEFAULT 0,
  product_no int NOT NULL UNIQUE,
  name text,
  article text,
  unit text,
  category_code text,
  category_name text,
  brand text,
  vat_rate text,
  marked boolean NOT NULL DEFAULT false,
  status text
);
CREATE INDEX product_copy_category ON product_copy (category_code);
`,
};
