import type { Migration } from '@potok/platform-postgres/migrations';

/** What the read copies of one service need beside their own tables, in the service's schema. */
export const readCopyMigrations: readonly Migration[] = [
  {
    id: 'read-copy-001-tombstones',
    up: `
      CREATE TABLE copy_tombstone (
        copy text NOT NULL,
        key text NOT NULL,
        version bigint NOT NULL,
        removed_at timestamptz NOT NULL,
        PRIMARY KEY (copy, key)
      );
      CREATE INDEX copy_tombstone_by_age ON copy_tombstone (copy, removed_at);
      COMMENT ON TABLE copy_tombstone IS
        'Versions of rows that tombstones removed: an older record that is repeated must not revive its row';`,
  },
];
