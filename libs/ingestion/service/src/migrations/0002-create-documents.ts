import type { Migration } from '@potok/platform-postgres/migrations';

/** Documents, what was published of them, and what was received of them. */
export const createDocuments: Migration = {
  id: 'ingestion-0002-create-documents',
  up: `
    CREATE TABLE document (
      document_id uuid NOT NULL,
      revision int NOT NULL,
      revision_kind smallint NOT NULL,
      type smallint NOT NULL,
      store_no int NOT NULL,
      stream_epoch int NOT NULL,
      stream_seq bigint NOT NULL,
      block_first_seq bigint NOT NULL,
      series_no int NOT NULL,
      number bigint,
      register_no int NOT NULL,
      business_date date NOT NULL,
      recorded_at timestamptz NOT NULL,
      received_at timestamptz NOT NULL,
      sha256 bytea NOT NULL,
      archive_block_no bigint NOT NULL,
      archive_index int NOT NULL,
      CONSTRAINT document_pkey PRIMARY KEY (document_id, revision)
    );
    COMMENT ON COLUMN document.stream_seq IS '0 = archived only (a training drive)';
    COMMENT ON COLUMN document.sha256 IS 'Of the bytes as received that made this revision';

    CREATE TABLE event_block (
      store_no int NOT NULL,
      stream_epoch int NOT NULL,
      first_seq bigint NOT NULL,
      last_seq bigint NOT NULL,
      recorded_at timestamptz NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (store_no, stream_epoch, first_seq)
    );
    ALTER TABLE event_block ALTER COLUMN bytes SET STORAGE EXTERNAL;

    CREATE TABLE observation (
      document_id uuid NOT NULL,
      observation_no int NOT NULL,
      kind smallint NOT NULL,
      received_at timestamptz NOT NULL,
      sha256 bytea NOT NULL,
      archive_block_no bigint NOT NULL,
      archive_index int NOT NULL,
      CONSTRAINT observation_pkey PRIMARY KEY (document_id, observation_no)
    );
    COMMENT ON TABLE observation IS 'Further copies with other bytes; the first is the row of revision 1';

    CREATE TABLE repeat_count (
      document_id uuid NOT NULL,
      sha256 bytea NOT NULL,
      count bigint NOT NULL,
      last_received_at timestamptz NOT NULL,
      PRIMARY KEY (document_id, sha256)
    ) WITH (fillfactor = 70);
  `,
};
