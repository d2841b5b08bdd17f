import type { Tx } from '@potok/platform-postgres/tx';
import type { TopicDeclaration } from '@potok/kernel/contract';

/**
 * The state of one stream (topic, key) under its row lock. The owner numbers its events `lastSeq + 1, …`, stores
 * them, and hands the moved states to `StreamNumbering.advance` in the same transaction.
 */
export interface LockedStream {
  readonly streamKey: string;
  readonly partition: number;
  readonly epoch: number;
  readonly lastSeq: number;
  /** max(now, the stream's last): the recordedAt of everything numbered in this transaction. Milliseconds. */
  readonly recordedAtMs: number;
}

export interface StreamAdvance {
  readonly streamKey: string;
  readonly lastSeq: number;
  readonly recordedAtMs: number;
}

/** Numbers the streams of one topic in the owner's schema. */
export interface StreamNumbering {
  /**
   * Locks the rows of these streams in sorted order, creating missing ones, and answers their state. Throws
   * `ClockDisagreement` while this process's clock and PostgreSQL's differ by more than 5 s.
   */
  lock(tx: Tx, streamKeys: readonly string[]): Promise<ReadonlyMap<string, LockedStream>>;
  /** Stores the new heads and wakes the relay after the commit. */
  advance(tx: Tx, advances: readonly StreamAdvance[]): Promise<void>;
}

/** An inclusive range of sequences of one stream. */
export interface StreamRange {
  readonly streamKey: string;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** An event ready to be sent: everything here is a pure function of stored rows. */
export interface PublishableEvent {
  readonly streamKey: string;
  readonly seq: number;
  readonly eventId: string;
  /** Absent = the stream's key. Another one needs the header `ce_partitionkey`, and goes to the stream's partition. */
  readonly recordKey?: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** How eager a topic's readers are. */
export interface Gathering {
  /**
   * Rounds of the relay begin this far apart while there is something to publish: where nobody needs a topic at once,
   * fewer and larger record batches cost its owner and the broker less. Milliseconds; absent = `RELAY_TIMINGS`.
   */
  readonly gatherMs?: number;
}

/** What the owner implements for the relay: reads its stored events back as the bytes to be sent. */
export interface StreamSource extends Gathering {
  readonly topic: TopicDeclaration;
  /**
   * The events of these ranges, each stream's in order and without omission, stopping after about `bytesMax` bytes
   * but never before the first event.
   */
  read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]>;
}

/** The current row of a key of a compacted topic. `value` null = tombstone (nothing refers to the key any more). */
export interface StateRow {
  readonly key: string;
  readonly partition: number;
  readonly version: number;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the owner of a compacted topic implements for the state relay. */
export interface StateSource extends Gathering {
  readonly topic: TopicDeclaration;
  /** Rows of these partitions that changed since they were last confirmed on the topic, at most `limit`. */
  pending(tx: Tx, partitions: readonly number[], limit: number): Promise<readonly StateRow[]>;
  /** Called after acks=all: forgets the marks of rows that still have the version that was sent. */
  confirm(tx: Tx, rows: readonly StateRow[]): Promise<void>;
  /** All rows of a partition in key order, `limit` at a time: a new holder reconciles the topic with them. */
  stored(tx: Tx, page: StatePage): Promise<readonly StateRow[]>;
}

export interface StatePage {
  readonly partition: number;
  readonly afterKey: string | null;
  readonly limit: number;
}
