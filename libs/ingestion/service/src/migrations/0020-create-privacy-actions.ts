import type { Migration } from '@potok/platform-postgres/migrations';

/** Who looked for persons and who erased them: without a word of personal data. */
export const createPrivacyActions: Migration = {
  id: 'ingestion-0020-create-privacy-actions',
  up: `
    CREATE TABLE privacy_action (
      action_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('find', 'erase')),
      subject_nos bigint[] NOT NULL,
      documents bigint NOT NULL,
      quarantine_entries bigint NOT NULL,
      done_by text NOT NULL,
      reason text NOT NULL,
      done_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE privacy_action IS 'Only ever added to';
    COMMENT ON COLUMN privacy_action.documents IS 'Archived copies that became unreadable, or would';
  `,
};
