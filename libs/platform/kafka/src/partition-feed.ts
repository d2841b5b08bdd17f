import { setTimeout as sleep } from 'node:timers/promises';
import { type LogRecord, type TopicPartition, partitionKey } from './log';
import { LogDecodeError } from './log-decode-error';
import type { FetchedPartition } from './wire/fetch-call';
import { decodeRecordBatches, endOfRecordBatches } from './wire/record-batch';

export type SliceHandler = (slice: {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  readonly highWatermark: number;
}) => Promise<number>;

export interface FeedEvents {
  readonly slice: SliceHandler;
  /** The feed can take another fetch. */
  wake(): void;
  failed(error: Error): void;
}

/** A handler that answers the offset that it was given made no progress; it is not asked again at once. */
const NO_PROGRESS_DELAY_MS = 50;

/**
 * One assigned partition: at most one slice in the handler's hands and one fetched behind it, still compressed.
 * Every move of the position from outside starts a new epoch; what was fetched or is in hand from an earlier epoch
 * no longer decides where to go on.
 */
export class PartitionFeed implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  epoch = 0;
  /** Where the next fetch starts. */
  fetchFrom = 0;
  /** Up to where the handler is done; null before it was told where to start. */
  doneUpTo: number | null = null;
  highWatermark = 0;
  private stopped = true;
  private finishing = false;
  private waiting: FetchedPartition | null = null;
  private delivery: Promise<void> | null = null;

  constructor(
    { topic, partition }: TopicPartition,
    private readonly events: FeedEvents,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.key = partitionKey(this);
  }

  /** Goes on at the offset. */
  seek(offset: number): void {
    this.epoch += 1;
    this.waiting = null;
    this.fetchFrom = offset;
    this.doneUpTo = offset;
    this.stopped = false;
    this.events.wake();
  }

  /** Nothing more is fetched or handed over; a slice in hand is finished. */
  pause(): void {
    this.epoch += 1;
    this.waiting = null;
    this.stopped = true;
  }

  /** Nothing more is fetched or begun; what the handler answers to the slice in hand still counts. */
  finish(): void {
    this.finishing = true;
    this.waiting = null;
  }

  wantsFetch(): boolean {
    return !this.stopped && !this.finishing && this.waiting === null;
  }

  /** A slice is in hand: the next fetch of this partition may be asked for soon. */
  busy(): boolean {
    return this.delivery !== null;
  }

  /** Resolves when no slice is in hand. */
  async settled(): Promise<void> {
    await this.delivery;
  }

  accept(fetched: FetchedPartition): void {
    this.highWatermark = fetched.highWatermark;
    const end = endOfRecordBatches(fetched.bytes, this.fetchFrom);
    if (end === this.fetchFrom) return;
    this.waiting = fetched;
    this.delivery ??= this.deliver();
  }

  private async deliver(): Promise<void> {
    try {
      for (let next = this.waiting; next !== null; next = this.waiting) await this.handOver(next);
    } catch (error) {
      this.pause();
      this.events.failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.delivery = null;
    }
  }

  private async handOver(fetched: FetchedPartition): Promise<void> {
    const { epoch, topic, partition } = this;
    const decoded = await decodeRecordBatches({
      topic,
      partition,
      fromOffset: this.fetchFrom,
      bytes: fetched.bytes,
    }).catch((error: unknown) => {
      throw new LogDecodeError({ topic, partition, position: this.fetchFrom }, error);
    });
    if (epoch !== this.epoch) return;
    this.waiting = null;
    this.fetchFrom = decoded.nextOffset;
    this.events.wake();
    let { records } = decoded;
    while (records.length > 0) {
      const answer = await this.events.slice({
        topic,
        partition,
        records,
        highWatermark: fetched.highWatermark,
      });
      if (epoch !== this.epoch) return;
      records = await this.rest(records, answer);
      if (this.finishing) return;
    }
    if (epoch === this.epoch) this.doneUpTo = Math.max(this.doneUpTo ?? 0, decoded.nextOffset);
  }

  /** The records still to be handed over after the handler answered where to go on. */
  private async rest(records: readonly LogRecord[], answer: number): Promise<readonly LogRecord[]> {
    const first = records[0]?.offset ?? answer;
    const end = (records.at(-1)?.offset ?? answer) + 1;
    if (answer < first || answer > end) {
      this.seek(answer);
      return [];
    }
    this.doneUpTo = answer;
    if (answer === first) await sleep(NO_PROGRESS_DELAY_MS);
    return records.filter(({ offset }) => offset >= answer);
  }
}
