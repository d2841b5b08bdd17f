import type { Migration } from '@potok/platform-postgres/migrations';

/** The tables of a service's consumers, in the service's own schema. */
export const runnerMigrations: readonly Migration[] = [
  {
    id: 'runner-001-positions',
    up: `
      CREATE TABLE consumer_position (
        consumer text NOT NULL,
        cluster_id text NOT NULL,
        topic text NOT NULL,
        incarnation text NOT NULL,
        partition int NOT NULL,
        next_offset bigint NOT NULL CHECK (next_offset >= 0),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, cluster_id, topic, incarnation, partition)
      ) WITH (fillfactor = 50);
      COMMENT ON TABLE consumer_position IS 'The next offset that a consumer has to apply; moved in the transaction of the effects';
      CREATE TABLE stream_applied (
        consumer text NOT NULL,
        topic text NOT NULL,
        stream_key text NOT NULL,
        partition int NOT NULL,
        epoch bigint NOT NULL CHECK (epoch >= 1),
        seq bigint NOT NULL CHECK (seq >= 0),
        closed boolean NOT NULL,
        expected_seq bigint,
        halted_at_offset bigint,
        halted_reason text,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, topic, stream_key),
        CHECK ((expected_seq IS NULL) = (halted_at_offset IS NULL) AND (expected_seq IS NULL) = (halted_reason IS NULL))
      ) WITH (fillfactor = 50);
      COMMENT ON TABLE stream_applied IS 'The last event of a stream that a consumer has applied; expected_seq is set while the stream is halted';
      CREATE INDEX stream_applied_halted ON stream_applied (consumer, topic) WHERE expected_seq IS NOT NULL;`,
  },
];
