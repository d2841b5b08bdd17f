import type { Migration } from '@potok/platform-postgres/migrations';

/** What is known of each series and shift, which numbers are missing, and what was stated of it. */
export const createCompleteness: Migration = {
  id: 'ingestion-0004-create-completeness',
  up: `
    CREATE TABLE completeness_arrival (
      store_no int NOT NULL,
      arrival_no bigint GENERATED ALWAYS AS IDENTITY,
      register_no int NOT NULL,
      series_no int NOT NULL,
      received_at timestamptz NOT NULL,
      facts text NOT NULL,
      PRIMARY KEY (store_no, arrival_no)
    );
    COMMENT ON TABLE completeness_arrival IS 'A queue: what arrived and is not folded yet. series_no 0 = the register alone';

    CREATE TABLE completeness_series (
      series_no int NOT NULL,
      register_no int NOT NULL,
      store_no int NOT NULL,
      facts text NOT NULL,
      look_again_at timestamptz,
      PRIMARY KEY (series_no, register_no)
    ) WITH (fillfactor = 70);
    CREATE INDEX completeness_series_register ON completeness_series (register_no);
    CREATE INDEX completeness_series_again ON completeness_series (look_again_at) WHERE look_again_at IS NOT NULL;

    CREATE TABLE completeness_shift (
      series_no int NOT NULL,
      register_no int NOT NULL,
      shift_no int NOT NULL,
      first_number bigint,
      last_number bigint,
      settled boolean NOT NULL,
      facts text NOT NULL,
      statement text NOT NULL,
      PRIMARY KEY (series_no, register_no, shift_no)
    ) WITH (fillfactor = 70);
    CREATE INDEX completeness_shift_unsettled ON completeness_shift (series_no, register_no) WHERE NOT settled;
    CREATE INDEX completeness_shift_first ON completeness_shift (series_no, register_no, first_number);

    CREATE TABLE completeness_hole (
      hole_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      store_no int NOT NULL,
      register_no int NOT NULL,
      series_no int NOT NULL,
      from_number bigint NOT NULL,
      to_number bigint NOT NULL,
      class text NOT NULL,
      reason text NOT NULL,
      receipts_min bigint NOT NULL,
      receipts_max bigint NOT NULL,
      shift_no int,
      evidence text NOT NULL,
      noticed_at timestamptz NOT NULL,
      resend_requested_at timestamptz,
      closed_at timestamptz,
      closed_by text,
      note text
    ) WITH (fillfactor = 70);
    CREATE INDEX completeness_hole_open ON completeness_hole (series_no, register_no) WHERE closed_at IS NULL;
    CREATE INDEX completeness_hole_asked ON completeness_hole (register_no)
      WHERE closed_at IS NULL AND resend_requested_at IS NOT NULL;

    CREATE TABLE completeness_register (
      register_no int PRIMARY KEY,
      store_no int NOT NULL,
      statement_no int NOT NULL,
      statement text NOT NULL,
      stated_at timestamptz NOT NULL,
      last_heard_at timestamptz NOT NULL,
      status text NOT NULL,
      complete_up_to timestamptz,
      complete_up_to_basis text,
      holes_open int NOT NULL,
      numbers_missing bigint NOT NULL,
      shifts_incomplete int NOT NULL,
      reports_differing int NOT NULL,
      documents_seq bigint NOT NULL
    ) WITH (fillfactor = 70);
    CREATE INDEX completeness_register_store ON completeness_register (store_no);

    CREATE TABLE completeness_block (
      store_no int NOT NULL,
      stream_epoch int NOT NULL,
      first_seq bigint NOT NULL,
      last_seq bigint NOT NULL,
      recorded_at timestamptz NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (store_no, stream_epoch, first_seq)
    );
    ALTER TABLE completeness_block ALTER COLUMN bytes SET STORAGE EXTERNAL;
    COMMENT ON TABLE completeness_block IS 'The statements that were published, one block a transaction and store';
  `,
};
