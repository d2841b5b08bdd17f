import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type Cluster from 'kafkajs/src/cluster';
import { present } from '@potok/kernel/assert';
import { nameUnknownTopic } from './errors';
import type { KafkaConnection } from './kafkajs-connection';
import type { LogAdmin, LogBounds, LogRecord, PartitionStart, TopicPartition } from './log';
import { fetchFrom, leaderOf } from './log-reader';
import { ERROR, LogProtocolError, UnknownTopicError, isPassing } from './wire/protocol-errors';
import { decodeRecordBatches, type DecodedRecords } from './wire/record-batch';
import { topicIdCall } from './wire/topic-id-call';

const FETCH_LIMITS = {
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 8 * 1024 * 1024,
  maxBytesPerPartition: 2 * 1024 * 1024,
};
const ATTEMPTS = 5;
const RETRY_DELAY_MS = 300;
/** How far before the end the last record is looked for first; then four times as far, and so on to the start. */
const LAST_RECORD_STEP = 8;

/** Reads outside of groups: each read names its offset, so it neither joins a group nor leaves one behind. */
export class KafkajsAdmin implements LogAdmin {
  private readonly admin: Admin;
  private readonly cluster: Cluster;
  private connecting: Promise<void> | null = null;

  constructor(connection: KafkaConnection) {
    this.admin = connection.client().admin();
    this.cluster = connection.cluster();
  }

  async bounds(topic: string): Promise<ReadonlyMap<number, LogBounds>> {
    return this.repeated(async () => {
      await this.learn(topic);
      const partitions = this.cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId }));
      const [earliest, end] = await Promise.all([
        this.cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }]),
        this.cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]),
      ]);
      const ends = new Map(end[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      return new Map(
        earliest[0]?.partitions.map(({ partition, offset }) => [
          partition,
          {
            earliest: Number(offset),
            end: present(ends.get(partition), `end of ${topic}/${String(partition)}`),
          },
        ]),
      );
    });
  }

  async lastRecords(topic: string): Promise<ReadonlyMap<number, LogRecord>> {
    const last = new Map<number, LogRecord>();
    for (const [partition, bounds] of await this.bounds(topic)) {
      const record = await this.lastRecord({ topic, partition }, bounds);
      if (record !== null) last.set(partition, record);
    }
    return last;
  }

  async readPartition(
    { topic, partition, from }: PartitionStart,
    onRecords: (records: readonly LogRecord[]) => Promise<void> | void,
  ): Promise<LogBounds> {
    const bounds = present(
      (await this.bounds(topic)).get(partition),
      `partition ${String(partition)} of ${topic}`,
    );
    for (let at = Math.max(from ?? 0, bounds.earliest); at < bounds.end;) {
      const { records, nextOffset } = await this.readAt({ topic, partition }, at);
      const wanted = records.filter(({ offset }) => offset < bounds.end);
      if (wanted.length > 0) await onRecords(wanted);
      at = nextOffset;
    }
    return bounds;
  }

  async incarnation(topic: string): Promise<string> {
    return this.repeated(async () => {
      await this.learn(topic);
      const broker = await this.cluster.findControllerBroker();
      const { errorCode, id } = await broker.connectionPool.send(topicIdCall(topic));
      if (errorCode === ERROR.unknownTopicOrPartition) throw new UnknownTopicError([topic]);
      if (errorCode !== ERROR.none) throw new LogProtocolError(errorCode, topic, -1);
      return id;
    });
  }

  async clusterId(): Promise<string> {
    await this.connect();
    return (await this.admin.describeCluster()).clusterId;
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.cluster.disconnect()]);
  }

  private connect(): Promise<void> {
    this.connecting ??= Promise.all([this.admin.connect(), this.cluster.connect()]).then(
      () => undefined,
      (error: unknown) => {
        this.connecting = null;
        throw error;
      },
    );
    return this.connecting;
  }

  private async learn(topic: string): Promise<void> {
    await this.connect();
    try {
      await this.cluster.addMultipleTargetTopics([topic]);
      await this.cluster.refreshMetadataIfNecessary();
    } catch (error) {
      throw nameUnknownTopic(error, [topic]);
    }
  }

  /** Backwards in growing steps: the last offsets may hold nothing (compacted away, or a transaction's marker). */
  private async lastRecord(partition: TopicPartition, bounds: LogBounds): Promise<LogRecord | null> {
    for (let reach = LAST_RECORD_STEP; ; reach *= 4) {
      const start = Math.max(bounds.earliest, bounds.end - reach);
      let last: LogRecord | null = null;
      for (let from = start; from < bounds.end;) {
        const { records, nextOffset } = await this.readAt(partition, from);
        last = records.findLast(({ offset }) => offset < bounds.end) ?? last;
        from = nextOffset;
      }
      if (last !== null || start === bounds.earliest) return last;
    }
  }

  private readAt(partition: TopicPartition, fromOffset: number): Promise<DecodedRecords> {
    return this.repeated(async () => {
      await this.learn(partition.topic);
      const nodeId = leaderOf(this.cluster, partition);
      const asked = [{ ...partition, fromOffset }];
      const [fetched] = await fetchFrom(this.cluster, { nodeId, partitions: asked, limits: FETCH_LIMITS });
      const { errorCode, bytes } = present(fetched, 'the fetched partition');
      if (errorCode !== ERROR.none)
        throw new LogProtocolError(errorCode, partition.topic, partition.partition);
      const decoded = await decodeRecordBatches({ ...partition, fromOffset, bytes });
      if (decoded.nextOffset > fromOffset) return decoded;
      throw new LogProtocolError(ERROR.offsetNotAvailable, partition.topic, partition.partition);
    });
  }

  private async repeated<T>(read: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await read();
      } catch (error) {
        const final =
          error instanceof UnknownTopicError || (error instanceof LogProtocolError && !isPassing(error.code));
        if (final || attempt >= ATTEMPTS) throw error;
        await sleep(RETRY_DELAY_MS * attempt);
        await this.cluster.refreshMetadata().catch(() => undefined);
      }
    }
  }
}
