import type { Migration } from '@potok/platform-postgres/migrations';

/** What people stated about series and holes: who, when, and in which words. */
export const createCompletenessDecisions: Migration = {
  id: 'ingestion-0005-create-completeness-decisions',
  up: `
    CREATE TABLE completeness_decision (
      decision_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('holeClosed', 'fnEnded', 'declared')),
      series_no int NOT NULL,
      hole_id bigint,
      decided_by text NOT NULL,
      decided_at timestamptz NOT NULL DEFAULT now(),
      body text NOT NULL
    );
    CREATE INDEX completeness_hole_store ON completeness_hole (store_no, hole_id);
  `,
};
