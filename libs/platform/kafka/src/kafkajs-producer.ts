import { setTimeout as sleep } from 'node:timers/promises';
import type Cluster from 'kafkajs/src/cluster';
import { type Deferred, deferred, nextTurn } from './deferred';
import { asError, nameUnknownTopic } from './errors';
import type { KafkaConnection } from './kafkajs-connection';
import { type LogProducer, type ProducerBatch, type ProducerRecord, partitionKey } from './log';
import { NodeSender } from './node-sender';
import { ERROR, LogProtocolError, isPassing } from './wire/protocol-errors';
import { encodeRecordBatch, recordBytes } from './wire/record-batch';
import { ScratchBuffers } from './wire/scratch-buffers';

export interface ProducerOptions {
  /** Repeats of the identical bytes before a send is rejected. */
  readonly retries?: number;
  readonly retryDelayMs?: number;
  /** Uncompressed bytes of one record batch; sends that wait for the same partition are joined up to this. */
  readonly batchBytesMax?: number;
  /** A larger record is refused without being sent. */
  readonly recordBytesMax?: number;
}

export interface ProducerCounters {
  recordsProduced: number;
  batchesProduced: number;
  bytesProduced: number;
  retries: number;
  failures: number;
}

export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';

  constructor(
    readonly topic: string,
    readonly bytes: number,
    readonly bytesMax: number,
  ) {
    super(`a record of ${String(bytes)} bytes for ${topic} is over the limit of ${String(bytesMax)}`);
  }
}

/** Consecutive records of one call for one partition, small enough for one record batch. */
interface Chunk {
  readonly records: readonly ProducerRecord[];
  readonly bytes: number;
  readonly done: Deferred<void>;
}

interface PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly waiting: Chunk[];
  busy: boolean;
}

const DEFAULTS = {
  retries: 5,
  retryDelayMs: 200,
  batchBytesMax: 1024 * 1024,
  recordBytesMax: 4 * 1024 * 1024 - 64 * 1024,
};

/**
 * acks=all without the broker's idempotence: the client's implementation of that loses acknowledged records when
 * sends run concurrently and an answer is lost. Here a partition has one record batch in flight, its bytes are
 * encoded once and repeated identically, and a send resolves only when each of its partitions was acknowledged by
 * name. A repeat may be stored twice; readers recognise it by the event's sequence.
 */
export class KafkajsProducer implements LogProducer {
  readonly counters: ProducerCounters = {
    recordsProduced: 0,
    batchesProduced: 0,
    bytesProduced: 0,
    retries: 0,
    failures: 0,
  };
  private readonly options: Required<ProducerOptions>;
  private readonly cluster: Cluster;
  private readonly sender: NodeSender;
  private readonly scratch = new ScratchBuffers();
  private readonly queues = new Map<string, PartitionQueue>();
  private readonly knownTopics = new Map<string, Promise<void>>();
  private readonly sends = new Set<Promise<void>>();
  private lastAttemptSucceeded = true;
  private closed = false;

  constructor(connection: KafkaConnection, options: ProducerOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.cluster = connection.cluster();
    this.sender = new NodeSender(this.cluster, connection.requestTimeoutMs);
  }

  /** Reaches the cluster once, so that a wrong address shows at start-up. */
  async connect(): Promise<void> {
    await this.cluster.connect();
  }

  async send(batches: readonly ProducerBatch[]): Promise<void> {
    if (this.closed) throw new Error('the producer is closed');
    const sending = this.sendAll(batches);
    this.sends.add(sending);
    try {
      await sending;
    } finally {
      this.sends.delete(sending);
    }
  }

  healthy(): boolean {
    return this.lastAttemptSucceeded;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.sends);
    await this.cluster.disconnect();
  }

  private async sendAll(batches: readonly ProducerBatch[]): Promise<void> {
    const chunks = batches.flatMap((batch) => this.split(batch).map((chunk) => ({ batch, chunk })));
    await this.learnTopics(new Set(batches.map(({ topic }) => topic)));
    for (const { batch, chunk } of chunks) {
      const queue = this.queueOf(batch);
      queue.waiting.push(chunk);
      if (!queue.busy) void this.drain(queue);
    }
    const outcomes = await Promise.allSettled(chunks.map(({ chunk }) => chunk.done.promise));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw asError(failed.reason);
  }

  private split(batch: ProducerBatch): Chunk[] {
    const chunks: Chunk[] = [];
    let records: ProducerRecord[] = [];
    let bytes = 0;
    const cut = (): void => {
      if (records.length > 0) chunks.push({ records, bytes, done: deferred<void>() });
      records = [];
      bytes = 0;
    };
    for (const record of batch.records) {
      const size = recordBytes(record);
      const max = this.options.recordBytesMax;
      if (size > max) throw new RecordTooLargeError(batch.topic, size, max);
      if (bytes + size > this.options.batchBytesMax) cut();
      records.push(record);
      bytes += size;
    }
    cut();
    return chunks;
  }

  private async learnTopics(topics: ReadonlySet<string>): Promise<void> {
    const unknown = [...topics].filter((topic) => !this.knownTopics.has(topic));
    if (unknown.length > 0) {
      const learning = this.cluster
        .connect()
        .then(() => this.cluster.addMultipleTargetTopics(unknown))
        .catch((error: unknown) => {
          for (const topic of unknown) this.knownTopics.delete(topic);
          throw nameUnknownTopic(error, unknown);
        });
      for (const topic of unknown) this.knownTopics.set(topic, learning);
    }
    for (const topic of topics) await this.knownTopics.get(topic);
  }

  private queueOf({ topic, partition }: ProducerBatch): PartitionQueue {
    const key = partitionKey({ topic, partition });
    const existing = this.queues.get(key);
    if (existing !== undefined) return existing;
    const queue: PartitionQueue = { topic, partition, waiting: [], busy: false };
    this.queues.set(key, queue);
    return queue;
  }

  /** One record batch at a time, in the order of the calls: the turn is taken outside of any retry. */
  private async drain(queue: PartitionQueue): Promise<void> {
    queue.busy = true;
    await nextTurn();
    for (let chunks = this.take(queue); chunks.length > 0; chunks = this.take(queue)) {
      try {
        await this.deliver(queue, chunks);
        for (const { done } of chunks) done.resolve();
      } catch (error) {
        this.counters.failures += 1;
        for (const { done } of chunks) done.reject(error);
      }
    }
    queue.busy = false;
  }

  private take(queue: PartitionQueue): Chunk[] {
    let bytes = 0;
    let count = 0;
    for (const chunk of queue.waiting) {
      bytes += chunk.bytes;
      if (count > 0 && bytes > this.options.batchBytesMax) break;
      count += 1;
    }
    return queue.waiting.splice(0, count);
  }

  private async deliver(queue: PartitionQueue, chunks: readonly Chunk[]): Promise<void> {
    const records = chunks.flatMap((chunk) => chunk.records);
    const recordBatch = await encodeRecordBatch(records, Date.now(), this.scratch);
    const { topic, partition } = queue;
    for (let attempt = 0; ; attempt += 1) {
      const failure = await this.attempt({ topic, partition, recordBatch });
      this.lastAttemptSucceeded = failure === null;
      if (failure === null) break;
      const final = failure instanceof LogProtocolError && !isPassing(failure.code);
      if (final || attempt >= this.options.retries) throw failure;
      this.counters.retries += 1;
      await sleep(this.options.retryDelayMs * 2 ** Math.min(attempt, 4));
      await this.cluster.refreshMetadata().catch(() => undefined);
    }
    this.counters.recordsProduced += records.length;
    this.counters.batchesProduced += 1;
    this.counters.bytesProduced += recordBatch.length;
  }

  /** Null after the broker acknowledged this very partition; otherwise why its outcome is not known to be good. */
  private async attempt(part: {
    topic: string;
    partition: number;
    recordBatch: Buffer;
  }): Promise<Error | null> {
    try {
      const errorCode = await this.sender.produce(part);
      return errorCode === ERROR.none ? null : new LogProtocolError(errorCode, part.topic, part.partition);
    } catch (error) {
      return asError(error);
    }
  }
}
