import type { Migration } from '@potok/platform-postgres/migrations';

/** A person may state where a series begins; lists of registers show what holds one back and what is not known. */
export const stateBeginnings: Migration = {
  id: 'ingestion-0021-state-beginnings',
  up: `
    ALTER TABLE completeness_decision DROP CONSTRAINT completeness_decision_kind_check;
    ALTER TABLE completeness_decision ADD CONSTRAINT completeness_decision_kind_check
      CHECK (kind IN ('holeClosed', 'fnEnded', 'declared', 'beginningStated'));
    ALTER TABLE completeness_register ADD COLUMN beginnings_unknown int NOT NULL DEFAULT 0,
      ADD COLUMN held_back_by text;
    COMMENT ON COLUMN completeness_register.held_back_by IS 'JSON: the series that proves least where others prove more';
  `,
};
