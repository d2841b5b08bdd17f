import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster';
import { asError } from './errors';
import { type FetchOptions, FetchLoops } from './fetch-loops';
import { GroupMembership, type MembershipOptions } from './group-membership';
import type { KafkaConnection } from './kafkajs-connection';
import { type LogConsumerHandler, type TopicPartition, partitionKey } from './log';
import { PartitionFeed } from './partition-feed';

export interface SessionOptions extends MembershipOptions, FetchOptions {
  readonly commitIntervalMs: number;
  /** Without a heartbeat or a join for this long the membership counts as crashed. */
  readonly stalledAfterMs: number;
}

export interface SessionParts {
  readonly connection: KafkaConnection;
  readonly cluster: Cluster;
  readonly handler: LogConsumerHandler;
}

const LEAVE_SHARE = 0.2;
const LEAVE_MAX_MS = 2_000;
const ASSIGN_DELAY_MAX_MS = 5_000;
const WATCH_MS = 1_000;
const WATCH_LATE_MS = 5_000;

/** One life of a group consumer, from joining to leaving or crashing. */
export class ConsumerSession {
  private readonly membership: GroupMembership;
  private readonly loops: FetchLoops;
  private readonly feeds = new Map<string, PartitionFeed>();
  /** Slices of lost partitions that are still in hand: the partition is not started anew beside them. */
  private readonly lingering = new Map<string, Promise<void>>();
  private readonly hinted = new Map<string, number>();
  private readonly timers: NodeJS.Timeout[] = [];
  private memberId: string | null = null;
  private lastSeenMs = Date.now();
  private lastWatchMs = Date.now();
  private started = false;
  private crashBeforeStart: Error | null = null;
  private ended = false;

  constructor(
    private readonly parts: SessionParts,
    private readonly options: SessionOptions,
    private readonly crashed: (error: Error) => void,
  ) {
    const { connection, cluster, handler } = parts;
    this.membership = new GroupMembership(connection, options, {
      joined: (assignment, memberId) => {
        this.joined(assignment, memberId);
      },
      seen: () => {
        this.lastSeenMs = Date.now();
      },
      crashed: (error) => {
        this.crash(error);
      },
    });
    this.loops = new FetchLoops(cluster, options, {
      logger: connection.logger,
      outOfRange: (found) => {
        handler.outOfRange(found);
      },
      failed: (error) => {
        this.crash(error);
      },
    });
  }

  async start(topics: readonly string[]): Promise<void> {
    this.lastSeenMs = Date.now();
    this.every(this.options.commitIntervalMs, () => void this.hint());
    this.every(WATCH_MS, () => {
      this.watch();
    });
    try {
      await this.membership.start(topics);
      this.started = true;
      if (this.crashBeforeStart !== null) throw this.crashBeforeStart;
    } catch (error) {
      await this.abandon();
      throw error;
    }
  }

  seek(partition: TopicPartition, offset: number): void {
    this.feeds.get(partitionKey(partition))?.seek(offset);
  }

  pause(partition: TopicPartition): void {
    this.feeds.get(partitionKey(partition))?.pause();
  }

  lag(): ReadonlyMap<string, number> {
    const known = [...this.feeds.values()].filter(({ doneUpTo }) => doneUpTo !== null);
    return new Map(known.map((feed) => [feed.key, Math.max(0, feed.highWatermark - (feed.doneUpTo ?? 0))]));
  }

  /** Ends within the time given, whatever the handler and the brokers do. */
  async stop(timeoutMs: number): Promise<void> {
    const leaveMs = Math.min(timeoutMs * LEAVE_SHARE, LEAVE_MAX_MS);
    this.loops.close();
    for (const feed of this.feeds.values()) feed.finish();
    const inHand = [...[...this.feeds.values()].map((feed) => feed.settled()), ...this.lingering.values()];
    await within(timeoutMs - leaveMs, Promise.all(inHand));
    this.end();
    await within(leaveMs, this.leave());
  }

  /** After a crash: nothing is waited for. Answers the member id that the group may still know. */
  async abandon(): Promise<string | null> {
    this.end();
    await within(LEAVE_MAX_MS, this.leave());
    return this.memberId;
  }

  private async leave(): Promise<void> {
    await this.hint();
    await Promise.allSettled([this.membership.leave(), this.parts.cluster.disconnect()]);
  }

  private end(): void {
    this.ended = true;
    for (const timer of this.timers) clearInterval(timer);
    this.loops.close();
    const lost = [...this.feeds.values()];
    for (const feed of lost) feed.pause();
    if (lost.length > 0) this.parts.handler.revoked(lost);
  }

  private crash(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    if (this.started) this.crashed(error);
    else this.crashBeforeStart = error;
  }

  private joined(assignment: readonly TopicPartition[], memberId: string): void {
    this.lastSeenMs = Date.now();
    if (this.ended) return;
    const putOut = this.memberId !== null && this.memberId !== memberId;
    this.memberId = memberId;
    const assigned = new Map(assignment.map((one) => [partitionKey(one), one]));
    this.drop([...this.feeds.values()].filter((feed) => putOut || !assigned.has(feed.key)));
    const fresh = [...assigned].filter(([key]) => !this.feeds.has(key)).map(([, one]) => this.newFeed(one));
    for (const feed of fresh) this.feeds.set(feed.key, feed);
    this.loops.setFeeds([...this.feeds.values()]);
    if (fresh.length > 0) void this.assign(fresh);
  }

  private newFeed(partition: TopicPartition): PartitionFeed {
    return new PartitionFeed(partition, {
      slice: (slice) => this.parts.handler.slice(slice),
      wake: () => {
        this.loops.wake();
      },
      failed: (error) => {
        this.crash(error);
      },
    });
  }

  private drop(lost: readonly PartitionFeed[]): void {
    for (const feed of lost) {
      feed.pause();
      this.feeds.delete(feed.key);
      this.hinted.delete(feed.key);
      if (!feed.busy()) continue;
      const settled = feed.settled().then(() => {
        if (this.lingering.get(feed.key) === settled) this.lingering.delete(feed.key);
      });
      this.lingering.set(feed.key, settled);
    }
    if (lost.length > 0) this.parts.handler.revoked(lost);
  }

  /** Asks the handler where to start; it may fail while its database is away, and is asked again. */
  private async assign(fresh: readonly PartitionFeed[]): Promise<void> {
    await Promise.all(fresh.flatMap(({ key }) => this.lingering.get(key) ?? []));
    for (let attempt = 1; ; attempt += 1) {
      const current = fresh.filter((feed) => !this.ended && this.feeds.get(feed.key) === feed);
      if (current.length === 0) return;
      try {
        const positions = await this.parts.handler.assigned(current);
        for (const feed of current) {
          const position = positions.get(feed.key);
          if (position !== undefined && this.feeds.get(feed.key) === feed) feed.seek(position);
        }
        return;
      } catch (error) {
        this.parts.connection.logger.warn('positions could not be read, repeating', {
          error: asError(error).message,
        });
        await sleep(Math.min(100 * 2 ** attempt, ASSIGN_DELAY_MAX_MS));
      }
    }
  }

  /** Tells Kafka how far the handler is: for tools that show lag, so a failure does not matter. */
  private async hint(): Promise<void> {
    const moved = [...this.feeds.values()].flatMap(({ topic, partition, key, doneUpTo }) =>
      doneUpTo === null || this.hinted.get(key) === doneUpTo
        ? []
        : [{ topic, partition, offset: doneUpTo, key }],
    );
    if (moved.length === 0) return;
    for (const { key, offset } of moved) this.hinted.set(key, offset);
    const offsets = moved.map(({ topic, partition, offset }) => ({ topic, partition, offset }));
    await this.membership.commit(offsets).catch(() => undefined);
  }

  /** A process that was itself stopped for a while has not been left without answers: it asks first. */
  private watch(): void {
    const now = Date.now();
    if (now - this.lastWatchMs > WATCH_LATE_MS) this.lastSeenMs = now;
    this.lastWatchMs = now;
    const silentMs = now - this.lastSeenMs;
    if (silentMs > this.options.stalledAfterMs) {
      this.crash(new Error(`no heartbeat was answered for ${String(silentMs)} ms`));
    }
  }

  private every(periodMs: number, run: () => void): void {
    const timer = setInterval(run, periodMs);
    timer.unref();
    this.timers.push(timer);
  }
}

/** Waits for the work, but no longer than this; its failure is not of interest. */
async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const timeout = sleep(Math.max(timeoutMs, 0), undefined, { signal: controller.signal }).catch(
    () => undefined,
  );
  await Promise.race([work.catch(() => undefined), timeout]);
  controller.abort();
}
