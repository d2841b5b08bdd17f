import { readPublicationBacklog } from '@potok/platform-publication/publication-runtime';
import type { ServiceRuntime } from './service-runtime';

export interface ConsumerLag {
  readonly consumer: string;
  readonly topic: string;
  /** Records between the committed positions and the ends of the partitions, over all replicas. */
  readonly lag: number;
  readonly haltedStreams: readonly HaltedStream[];
}

export interface HaltedStream {
  readonly streamKey: string;
  readonly epoch: number;
  readonly expectedSeq: number;
  readonly reason: string;
}

export interface ServiceStatus {
  readonly service: string;
  readonly consumers: readonly ConsumerLag[];
  readonly publication: Awaited<ReturnType<typeof readPublicationBacklog>>;
  readonly dirtyRows: number;
  readonly quarantineOpen: number;
}

/** How far the service is, over all of its replicas: read from its schema and from the log, not from this process. */
export async function readServiceStatus(runtime: ServiceRuntime): Promise<ServiceStatus> {
  const { database } = runtime;
  const consumers = await Promise.all(
    runtime.definitions.map(({ name, topic }) => readLag(runtime, name, topic.name)),
  );
  const { rows } = await database.query<{ dirty: bigint; open: bigint }>(
    `SELECT (SELECT count(*) FROM publication_dirty) AS dirty,
            (SELECT count(*) FROM quarantine WHERE state = 'open') AS open`,
  );
  return {
    service: runtime.parts.name,
    consumers,
    publication: await readPublicationBacklog(database),
    dirtyRows: Number(rows[0]?.dirty ?? 0n),
    quarantineOpen: Number(rows[0]?.open ?? 0n),
  };
}

async function readLag(runtime: ServiceRuntime, consumer: string, topic: string): Promise<ConsumerLag> {
  const bounds = await runtime.admin.bounds(topic);
  const positions = await runtime.database.query<{ partition: number; next_offset: bigint }>(
    `SELECT partition, max(next_offset) AS next_offset FROM consumer_position
     WHERE consumer = $1 AND topic = $2 GROUP BY partition`,
    [consumer, topic],
  );
  const next = new Map(positions.rows.map((row) => [row.partition, Number(row.next_offset)]));
  let lag = 0;
  for (const [partition, { earliest, end }] of bounds)
    lag += Math.max(0, end - (next.get(partition) ?? earliest));
  const halted = await runtime.database.query<{
    stream_key: string;
    epoch: bigint;
    expected_seq: bigint;
    halted_reason: string;
  }>(
    `SELECT stream_key, epoch, expected_seq, halted_reason FROM stream_applied
     WHERE consumer = $1 AND topic = $2 AND expected_seq IS NOT NULL ORDER BY stream_key LIMIT 100`,
    [consumer, topic],
  );
  return {
    consumer,
    topic,
    lag,
    haltedStreams: halted.rows.map((row) => ({
      streamKey: row.stream_key,
      epoch: Number(row.epoch),
      expectedSeq: Number(row.expected_seq),
      reason: row.halted_reason,
    })),
  };
}
