import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { HeldLease } from './lease-keeper';
import type { StreamRange } from './stream';

/** A stream that is not published up to its head, or is to be published again. */
export interface PendingStream {
  readonly streamKey: string;
  readonly partition: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly lastSeq: number;
  /** The next sequence of an open request to publish again, null without one. */
  readonly republishNext: number | null;
}

/** What was acknowledged by the broker: the stream's events up to this sequence. */
export interface SentStream {
  readonly streamKey: string;
  readonly partition: number;
  readonly epoch: number;
  readonly upTo: number;
  readonly republishNext: number | null;
}

interface PendingRow {
  readonly stream_key: string;
  readonly partition: number;
  readonly epoch: number;
  readonly last_seq: bigint;
  readonly published_up_to: bigint;
  readonly republish_next: bigint | null;
}

export async function readPending(
  database: Transactor,
  topic: string,
  partitions: readonly number[],
): Promise<PendingStream[]> {
  const { rows } = await database.query<PendingRow>(
    `SELECT stream.stream_key, stream.partition, stream.epoch, stream.last_seq,
            coalesce(progress.published_up_to, 0) AS published_up_to, republish.next_seq AS republish_next
     FROM publication_stream AS stream
     LEFT JOIN publication_progress AS progress
       ON progress.topic = $1 AND progress.stream_key = stream.stream_key AND progress.epoch = stream.epoch
     LEFT JOIN publication_republish AS republish
       ON republish.topic = $1 AND republish.stream_key = stream.stream_key AND republish.finished_at IS NULL
     WHERE stream.topic = $1 AND stream.partition = ANY ($2::int[])
       AND (stream.last_seq > coalesce(progress.published_up_to, 0) OR republish.next_seq IS NOT NULL)`,
    [topic, integerArray(partitions)],
  );
  return rows.map(pendingStream);
}

function pendingStream(row: PendingRow): PendingStream {
  const nextSeq = Number(row.published_up_to) + 1;
  const republishNext = row.republish_next === null ? null : Number(row.republish_next);
  return {
    streamKey: row.stream_key,
    partition: row.partition,
    epoch: row.epoch,
    fromSeq: republishNext === null ? nextSeq : Math.min(nextSeq, republishNext),
    lastSeq: Number(row.last_seq),
    republishNext,
  };
}

/**
 * Moves `published_up_to`, only upward and only under leases that are still this holder's, and the requests to
 * publish again; a request that was made anew meanwhile stays as it was made.
 */
export async function markPublished(
  database: Transactor,
  claim: { readonly topic: string; readonly holder: string; readonly leases: readonly HeldLease[] },
  sent: readonly SentStream[],
): Promise<void> {
  await database.query(
    `WITH held AS (
       SELECT lease.partition FROM publication_lease AS lease
       JOIN unnest($3::int[], $4::bigint[]) AS claim (partition, generation)
         ON claim.partition = lease.partition AND claim.generation = lease.generation
       WHERE lease.topic = $1 AND lease.holder = $2
       FOR SHARE OF lease
     ), sent AS (
       SELECT stream.* FROM unnest($5::text[], $6::int[], $7::int[], $8::bigint[], $9::bigint[])
         AS stream (stream_key, partition, epoch, up_to, republish_next)
       JOIN held USING (partition)
     ), republished AS (
       UPDATE publication_republish AS republish
       SET next_seq = sent.up_to + 1,
           finished_at = CASE WHEN sent.up_to >= republish.to_seq THEN clock_timestamp() END
       FROM sent
       WHERE republish.topic = $1 AND republish.stream_key = sent.stream_key
         AND republish.next_seq = sent.republish_next AND republish.finished_at IS NULL
     )
     INSERT INTO publication_progress AS progress (topic, stream_key, epoch, published_up_to)
     SELECT $1, stream_key, epoch, up_to FROM sent ORDER BY stream_key
     ON CONFLICT (topic, stream_key) DO UPDATE
     SET epoch = excluded.epoch, published_up_to = excluded.published_up_to
     WHERE excluded.epoch > progress.epoch
        OR (excluded.epoch = progress.epoch AND excluded.published_up_to > progress.published_up_to)`,
    [
      claim.topic,
      claim.holder,
      integerArray(claim.leases.map((lease) => lease.partition)),
      integerArray(claim.leases.map((lease) => lease.generation)),
      textArray(sent.map((stream) => stream.streamKey)),
      integerArray(sent.map((stream) => stream.partition)),
      integerArray(sent.map((stream) => stream.epoch)),
      integerArray(sent.map((stream) => stream.upTo)),
      integerArray(sent.map((stream) => stream.republishNext)),
    ],
  );
}

export interface RoundLimits {
  /** Events of one partition in one round. */
  readonly eventsPerPartition: number;
  readonly bytesMax: number;
  /** What an event of this topic has weighed so far. */
  readonly bytesPerEvent: number;
  /** Changes from round to round: nobody is always the last. */
  readonly rotation: number;
}

/** The ranges to read in one round: a fair part of each partition's streams, about `bytesMax` in all. */
export function planRanges(pending: readonly PendingStream[], limits: RoundLimits): StreamRange[] {
  const streamsOf = new Map<number, number>();
  for (const { partition } of pending) streamsOf.set(partition, (streamsOf.get(partition) ?? 0) + 1);
  let eventsLeft = Math.max(1, Math.floor(limits.bytesMax / limits.bytesPerEvent));
  const ranges: StreamRange[] = [];
  for (let index = 0; index < pending.length && eventsLeft > 0; index += 1) {
    const stream = pending[(index + limits.rotation) % pending.length];
    if (stream === undefined) break;
    const quota = Math.ceil(limits.eventsPerPartition / (streamsOf.get(stream.partition) ?? 1));
    const count = Math.min(quota, eventsLeft, stream.lastSeq - stream.fromSeq + 1);
    eventsLeft -= count;
    const { streamKey, epoch, fromSeq } = stream;
    ranges.push({ streamKey, epoch, fromSeq, toSeq: fromSeq + count - 1 });
  }
  return ranges;
}
