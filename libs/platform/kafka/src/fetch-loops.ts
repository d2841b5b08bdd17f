import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster';
import { asError } from './errors';
import type { Logger } from './kafkajs-connection';
import { type OutOfRange, partitionKey } from './log';
import { fetchFrom, leaderOf } from './log-reader';
import type { PartitionFeed } from './partition-feed';
import type { FetchedPartition } from './wire/fetch-call';
import { ERROR, LogProtocolError, isPassing } from './wire/protocol-errors';

export interface FetchOptions {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

export interface FetchEvents {
  outOfRange(found: OutOfRange): void;
  failed(error: Error): void;
}

interface Asked {
  readonly feed: PartitionFeed;
  readonly epoch: number;
}

/**
 * While records flow the broker gathers them this long or to this size before it answers: each fetch, transaction and
 * record batch has a price of its own, whatever it holds. The first record after a pause is answered at once.
 */
const GATHER_MS = 50;
const GATHER_BYTES = 256 * 1024;
const IDLE_MS = 1_000;
const ERROR_DELAY_MS = 200;
const ERROR_DELAY_MAX_MS = 2_000;

/** One loop per broker fetches for the feeds whose partitions it leads and that can take more. */
export class FetchLoops {
  private readonly loops = new Map<number, Promise<void>>();
  private readonly sleepers = new Set<() => void>();
  private feeds: readonly PartitionFeed[] = [];
  private closed = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: FetchOptions,
    private readonly events: FetchEvents & { readonly logger: Logger },
  ) {}

  setFeeds(feeds: readonly PartitionFeed[]): void {
    this.feeds = feeds;
    this.wake();
  }

  /** Looks again at once what can be fetched. */
  wake(): void {
    if (this.closed) return;
    for (const feed of this.feeds) {
      const nodeId = this.leaderOrNull(feed);
      if (nodeId !== null && !this.loops.has(nodeId)) this.loops.set(nodeId, this.loop(nodeId));
    }
    for (const awake of this.sleepers) awake();
    this.sleepers.clear();
  }

  close(): void {
    this.closed = true;
    for (const awake of this.sleepers) awake();
  }

  private async loop(nodeId: number): Promise<void> {
    let failures = 0;
    let flowing = false;
    while (!this.closed) {
      try {
        await this.cluster.refreshMetadataIfNecessary();
        flowing = await this.round(nodeId, flowing);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (this.closed) return;
        if (error instanceof LogProtocolError && !isPassing(error.code)) {
          this.events.failed(error);
          return;
        }
        this.events.logger.warn('fetching failed, repeating', { nodeId, error: asError(error).message });
        await sleep(Math.min(ERROR_DELAY_MS * failures, ERROR_DELAY_MAX_MS));
        await this.cluster.refreshMetadata().catch(() => undefined);
        this.wake();
      }
    }
  }

  /** True while records flow. */
  private async round(nodeId: number, flowing: boolean): Promise<boolean> {
    const led = this.feeds.filter((feed) => this.leaderOrNull(feed) === nodeId);
    const asked = led.filter((feed) => feed.wantsFetch()).map((feed) => ({ feed, epoch: feed.epoch }));
    if (asked.length === 0) {
      await this.nap();
      return flowing;
    }
    // With a slice in hand its partition will soon want the next fetch: the broker must not hold the answer long.
    const soon = flowing || led.some((feed) => feed.busy());
    const fetched = await fetchFrom(this.cluster, {
      nodeId,
      partitions: asked.map(({ feed: { topic, partition, fetchFrom } }) => ({
        topic,
        partition,
        fromOffset: fetchFrom,
      })),
      limits: {
        ...this.options,
        maxWaitMs: soon ? GATHER_MS : this.options.maxWaitMs,
        minBytes: flowing ? GATHER_BYTES : 1,
      },
    });
    if (this.closed) return false;
    const byKey = new Map(fetched.map((one) => [partitionKey(one), one]));
    const served = new Set<PartitionFeed>();
    let trouble: unknown = null;
    for (const one of asked) {
      const answer = byKey.get(one.feed.key);
      if (answer === undefined || one.epoch !== one.feed.epoch) continue;
      try {
        if (await this.take(one, answer)) served.add(one.feed);
      } catch (error) {
        trouble ??= error;
      }
    }
    this.putBehind(served);
    if (trouble !== null) throw asError(trouble);
    return served.size > 0;
  }

  /** True when the partition got records: others are asked for before it the next time. */
  private async take({ feed, epoch }: Asked, answer: FetchedPartition): Promise<boolean> {
    if (answer.errorCode === ERROR.none) {
      feed.accept(answer);
      return answer.bytes.length > 0;
    }
    if (answer.errorCode !== ERROR.offsetOutOfRange) {
      throw new LogProtocolError(answer.errorCode, feed.topic, feed.partition);
    }
    const bounds = await this.boundsOf(feed);
    const position = feed.fetchFrom;
    const really = position < bounds.earliest || position > bounds.end;
    if (!really) throw new LogProtocolError(ERROR.offsetNotAvailable, feed.topic, feed.partition);
    if (epoch !== feed.epoch) return false;
    feed.pause();
    this.events.outOfRange({ topic: feed.topic, partition: feed.partition, position, bounds });
    return false;
  }

  private async boundsOf({ topic, partition }: PartitionFeed): Promise<OutOfRange['bounds']> {
    const at = async (fromBeginning: boolean): Promise<number> => {
      const [found] = await this.cluster.fetchTopicsOffset([
        { topic, partitions: [{ partition }], fromBeginning },
      ]);
      const offset = found?.partitions[0]?.offset;
      if (offset === undefined) throw new LogProtocolError(ERROR.offsetNotAvailable, topic, partition);
      return Number(offset);
    };
    return { earliest: await at(true), end: await at(false) };
  }

  /** The broker fills an answer in the order of the request: who was served goes to the end of the queue. */
  private putBehind(served: ReadonlySet<PartitionFeed>): void {
    if (served.size === 0 || served.size === this.feeds.length) return;
    this.feeds = [
      ...this.feeds.filter((feed) => !served.has(feed)),
      ...this.feeds.filter((feed) => served.has(feed)),
    ];
  }

  private leaderOrNull(feed: PartitionFeed): number | null {
    try {
      return leaderOf(this.cluster, feed);
    } catch {
      return null;
    }
  }

  private nap(): Promise<void> {
    return new Promise((resolve) => {
      const awake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(awake);
        resolve();
      };
      const timer = setTimeout(awake, IDLE_MS);
      this.sleepers.add(awake);
    });
  }
}
