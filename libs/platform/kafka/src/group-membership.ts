import type { Consumer } from 'kafkajs';
import { asError } from './errors';
import type { KafkaConnection } from './kafkajs-connection';
import type { TopicPartition } from './log';

export interface MembershipOptions {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
}

export interface MembershipEvents {
  /** After every join: what this member has now, and who it is; another member id means that it was put out. */
  joined(assignment: readonly TopicPartition[], memberId: string): void;
  seen(): void;
  crashed(error: Error): void;
}

/** How often the idle loop of the client looks whether a heartbeat is due. */
const LOOP_MS = 200;
const STOP_WITHOUT_CRASH_MS = 1_000;

/**
 * Belongs to a Kafka group, and nothing else: every partition is paused for good in the client, whose loop therefore
 * only keeps the session alive. Records are fetched beside it, so a slow handler never delays a heartbeat, a
 * rebalance or a leave, and the client's habit of jumping to its default offset has nothing to work on.
 */
export class GroupMembership {
  private readonly consumer: Consumer;
  private leaving = false;
  private ended = false;

  constructor(
    connection: KafkaConnection,
    options: MembershipOptions,
    private readonly events: MembershipEvents,
  ) {
    this.consumer = connection.client().consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      heartbeatInterval: options.heartbeatIntervalMs,
      maxWaitTimeInMs: LOOP_MS,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Resolves once the group has been joined for the first time. */
  async start(topics: readonly string[]): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...topics] });
    const joined = new Promise<void>((resolve, reject) => {
      this.listen(topics, { joined: resolve, failed: reject });
    });
    joined.catch(() => undefined);
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: () => Promise.resolve(),
    });
    await joined;
  }

  /** Kafka's own offsets, for tools that show lag; nothing reads them here. */
  async commit(offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    await this.consumer.commitOffsets(offsets.map((one) => ({ ...one, offset: String(one.offset) })));
  }

  async leave(): Promise<void> {
    this.leaving = true;
    await this.consumer.disconnect();
  }

  private listen(topics: readonly string[], first: { joined(): void; failed(error: Error): void }): void {
    const { consumer, events } = this;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      consumer.pause(topics.map((topic) => ({ topic })));
      const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      events.joined(assignment, payload.memberId);
      first.joined();
    });
    consumer.on(consumer.events.HEARTBEAT, () => {
      events.seen();
    });
    const end = (error: Error): void => {
      if (this.leaving || this.ended) return;
      this.ended = true;
      first.failed(error);
      events.crashed(error);
    };
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      end(asError(payload.error));
    });
    consumer.on(consumer.events.STOP, () => {
      const timer = setTimeout(() => {
        end(new Error('the group membership stopped by itself'));
      }, STOP_WITHOUT_CRASH_MS);
      timer.unref();
    });
  }
}
