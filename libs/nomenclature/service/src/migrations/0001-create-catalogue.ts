import type { Migration } from '@potok/platform-postgres/migrations';

/** Rows carry the version of the catalogue that brought them; the one row of `catalogue` is locked before any changes. */
export const createCatalogue: Migration = {
  id: 'nomenclature-0001-create-catalogue',
  up: `
CREATE TABLE catalogue (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL DEFAULT 0
);
INSERT INTO catalogue DEFAULT VALUES;

CREATE TABLE product (
  product_no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id text NOT NULL UNIQUE,
  status text NOT NULL CHECK (status IN ('active', 'archived', 'unmatched')),
  name text NOT NULL,
  article text,
  unit text NOT NULL DEFAULT 'piece',
  measure_code int,
  weighed boolean NOT NULL DEFAULT false,
  marked boolean NOT NULL DEFAULT false,
  vat_rate text,
  category_code text,
  category_name text,
  brand text,
  price_kopecks bigint,
  unmatched_kind text,
  unmatched_key text,
  unmatched_measure text,
  catalogue_version bigint NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  recorded_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX product_article ON product (article) WHERE status = 'active' AND article IS NOT NULL;
CREATE INDEX product_catalogue_version ON product (catalogue_version);
CREATE INDEX product_unmatched ON product (unmatched_kind, unmatched_key) WHERE status = 'unmatched';

CREATE TABLE barcode (
  scope text NOT NULL,
  barcode text NOT NULL,
  valid_from timestamptz NOT NULL DEFAULT '-infinity',
  valid_to timestamptz NOT NULL DEFAULT 'infinity',
  product_no int NOT NULL REFERENCES product,
  numerator int NOT NULL,
  denominator int NOT NULL,
  catalogue_version bigint NOT NULL,
  PRIMARY KEY (barcode, scope, valid_from),
  CHECK (valid_from < valid_to)
);
CREATE INDEX barcode_product ON barcode (product_no);
CREATE INDEX barcode_catalogue_version ON barcode (catalogue_version);

CREATE TABLE external_code (
  system text NOT NULL,
  code text NOT NULL,
  product_no int NOT NULL REFERENCES product,
  catalogue_version bigint NOT NULL,
  PRIMARY KEY (code, system)
);
CREATE INDEX external_code_product ON external_code (product_no);
CREATE INDEX external_code_catalogue_version ON external_code (catalogue_version);

CREATE TABLE rule_set (
  version int PRIMARY KEY,
  rules jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
`,
};
