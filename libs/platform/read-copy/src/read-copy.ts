import type { TopicDeclaration } from '@potok/kernel/contract';
import type { ConsumerDefinition } from '@potok/platform-kafka/consumer-definition';
import type { PlainRecord } from '@potok/platform-kafka/stream-event';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { type CopyColumn, copyStatements, upsertParameters } from './read-copy-sql';

/**
 * A service's own copy of another's compacted topic: one row for each key, in a table of the service's schema.
 * Only a higher version changes a row; a tombstone removes it, and only a version above the removed one brings it back.
 */
export interface ReadCopy<Row> {
  /** Also the group: one for each service and topic, for example `stock-ledger.products-copy`. */
  readonly name: string;
  readonly topic: TopicDeclaration;
  readonly table: string;
  /** The record key's column: the table's primary key, text. */
  readonly keyColumn: string;
  /** bigint. */
  readonly versionColumn: string;
  readonly columns: readonly CopyColumn<Row>[];
  /** Throws for what is not such a row: the record is then quarantined. */
  decode(value: Buffer): Row;
  versionOf(row: Row): number;
  /** After the rows were written: for child tables. Gets only what really changed, in the same transaction. */
  afterChange?(tx: Tx, change: CopyChange<Row>): Promise<void>;
}

export interface CopyChange<Row> {
  readonly upserted: readonly KeyedRow<Row>[];
  readonly removedKeys: readonly string[];
}

export interface KeyedRow<Row> {
  readonly key: string;
  readonly row: Row;
}

/** A state topic's record without a key names no row. */
export class CopyKeyMissing extends Error {
  override readonly name = 'CopyKeyMissing';
  /** Classified as the record's own fault, so that it is quarantined alone. */
  readonly code = '22000';
}

/** Twice what a topic keeps its tombstones for: by then no record that is older than they comes any more. */
const TOMBSTONES_KEPT_MS = 14 * 86_400_000;

const CAPS = { recordsMax: 5_000, bytesMax: 8 * 1024 * 1024, lingerMs: 0 };

/** The consumer that feeds a read copy. */
export function readCopyConsumer(copy: Pick<ReadCopy<unknown>, 'name' | 'topic'>): ConsumerDefinition {
  return {
    name: copy.name,
    topic: copy.topic,
    mode: 'plain',
    types: [],
    caps: CAPS,
    parallelTransactions: 1,
  };
}

/** The body of that consumer's transactions. A later record about a quarantined key does not wait for it: it heals it. */
export class ReadCopyHandler<Row> {
  readonly mode = 'plain';
  private readonly sql: ReturnType<typeof copyStatements>;

  constructor(private readonly copy: ReadCopy<Row>) {
    this.sql = copyStatements(copy);
  }

  readonly apply = async ({ tx, records }: { tx: Tx; records: readonly PlainRecord[] }): Promise<void> => {
    const { removed, latest } = this.fold(records);
    const removedKeys = await this.remove(tx, removed, newestMs(records));
    const upserted = await this.upsert(tx, [...latest.values()].sort(byKey));
    if (removedKeys.length + upserted.length > 0) {
      await this.copy.afterChange?.(tx, { upserted, removedKeys });
    }
  };

  /**
   * What the records of one batch come to: of each key the highest version after its last tombstone, and of a removed
   * one the highest before it, null where the batch holds none.
   */
  private fold(records: readonly PlainRecord[]) {
    const removed = new Map<string, number | null>();
    const latest = new Map<string, KeyedRow<Row>>();
    for (const { key, value } of records) {
      if (key === null) throw new CopyKeyMissing(`a record of ${this.copy.topic.name} has no key`);
      const known = latest.get(key);
      if (value === null) {
        const version = known === undefined ? null : this.copy.versionOf(known.row);
        removed.set(key, higher(removed.get(key) ?? null, version));
        latest.delete(key);
        continue;
      }
      const row = this.copy.decode(value);
      if (known === undefined || this.copy.versionOf(row) > this.copy.versionOf(known.row)) {
        latest.set(key, { key, row });
      }
    }
    return { removed, latest };
  }

  private async remove(tx: Tx, removed: ReadonlyMap<string, number | null>, atMs: number): Promise<string[]> {
    if (removed.size === 0) return [];
    const { name } = this.copy;
    const keys = [...removed.keys()].sort();
    const versions = integerArray(keys.map((key) => removed.get(key) ?? null));
    const { rows } = await tx.query<{ key: string }>(this.sql.remove, [
      textArray(keys),
      versions,
      atMs,
      name,
    ]);
    await tx.query(this.sql.forget, [name, atMs - TOMBSTONES_KEPT_MS]);
    return rows.map(({ key }) => key);
  }

  private async upsert(tx: Tx, rows: readonly KeyedRow<Row>[]): Promise<KeyedRow<Row>[]> {
    if (rows.length === 0) return [];
    const answer = await tx.query<{ key: string }>(this.sql.upsert, [
      ...upsertParameters(this.copy, rows),
      this.copy.name,
    ]);
    const changed = new Set(answer.rows.map(({ key }) => key));
    return rows.filter(({ key }) => changed.has(key));
  }
}

function higher(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** By the broker's clock: LogAppendTime. */
function newestMs(records: readonly PlainRecord[]): number {
  return records.reduce((newest, { timestampMs }) => Math.max(newest, timestampMs), 0);
}

function byKey(one: { readonly key: string }, other: { readonly key: string }): number {
  return one.key < other.key ? -1 : 1;
}
