/**
 * The ports to the log. The kafkajs adapter implements them; nothing outside this library names kafkajs.
 * Offsets fit safe integers. Header values are raw bytes; names are lower case.
 */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

export interface ProducerRecord {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Records of one partition, in their order. */
export interface ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ProducerRecord[];
}

/**
 * `send` resolves only after acks=all for every batch. One request in flight per partition: a caller that sends
 * concurrently to one partition waits its turn outside of any retry. A rejected send may or may not have been
 * written (unknown outcome): the caller repeats identical records or reports failure, never success.
 */
export interface LogProducer {
  send(batches: readonly ProducerBatch[]): Promise<void>;
  /** True while the last attempt to reach the cluster succeeded. */
  healthy(): boolean;
  close(): Promise<void>;
}

/** A contiguous run of records of one partition, as fetched. `highWatermark` is the log's end at that time. */
export interface FetchedSlice {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  readonly highWatermark: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The earliest offset still there and the next offset to be written. */
export interface LogBounds {
  readonly earliest: number;
  readonly end: number;
}

export interface LogConsumerHandler {
  /**
   * Partitions were assigned: answers where to start each. A partition left out is paused until `seek`.
   * Called again after every rebalance.
   */
  assigned(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, number>>;
  revoked(partitions: readonly TopicPartition[]): void;
  /**
   * One partition's fetched records; the next slice of this partition is fetched after it resolves, from the
   * offset that it returns. Slices of several partitions arrive concurrently. Heartbeats go on meanwhile.
   */
  slice(slice: FetchedSlice): Promise<number>;
  /**
   * A position lies outside of the log: its records were deleted, or the topic was made anew. The partition is
   * paused already and goes on only after `seek`.
   */
  outOfRange(found: OutOfRange): void;
}

export interface OutOfRange extends TopicPartition {
  readonly position: number;
  readonly bounds: LogBounds;
}

/** Consumes whole partitions in a group; Kafka's own offsets are committed as a hint for lag tools only. */
export interface LogConsumer {
  start(topics: readonly string[], handler: LogConsumerHandler): Promise<void>;
  /** Makes the partition continue at the offset, and resumes it if it was paused. */
  seek(partition: TopicPartition, offset: number): void;
  pause(partition: TopicPartition): void;
  /** False once the consumer died: liveness must fail. */
  alive(): boolean;
  /** Waits for the slices in hand (at most `drainTimeoutMs`), then leaves the group. */
  stop(drainTimeoutMs: number): Promise<void>;
}

/** `from` is an offset, by default the earliest; what lies before the earliest record still there is passed over. */
export interface PartitionStart extends TopicPartition {
  readonly from?: number;
}

/** Reads and changes of the cluster outside of groups. */
export interface LogAdmin {
  bounds(topic: string): Promise<ReadonlyMap<number, LogBounds>>;
  /** The last record of each partition that holds one (null value for none), by partition. */
  lastRecords(topic: string): Promise<ReadonlyMap<number, LogRecord>>;
  /**
   * Reads a partition from its start to the end that it had at the call, in order. Answers the partition's bounds.
   */
  readPartition(
    partition: PartitionStart,
    onRecords: (records: readonly LogRecord[]) => Promise<void> | void,
  ): Promise<LogBounds>;
  /** The topic's incarnation: another value after it was deleted and made anew. */
  incarnation(topic: string): Promise<string>;
  clusterId(): Promise<string>;
  close(): Promise<void>;
}

export function partitionKey(partition: TopicPartition): string {
  return `${partition.topic}/${String(partition.partition)}`;
}

/** The partition that a `partitionKey` names. */
export function partitionOfKey(key: string): TopicPartition {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
}
