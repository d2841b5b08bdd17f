import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster';
import { ConsumerSession, type SessionOptions } from './consumer-session';
import { asError, nameUnknownTopic } from './errors';
import type { KafkaConnection } from './kafkajs-connection';
import type { LogConsumer, LogConsumerHandler, TopicPartition } from './log';
import { leaveGroup } from './leave-group';
import { LogDecodeError } from './log-decode-error';
import { RestartPolicy } from './restart-policy';
import { UnknownTopicError } from './wire/protocol-errors';

export interface ConsumerOptions extends Partial<SessionOptions> {
  readonly groupId: string;
  /** Restarts after a crash before the consumer is given up. */
  readonly restartsMax?: number;
  /** The first delay before a restart; each further one is three times as long. */
  readonly restartDelayMs?: number;
  /** Called once, when the consumer is given up: the process should exit with 75. */
  readonly onFatal?: (error: Error) => void;
}

export interface ConsumerCounters {
  records: number;
  slices: number;
  rebalances: number;
  restarts: number;
  outOfRange: number;
}

const DEFAULTS = {
  sessionTimeoutMs: 6_000,
  rebalanceTimeoutMs: 10_000,
  heartbeatIntervalMs: 1_000,
  maxWaitMs: 250,
  maxBytes: 4 * 1024 * 1024,
  maxBytesPerPartition: 256 * 1024,
  commitIntervalMs: 5_000,
  stalledAfterMs: 30_000,
  restartsMax: 3,
  restartDelayMs: 500,
};
const REACH_DELAY_MS = 200;
const REACH_DELAY_MAX_MS = 1_000;

/** The group consumer over kafkajs: see `GroupMembership` for what kafkajs does here and what it does not. */
export class KafkajsConsumer implements LogConsumer {
  readonly counters: ConsumerCounters = { records: 0, slices: 0, rebalances: 0, restarts: 0, outOfRange: 0 };
  private readonly options: Required<Omit<ConsumerOptions, 'onFatal'>>;
  private readonly onFatal: (error: Error) => void;
  private session: ConsumerSession | null = null;
  private topics: readonly string[] = [];
  private handler: LogConsumerHandler | null = null;
  private readonly policy: RestartPolicy;
  private formerMemberId: string | null = null;
  private dead = false;
  private stopping = false;

  constructor(
    private readonly connection: KafkaConnection,
    options: ConsumerOptions,
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.policy = new RestartPolicy(this.options);
    this.onFatal = options.onFatal ?? (() => undefined);
  }

  async start(topics: readonly string[], handler: LogConsumerHandler): Promise<void> {
    this.topics = topics;
    this.handler = this.counting(handler);
    for (;;) {
      try {
        await this.open(await this.reach(), this.handler);
        return;
      } catch (error) {
        await this.policy.waitAtStart(asError(error));
      }
    }
  }

  seek(partition: TopicPartition, offset: number): void {
    this.session?.seek(partition, offset);
  }

  pause(partition: TopicPartition): void {
    this.session?.pause(partition);
  }

  alive(): boolean {
    return !this.dead;
  }

  /** Records behind the log's end by partition, as of the last fetch. */
  lag(): ReadonlyMap<string, number> {
    return this.session?.lag() ?? new Map<string, number>();
  }

  async stop(drainTimeoutMs: number): Promise<void> {
    this.stopping = true;
    await this.session?.stop(drainTimeoutMs);
    this.session = null;
  }

  /** Connections to a cluster that knows the topics. */
  private async reach(): Promise<Cluster> {
    const cluster = this.connection.cluster();
    try {
      await cluster.connect();
      await cluster.addMultipleTargetTopics(this.topics);
      return cluster;
    } catch (error) {
      await cluster.disconnect().catch(() => undefined);
      throw nameUnknownTopic(error, this.topics);
    }
  }

  private async open(cluster: Cluster, handler: LogConsumerHandler): Promise<void> {
    const session = new ConsumerSession(
      { connection: this.connection, cluster, handler },
      this.options,
      (error) => {
        if (this.session === session) void this.crashed(error);
      },
    );
    this.session = session;
    try {
      await session.start(this.topics);
    } catch (error) {
      if (this.session === session) this.session = null;
      throw error;
    }
    this.policy.opened();
    if (this.stopping) await session.abandon();
  }

  private async crashed(error: Error): Promise<void> {
    const { session, handler } = this;
    this.session = null;
    this.connection.logger.error('the consumer crashed', {
      group: this.options.groupId,
      error: error.message,
    });
    this.formerMemberId = (await session?.abandon()) ?? this.formerMemberId;
    if (this.stopping || handler === null) return;
    try {
      const cluster = await this.clusterAfter(error);
      if (cluster === null) return;
      this.counters.restarts += 1;
      await this.leaveAsFormerMember(cluster);
      await this.open(cluster, handler);
    } catch (next) {
      if (next === error) this.giveUp(error);
      else await this.crashed(asError(next));
    }
  }

  private async leaveAsFormerMember(cluster: Cluster): Promise<void> {
    if (this.formerMemberId === null) return;
    await leaveGroup(cluster, { groupId: this.options.groupId, memberId: this.formerMemberId });
    this.formerMemberId = null;
  }

  /**
   * Where to start again. A crash while the cluster cannot be reached is the cluster's: it is waited for. Otherwise it
   * is the consumer's own, and counts. Throws the error itself when there is no further restart, null when stopping.
   */
  private async clusterAfter(error: Error): Promise<Cluster | null> {
    if (error instanceof LogDecodeError || error instanceof UnknownTopicError) throw error;
    const reached = await this.reachOrNull();
    if (reached === null) return this.waitForCluster();
    await this.policy.waitAfter(error).catch(async (final: unknown) => {
      await reached.disconnect().catch(() => undefined);
      throw final;
    });
    return reached;
  }

  private async waitForCluster(): Promise<Cluster | null> {
    for (let attempt = 1; !this.stopping; attempt += 1) {
      const reached = await this.reachOrNull();
      if (reached !== null) return reached;
      await sleep(Math.min(REACH_DELAY_MS * attempt, REACH_DELAY_MAX_MS));
    }
    return null;
  }

  private async reachOrNull(): Promise<Cluster | null> {
    try {
      return await this.reach();
    } catch (error) {
      if (error instanceof UnknownTopicError) throw error;
      return null;
    }
  }

  private giveUp(error: Error): void {
    this.dead = true;
    this.onFatal(error);
  }

  private counting(handler: LogConsumerHandler): LogConsumerHandler {
    const { counters } = this;
    return {
      assigned: (partitions) => {
        counters.rebalances += 1;
        return handler.assigned(partitions);
      },
      revoked: (partitions) => {
        handler.revoked(partitions);
      },
      slice: (slice) => {
        counters.slices += 1;
        counters.records += slice.records.length;
        return handler.slice(slice);
      },
      outOfRange: (found) => {
        counters.outOfRange += 1;
        handler.outOfRange(found);
      },
    };
  }
}
