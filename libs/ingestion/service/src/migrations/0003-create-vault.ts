import type { Migration } from '@potok/platform-postgres/migrations';

/** Raw bytes, encrypted under the keys of everybody whom they mention; erasing a key makes them unreadable. */
export const createVault: Migration = {
  id: 'ingestion-0003-create-vault',
  up: `
    CREATE TABLE subject (
      subject_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL,
      lookup_hmac bytea,
      wrapped_key bytea,
      sealed_value bytea,
      created_at timestamptz NOT NULL DEFAULT now(),
      erased_at timestamptz,
      CONSTRAINT subject_lookup UNIQUE (kind, lookup_hmac),
      CHECK ((erased_at IS NULL) = (wrapped_key IS NOT NULL))
    );
    COMMENT ON TABLE subject IS 'Employees, buyers, and stores (whose key guards documents without persons)';

    CREATE SEQUENCE archive_block_no;
    CREATE TABLE archive_block (
      block_no bigint PRIMARY KEY,
      store_no int NOT NULL,
      document_count int NOT NULL,
      subject_nos bigint[] NOT NULL,
      bytes bytea NOT NULL
    );
    ALTER TABLE archive_block ALTER COLUMN bytes SET STORAGE EXTERNAL;
  `,
};
