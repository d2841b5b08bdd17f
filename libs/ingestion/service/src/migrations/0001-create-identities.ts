import type { Migration } from '@potok/platform-postgres/migrations';

/** Identities are unique for ever: these primary keys are the guard against a document that comes twice. */
export const createIdentities: Migration = {
  id: 'ingestion-0001-create-identities',
  up: `
    CREATE TABLE series (
      series_no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      scheme text NOT NULL,
      series text NOT NULL,
      last_number bigint,
      last_ledger_at timestamptz,
      CONSTRAINT series_name UNIQUE (scheme, series)
    ) WITH (fillfactor = 70);
    COMMENT ON COLUMN series.last_ledger_at IS 'ledgerAt of the document with the highest number';

    CREATE TABLE identity (
      series_no int NOT NULL,
      number bigint NOT NULL,
      document_id uuid NOT NULL,
      CONSTRAINT identity_pkey PRIMARY KEY (series_no, number)
    );
    CREATE TABLE identity_span (
      series_no int NOT NULL,
      from_number bigint NOT NULL,
      to_number bigint NOT NULL,
      document_id uuid NOT NULL,
      CONSTRAINT identity_span_pkey PRIMARY KEY (series_no, from_number)
    );
    CREATE TABLE identity_opaque (
      series_no int NOT NULL,
      opaque_id text NOT NULL,
      document_id uuid NOT NULL,
      CONSTRAINT identity_opaque_pkey PRIMARY KEY (series_no, opaque_id)
    );

    CREATE TABLE held_identity (
      series_no int NOT NULL,
      from_number bigint NOT NULL,
      to_number bigint NOT NULL,
      opaque_id text NOT NULL,
      subject_key text NOT NULL,
      reason text NOT NULL,
      PRIMARY KEY (series_no, from_number, opaque_id, subject_key)
    );
    COMMENT ON TABLE held_identity IS 'Received, but in quarantine. from_number = -1 where opaque_id names it';
    CREATE INDEX held_identity_subject ON held_identity (subject_key);
    CREATE INDEX held_identity_unassigned ON held_identity (series_no, from_number) WHERE reason = 'seriesUnassigned';
  `,
};
