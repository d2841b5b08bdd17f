import { inboxTopic } from '@potok/ingestion-contracts/topics';
import type { LogProducer, ProducerRecord } from '@potok/platform-kafka/log';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';

const KEYS_KEPT_MAX = 50_000;

export interface InboxSenderOptions {
  /** How long the broker may take to acknowledge before the sender is told to send again. */
  readonly acknowledgeWithinMs: number;
  /** After a failure, how long new requests are turned away at once. */
  readonly pauseAfterFailureMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
}

/** Records for the inbox by partition: a part of one request. */
export class InboxChunk {
  readonly byPartition = new Map<number, ProducerRecord[]>();
  bytes = 0;
  records = 0;

  add(partition: number, record: ProducerRecord): void {
    const records = this.byPartition.get(partition);
    if (records === undefined) this.byPartition.set(partition, [record]);
    else records.push(record);
    this.bytes += record.value?.length ?? 0;
    this.records += 1;
  }
}

/** Sends chunks to the inbox; the producer joins chunks of concurrent requests into one record batch. */
export class InboxSender {
  private readonly partitions = new Map<string, number>();
  private downUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly producer: LogProducer,
    private readonly options: InboxSenderOptions,
  ) {}

  /** False for a moment after a failure: it is kinder to turn requests away than to let them wait. */
  get open(): boolean {
    return this.options.monotonicMs() >= this.downUntilMs;
  }

  partitionOf(key: string): number {
    const known = this.partitions.get(key);
    if (known !== undefined) return known;
    if (this.partitions.size >= KEYS_KEPT_MAX) this.partitions.clear();
    const partition = murmur2Partition(key, inboxTopic.partitions);
    this.partitions.set(key, partition);
    return partition;
  }

  /**
   * True once the broker has acknowledged all of it; false when that is not known in time. `settled` is called when
   * its memory is free again, which may be later.
   */
  async send(chunk: InboxChunk, settled: () => void): Promise<boolean> {
    const batches = [...chunk.byPartition].map(([partition, records]) => ({
      topic: inboxTopic.name,
      partition,
      records,
    }));
    const sent = this.producer.send(batches).then(
      () => true,
      () => false,
    );
    void sent.then(settled);
    const acknowledged = await within(sent, this.options.acknowledgeWithinMs);
    if (acknowledged) this.downUntilMs = Number.NEGATIVE_INFINITY;
    else this.downUntilMs = this.options.monotonicMs() + this.options.pauseAfterFailureMs;
    return acknowledged;
  }
}

function within(sent: Promise<boolean>, timeMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, timeMs);
    void sent.then((acknowledged) => {
      clearTimeout(timer);
      resolve(acknowledged);
    });
  });
}
