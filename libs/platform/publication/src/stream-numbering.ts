import { assert, present } from '@potok/kernel/assert';
import type { Clock } from '@potok/kernel/clock';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { RelaySignal } from './relay-signal';
import type { LockedStream, StreamAdvance, StreamNumbering } from './stream';

/** Nothing is numbered while this process's clock and PostgreSQL's disagree: recordedAt would be wrong for ever. */
export class ClockDisagreement extends Error {
  override readonly name = 'ClockDisagreement';
  readonly transient = true;

  constructor(readonly skewMs: number) {
    super(`this process's clock and PostgreSQL's differ by ${String(Math.round(skewMs))} ms`);
  }
}

export const CLOCK_SKEW_MAX_MS = 5_000;

interface StreamRow {
  readonly stream_key: string;
  readonly partition: number;
  readonly epoch: number;
  readonly last_seq: bigint;
  readonly last_recorded_at_ms: bigint;
  readonly database_ms: number;
}

/** `StreamNumbering` over the table `publication_stream` of the owner's schema. */
export class StoredStreamNumbering implements StreamNumbering {
  /** Streams whose row is known to be committed: no need to create it. */
  private readonly created = new Set<string>();

  constructor(
    private readonly topic: TopicDeclaration,
    private readonly clock: Clock,
    private readonly signal: RelaySignal,
  ) {}

  async lock(tx: Tx, streamKeys: readonly string[]): Promise<ReadonlyMap<string, LockedStream>> {
    const keys = [...new Set(streamKeys)].sort();
    if (keys.length === 0) return new Map();
    await this.createMissing(tx, keys);
    const beforeMs = this.clock.nowMs();
    const { rows } = await tx.query<StreamRow>(
      `SELECT stream_key, partition, epoch, last_seq, last_recorded_at_ms,
              extract(epoch FROM clock_timestamp())::float8 * 1000 AS database_ms
       FROM publication_stream WHERE topic = $1 AND stream_key = ANY ($2::text[])
       ORDER BY stream_key FOR UPDATE`,
      [this.topic.name, textArray(keys)],
    );
    const nowMs = this.clock.nowMs();
    assert(rows.length === keys.length, `a stream of ${this.topic.name} is missing`);
    checkClocks({ beforeMs, nowMs, databaseMs: present(rows[0], 'the first stream').database_ms });
    return new Map(rows.map((row) => [row.stream_key, lockedStream(row, nowMs)]));
  }

  async advance(tx: Tx, advances: readonly StreamAdvance[]): Promise<void> {
    if (advances.length === 0) return;
    const { rowCount } = await tx.query(
      `UPDATE publication_stream AS stream
       SET last_seq = moved.last_seq, last_recorded_at_ms = moved.recorded_at_ms
       FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS moved (stream_key, last_seq, recorded_at_ms)
       WHERE stream.topic = $1 AND stream.stream_key = moved.stream_key
         AND stream.last_seq < moved.last_seq AND stream.last_recorded_at_ms <= moved.recorded_at_ms`,
      [
        this.topic.name,
        textArray(advances.map((advance) => advance.streamKey)),
        integerArray(advances.map((advance) => advance.lastSeq)),
        integerArray(advances.map((advance) => advance.recordedAtMs)),
      ],
    );
    assert(
      rowCount === advances.length,
      `a stream of ${this.topic.name} was moved twice, backwards or unlocked`,
    );
    tx.afterCommit(this.signal.wake);
  }

  /**
   * Before any stream is locked, and sorted: two transactions that create the same streams wait for each other in
   * one direction only.
   */
  private async createMissing(tx: Tx, sortedKeys: readonly string[]): Promise<void> {
    const missing = sortedKeys.filter((key) => !this.created.has(key));
    if (missing.length === 0) return;
    await tx.query(
      `INSERT INTO publication_stream (topic, stream_key, partition)
       SELECT $1, stream_key, partition FROM unnest($2::text[], $3::int[]) AS missing (stream_key, partition)
       ORDER BY stream_key ON CONFLICT DO NOTHING`,
      [
        this.topic.name,
        textArray(missing),
        integerArray(missing.map((key) => murmur2Partition(key, this.topic.partitions))),
      ],
    );
    tx.afterCommit(() => {
      for (const key of missing) this.created.add(key);
    });
  }
}

function lockedStream(row: StreamRow, nowMs: number): LockedStream {
  return {
    streamKey: row.stream_key,
    partition: row.partition,
    epoch: row.epoch,
    lastSeq: Number(row.last_seq),
    recordedAtMs: Math.max(Math.trunc(nowMs), Number(row.last_recorded_at_ms)),
  };
}

/** The database answered some time between the two: waiting for a lock is no disagreement. */
function checkClocks(times: { beforeMs: number; nowMs: number; databaseMs: number }): void {
  const skewMs = Math.max(times.beforeMs - times.databaseMs, times.databaseMs - times.nowMs);
  if (skewMs > CLOCK_SKEW_MAX_MS) throw new ClockDisagreement(skewMs);
}
