import { randomBytes } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { type TopicDeclaration, factsTopic, stateTopic } from '@potok/kernel/contract';
import { requireInfra } from '@potok/platform-testing/test-infra';
import { KafkaConnection, type KafkaConnectionOptions } from '../kafkajs-connection';
import { KafkajsProducer } from '../kafkajs-producer';
import type {
  FetchedSlice,
  LogConsumerHandler,
  LogRecord,
  OutOfRange,
  ProducerRecord,
  TopicPartition,
} from '../log';
import { partitionKey } from '../log';
import { ensureTopics } from '../topics';

export const SINGLE_NODE = { replicationFactor: 1, minInsyncReplicas: 1, flushInbox: false };

export function connectTo(options: Partial<KafkaConnectionOptions> = {}): KafkaConnection {
  return new KafkaConnection({ brokers: requireInfra().kafkaBrokers, clientId: 'kafka-spec', ...options });
}

export function record(value: string, key: string | null = null): ProducerRecord {
  return { key, value: Buffer.from(value), headers: {} };
}

/** Topics of its own on the real broker, a producer and an admin, all removed by `close`. */
export class LogFixture {
  readonly connection = connectTo();
  readonly producer = new KafkajsProducer(this.connection);
  private readonly topics: string[] = [];
  private readonly admin: Admin = this.connection.client().admin();

  async topic(
    name: string,
    options: { partitions?: number; compacted?: boolean } = {},
  ): Promise<TopicDeclaration> {
    const described = {
      name: `test.${name}.${randomBytes(5).toString('hex')}`,
      context: 'test',
      description: 'of a test',
      key: 'any',
      partitions: options.partitions ?? 1,
    };
    const topic = options.compacted === true ? stateTopic(described) : factsTopic(described);
    this.topics.push(topic.name);
    await ensureTopics(this.connection, [topic], SINGLE_NODE);
    return topic;
  }

  /** Writes `from`..`to` (both included) as texts to the partition. */
  async write(topic: string, range: { partition?: number; from: number; to: number }): Promise<void> {
    const { partition = 0, from, to } = range;
    const records = Array.from({ length: to - from + 1 }, (_, index) => record(String(from + index)));
    await this.producer.send([{ topic, partition, records }]);
  }

  async deleteRecordsBefore(topic: string, offset: number, partition = 0): Promise<void> {
    await this.connectedAdmin();
    await this.admin.fetchTopicOffsets(topic);
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  }

  async connectedAdmin(): Promise<Admin> {
    await this.admin.connect();
    return this.admin;
  }

  async close(): Promise<void> {
    await this.producer.close();
    await this.connectedAdmin();
    try {
      if (this.topics.length > 0) await this.admin.deleteTopics({ topics: this.topics });
    } finally {
      await this.admin.disconnect();
    }
  }
}

/** A handler that remembers what it was told; positions in memory, starting at 0. */
export class RecordingHandler implements LogConsumerHandler {
  readonly positions = new Map<string, number>();
  readonly records: LogRecord[] = [];
  readonly outOfRanges: OutOfRange[] = [];
  readonly assignments: string[][] = [];
  readonly revocations: string[][] = [];
  /** Replaced by tests that want to answer otherwise. */
  onSlice: (slice: FetchedSlice) => Promise<void> = () => Promise.resolve();

  assigned(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>> {
    const keys = partitions.map(partitionKey);
    this.assignments.push(keys);
    return Promise.resolve(new Map(keys.map((key) => [key, this.positions.get(key) ?? 0])));
  }

  revoked(partitions: readonly TopicPartition[]): void {
    this.revocations.push(partitions.map(partitionKey));
  }

  async slice(slice: FetchedSlice): Promise<number> {
    await this.onSlice(slice);
    this.records.push(...slice.records);
    const next = (slice.records.at(-1)?.offset ?? 0) + 1;
    this.positions.set(partitionKey(slice), next);
    return next;
  }

  outOfRange(found: OutOfRange): void {
    this.outOfRanges.push(found);
  }

  values(): string[] {
    return this.records.map(({ value }) => String(value));
  }
}
