import type { Migration } from '@potok/platform-postgres/migrations';

/** What a person has to decide about copies and documents, and what was decided by whom. */
export const createDecisions: Migration = {
  id: 'ingestion-0007-create-decisions',
  up: `
    CREATE TABLE conflict (
      conflict_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind smallint NOT NULL,
      document_id uuid NOT NULL,
      joined_ids uuid[] NOT NULL DEFAULT '{}',
      observation_no int,
      sha256 bytea NOT NULL,
      field text NOT NULL,
      subject_key text NOT NULL,
      credential_id text NOT NULL,
      store_no int NOT NULL,
      received_at timestamptz NOT NULL,
      state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'kept', 'revised', 'merged')),
      CONSTRAINT conflict_copy UNIQUE (document_id, sha256, kind)
    );
    COMMENT ON TABLE conflict IS 'Copies that contradict a document (kind 0) or name several (kind 1)';
    COMMENT ON COLUMN conflict.joined_ids IS 'Of kind 1: every document that the copy names';
    COMMENT ON COLUMN conflict.observation_no IS 'Of kind 0: where the copy lies in the archive';
    CREATE INDEX conflict_open ON conflict (conflict_no) WHERE state = 'open';
    CREATE INDEX conflict_joined ON conflict USING gin (joined_ids) WHERE kind = 1 AND state = 'open';
    CREATE INDEX conflict_bytes ON conflict (sha256) WHERE kind = 1;

    CREATE TABLE decision (
      decision_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('keep', 'revise', 'merge', 'withdraw', 'remap')),
      document_id uuid NOT NULL,
      other_document_id uuid,
      conflict_no bigint,
      revision int,
      decided_by text NOT NULL,
      reason text NOT NULL,
      decided_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE decision IS 'Who decided what and why: only ever added to';
    COMMENT ON COLUMN decision.revision IS 'Of document_id, where one came of it';
    CREATE INDEX decision_by_document ON decision (document_id, decision_no);
    CREATE INDEX decision_by_conflict ON decision (conflict_no) WHERE conflict_no IS NOT NULL;

    CREATE TABLE overruled_core (
      document_id uuid NOT NULL,
      decision_no bigint NOT NULL,
      core jsonb NOT NULL,
      PRIMARY KEY (document_id, decision_no)
    );
    COMMENT ON TABLE overruled_core IS 'Fiscal cores that were decided against: copies of them raise no alarm again';

    INSERT INTO conflict (kind, document_id, observation_no, sha256, field, subject_key, credential_id, store_no,
      received_at)
    SELECT 0, observation.document_id, observation.observation_no, observation.sha256,
      coalesce(quarantine.detail, '/'), quarantine.subject_key, quarantine.origin ->> 'credentialId',
      document.store_no, observation.received_at
    FROM observation
    JOIN document ON document.document_id = observation.document_id AND document.revision = 1
    JOIN quarantine ON quarantine.source = 'intake' AND quarantine.state = 'open'
      AND quarantine.reason = 'conflict' AND quarantine.sha256 = observation.sha256
      AND quarantine.subject_key = 'document:' || observation.document_id
    WHERE observation.kind = 3
    ON CONFLICT DO NOTHING;
  `,
};
