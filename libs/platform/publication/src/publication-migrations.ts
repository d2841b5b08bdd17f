import type { Migration } from '@potok/platform-postgres/migrations';

/**
 * The tables of numbering and publication: each service puts them into its own list of migrations. Numbering and
 * progress are separate rows, so that the relay never waits for a transaction that holds a stream.
 */
export const publicationMigrations: readonly Migration[] = [
  {
    id: 'publication-001-streams',
    up: `
      CREATE TABLE publication_stream (
        topic text NOT NULL,
        stream_key text NOT NULL,
        partition int NOT NULL,
        epoch int NOT NULL DEFAULT 1,
        last_seq bigint NOT NULL DEFAULT 0,
        last_recorded_at_ms bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (topic, stream_key)
      ) WITH (fillfactor = 50);
      CREATE INDEX publication_stream_partition ON publication_stream (topic, partition);

      CREATE TABLE publication_progress (
        topic text NOT NULL,
        stream_key text NOT NULL,
        epoch int NOT NULL,
        published_up_to bigint NOT NULL,
        PRIMARY KEY (topic, stream_key)
      ) WITH (fillfactor = 50);

      CREATE TABLE publication_republish (
        topic text NOT NULL,
        stream_key text NOT NULL,
        from_seq bigint NOT NULL,
        next_seq bigint NOT NULL,
        to_seq bigint NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        PRIMARY KEY (topic, stream_key)
      )`,
  },
  {
    id: 'publication-002-leases',
    up: `
      CREATE TABLE publication_lease (
        topic text NOT NULL,
        partition int NOT NULL,
        holder text,
        generation bigint NOT NULL DEFAULT 0,
        expires_at timestamptz NOT NULL DEFAULT '-infinity',
        halt_reason text,
        PRIMARY KEY (topic, partition)
      ) WITH (fillfactor = 50);

      CREATE TABLE publication_instance (
        topic text NOT NULL,
        holder text NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (topic, holder)
      ) WITH (fillfactor = 50)`,
  },
  {
    id: 'publication-003-dirty-rows',
    up: `
      CREATE TABLE publication_dirty (
        topic text NOT NULL,
        partition int NOT NULL,
        key text NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (topic, partition, key)
      )`,
  },
  {
    id: 'publication-004-kept-from',
    up: `
      ALTER TABLE publication_stream ADD COLUMN kept_from bigint NOT NULL DEFAULT 1;
      COMMENT ON COLUMN publication_stream.kept_from IS 'Events before it were deleted after their time: they cannot be sent again'`,
  },
];
