import type { Migration } from '@potok/platform-postgres/migrations';

/** Number ranges whose documents move to the register that they belong to: a job that goes on where it stood. */
export const createRemaps: Migration = {
  id: 'ingestion-0008-create-remaps',
  up: `
    CREATE TABLE remap (
      remap_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      series_no int NOT NULL,
      from_number bigint NOT NULL,
      to_number bigint,
      phase smallint NOT NULL DEFAULT 0,
      after_number bigint NOT NULL,
      after_opaque text NOT NULL DEFAULT '',
      moved bigint NOT NULL DEFAULT 0,
      unmoved bigint NOT NULL DEFAULT 0,
      state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'stopped')),
      started_by text NOT NULL,
      reason text NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      CHECK ((state = 'running') = (finished_at IS NULL))
    );
    COMMENT ON COLUMN remap.phase IS 'Which names it goes through: 0 = numbers, 1 = spans, 2 = opaque ids';
    COMMENT ON COLUMN remap.after_number IS 'Where it stands: everything up to this one was looked at';
    CREATE UNIQUE INDEX remap_running ON remap (series_no) WHERE state = 'running';
  `,
};
