import { assert } from '@potok/kernel/assert';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { RelaySignal } from './relay-signal';
import type { StatePage, StateRow, StateSource } from './stream';

/** A row of a compacted topic that changed in this transaction. */
export interface DirtyRow {
  readonly key: string;
  readonly partition: number;
  /** The row's new version. */
  readonly version: number;
}

export interface DirtyTableOptions {
  readonly topic: TopicDeclaration;
  readonly signal: RelaySignal;
  /** The rows of these keys as they are now: one for each key, `value` null where nothing refers to it any more. */
  readonly load: (tx: Tx, keys: readonly string[]) => Promise<readonly StateRow[]>;
  /** See `StateSource.stored`. */
  readonly page: (tx: Tx, page: StatePage) => Promise<readonly StateRow[]>;
}

/** A `StateSource` whose changes are marked in the table `publication_dirty` by the transactions that make them. */
export class DirtyTableStateSource implements StateSource {
  readonly topic: TopicDeclaration;

  constructor(private readonly options: DirtyTableOptions) {
    this.topic = options.topic;
  }

  /** In the transaction that changes the rows. */
  async markDirty(tx: Tx, rows: readonly DirtyRow[]): Promise<void> {
    if (rows.length === 0) return;
    const newest = new Map<string, DirtyRow>();
    for (const row of rows) {
      if (row.version > (newest.get(row.key)?.version ?? -1)) newest.set(row.key, row);
    }
    const sorted = [...newest.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
    await tx.query(
      `INSERT INTO publication_dirty AS dirty (topic, partition, key, version)
       SELECT $1, * FROM unnest($2::int[], $3::text[], $4::bigint[]) AS changed (partition, key, version)
       ORDER BY key
       ON CONFLICT (topic, partition, key) DO UPDATE SET version = greatest(dirty.version, excluded.version)`,
      this.columns(sorted),
    );
    tx.afterCommit(this.options.signal.wake);
  }

  async pending(tx: Tx, partitions: readonly number[], limit: number): Promise<readonly StateRow[]> {
    const { rows } = await tx.query<{ key: string }>(
      `SELECT key FROM publication_dirty WHERE topic = $1 AND partition = ANY ($2::int[]) LIMIT $3`,
      [this.topic.name, integerArray(partitions), limit],
    );
    if (rows.length === 0) return [];
    const loaded = await this.options.load(
      tx,
      rows.map((row) => row.key),
    );
    assert(loaded.length === rows.length, `a marked row of ${this.topic.name} was not loaded`);
    return loaded;
  }

  async confirm(tx: Tx, rows: readonly StateRow[]): Promise<void> {
    await tx.query(
      `DELETE FROM publication_dirty AS dirty
       USING unnest($2::int[], $3::text[], $4::bigint[]) AS sent (partition, key, version)
       WHERE dirty.topic = $1 AND dirty.partition = sent.partition AND dirty.key = sent.key
         AND dirty.version <= sent.version`,
      this.columns(rows),
    );
  }

  stored(tx: Tx, page: StatePage): Promise<readonly StateRow[]> {
    return this.options.page(tx, page);
  }

  private columns(rows: readonly DirtyRow[]): unknown[] {
    return [
      this.topic.name,
      integerArray(rows.map((row) => row.partition)),
      textArray(rows.map((row) => row.key)),
      integerArray(rows.map((row) => row.version)),
    ];
  }
}
