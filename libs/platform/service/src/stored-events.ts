import { declareProblems, ProblemError } from '@potok/platform-http/problem';
import { queryInteger } from '@potok/platform-http/zod-input';
import type { StreamSource } from '@potok/platform-publication/stream';
import { z } from 'zod';
import type { ServiceRuntime } from './service-runtime';

/** What the service has stored of its own streams, and how far it has applied others': for proofs, from tables alone. */

export const storedEventsProblems = declareProblems({
  topicNotOwned: {
    status: 404,
    title: 'This service numbers no streams of that topic',
    remedy: 'Ask the service that owns the topic: docs/reference/topics.md names it.',
  },
});

const EVENTS_MAX = 5_000;
const BYTES_MAX = 8 * 1024 * 1024;
const NEWLINE = Buffer.from('\n');

export const topicQuery = z.object({ topic: z.string().max(200).describe('Name of a topic') });
export type TopicQuery = z.infer<typeof topicQuery>;

export const storedEventsQuery = z.object({
  topic: z.string().max(200).describe('A topic of numbered streams that this service owns'),
  streamKey: z.string().max(100).describe('Key of the stream, as `streams` names it'),
  fromSeq: queryInteger(1, Number.MAX_SAFE_INTEGER).default(1),
});
export type StoredEventsQuery = z.infer<typeof storedEventsQuery>;

export const streamsAnswer = z.object({
  streams: z.array(z.object({ streamKey: z.string(), epoch: z.int(), lastSeq: z.int() })),
});

export const appliedAnswer = z.object({
  applied: z.array(z.object({ consumer: z.string(), streamKey: z.string(), epoch: z.int(), seq: z.int() })),
});

export async function readStreams({ database }: ServiceRuntime, { topic }: TopicQuery) {
  const { rows } = await database.query<{ stream_key: string; epoch: number; last_seq: bigint }>(
    'SELECT stream_key, epoch, last_seq FROM publication_stream WHERE topic = $1 ORDER BY stream_key',
    [topic],
  );
  return {
    streams: rows.map((row) => ({
      streamKey: row.stream_key,
      epoch: row.epoch,
      lastSeq: Number(row.last_seq),
    })),
  };
}

export async function readApplied({ database }: ServiceRuntime, { topic }: TopicQuery) {
  const { rows } = await database.query<{ consumer: string; stream_key: string; epoch: bigint; seq: bigint }>(
    'SELECT consumer, stream_key, epoch, seq FROM stream_applied WHERE topic = $1 ORDER BY consumer, stream_key',
    [topic],
  );
  return {
    applied: rows.map((row) => ({
      consumer: row.consumer,
      streamKey: row.stream_key,
      epoch: Number(row.epoch),
      seq: Number(row.seq),
    })),
  };
}

/** A page of events' values, one a line, as they would be published; `nextSeq` null at the end of the stream. */
export async function readStoredEvents(
  runtime: ServiceRuntime,
  { topic, streamKey, fromSeq }: StoredEventsQuery,
): Promise<{ readonly body: Buffer; readonly nextSeq: number | null }> {
  const source = sourceOf(runtime, topic);
  return runtime.database.tx(
    async (tx) => {
      const { rows } = await tx.query<{ epoch: number; last_seq: bigint }>(
        'SELECT epoch, last_seq FROM publication_stream WHERE topic = $1 AND stream_key = $2',
        [topic, streamKey],
      );
      const lastSeq = Number(rows[0]?.last_seq ?? 0n);
      if (fromSeq > lastSeq) return { body: Buffer.alloc(0), nextSeq: null };
      const toSeq = Math.min(lastSeq, fromSeq + EVENTS_MAX - 1);
      const range = { streamKey, epoch: rows[0]?.epoch ?? 1, fromSeq, toSeq };
      const events = await source.read(tx, [range], BYTES_MAX);
      const readTo = events.at(-1)?.seq ?? toSeq;
      return {
        body: Buffer.concat(events.flatMap(({ value }) => [value, NEWLINE])),
        nextSeq: readTo >= lastSeq ? null : readTo + 1,
      };
    },
    { readOnly: true },
  );
}

function sourceOf(runtime: ServiceRuntime, topic: string): StreamSource {
  const source = runtime.sources.find((one) => one.topic.name === topic);
  if (source === undefined) throw new ProblemError(storedEventsProblems.topicNotOwned, { detail: topic });
  return source;
}
