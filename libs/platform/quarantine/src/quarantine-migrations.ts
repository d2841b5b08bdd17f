import type { Migration } from '@potok/platform-postgres/migrations';

/** The quarantine of one service, in its own schema. */
export const quarantineMigrations: readonly Migration[] = [
  {
    id: 'quarantine-001-table',
    up: `
      CREATE TABLE quarantine (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        source text NOT NULL,
        reason text NOT NULL,
        detail text,
        subject_key text,
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'redriven', 'dismissed')),
        origin jsonb NOT NULL,
        bytes bytea,
        sealed boolean NOT NULL,
        bytes_cut boolean NOT NULL,
        byte_count bigint,
        sha256 bytea,
        input_hash bytea NOT NULL,
        seen_count bigint NOT NULL,
        first_seen_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        redrive_attempts int NOT NULL DEFAULT 0,
        closed_at timestamptz,
        closed_by text,
        CHECK ((state = 'open') = (closed_at IS NULL))
      );
      COMMENT ON TABLE quarantine IS 'Inputs that were rejected or held and records that could not be applied';
      CREATE UNIQUE INDEX quarantine_open_input ON quarantine (input_hash) WHERE state = 'open';
      CREATE INDEX quarantine_open_subject ON quarantine (source, subject_key) WHERE state = 'open';
      CREATE INDEX quarantine_by_source ON quarantine (source, id);`,
  },
  {
    id: 'quarantine-002-closed-reason',
    up: `
      ALTER TABLE quarantine ADD COLUMN closed_reason text;
      COMMENT ON COLUMN quarantine.closed_reason IS 'Of a dismissed one: why a person set it aside. No personal data';
      UPDATE quarantine SET closed_reason = 'decided with its conflict' WHERE state = 'dismissed';`,
  },
];

/** SQL for other statements of the schema: has the source in this parameter an open entry? */
export function hasOpenEntries(sourceParameter: string): string {
  return `EXISTS (SELECT 1 FROM quarantine WHERE source = ${sourceParameter} AND state = 'open')`;
}
