import type { TopicDeclaration } from '@potok/kernel/contract';
import { toInstant } from '@potok/kernel/clock';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import type { LogProducer, LogRecord, ProducerBatch } from '@potok/platform-kafka/log';
import { LogFixture } from '@potok/platform-kafka/test-support/log-fixture';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Database } from '@potok/platform-postgres/database';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { publicationMigrations } from '../publication-migrations';
import type { RelayEvent } from '../relay-event';
import { RelaySignal } from '../relay-signal';
import type { PublishableEvent, StreamRange, StreamSource } from '../stream';
import { StoredStreamNumbering } from '../stream-numbering';
import { StreamRelay } from '../stream-relay';

const STORED_EVENTS = {
  id: 'test-001-events',
  up: `CREATE TABLE stored_event (
         stream_key text NOT NULL, epoch int NOT NULL, seq bigint NOT NULL, event_id text NOT NULL,
         recorded_at_ms bigint NOT NULL, body text NOT NULL, PRIMARY KEY (stream_key, epoch, seq))`,
};

/** Short, so that a hand-over takes a second and not ten. */
export const FAST = { leaseMs: 1_200, requestTimeoutMs: 400, pollMs: 50, gatherMs: 1, stuckAfterMs: 20_000 };

export interface RelayParts {
  readonly producer?: LogProducer;
  readonly database?: Transactor;
  readonly source?: StreamSource;
}

/** An owner of one topic: its stored events, their numbering, their relays, on the real broker and database. */
export class PublicationFixture {
  readonly log = new LogFixture();
  readonly admin = new KafkajsAdmin(this.log.connection);
  readonly events: RelayEvent[] = [];
  private readonly relays: StreamRelay[] = [];

  private constructor(
    readonly test: TestDatabase,
    public topic: TopicDeclaration,
  ) {}

  static async create(): Promise<PublicationFixture> {
    const test = await createTestDatabase({ migrations: [...publicationMigrations, STORED_EVENTS] });
    const placeholder = { name: '', context: '', kind: 'facts', description: '', key: '' } as const;
    const sizes = { partitions: 0, retentionMs: 0, messageBytesMax: 0 };
    return new PublicationFixture(test, { ...placeholder, ...sizes });
  }

  /** A new topic: what was said of another is forgotten. */
  async begin(name: string, partitions: number): Promise<void> {
    this.events.length = 0;
    this.topic = await this.log.topic(name, { partitions });
    await this.test.database.query('TRUNCATE stored_event');
  }

  /** Stores and numbers `count` events of each stream in one transaction. */
  async append(streamKeys: readonly string[], count: number, salt = ''): Promise<void> {
    const numbering = new StoredStreamNumbering(this.topic, { nowMs: () => Date.now() }, new RelaySignal());
    await this.test.database.tx(async (tx) => {
      const streams = [...(await numbering.lock(tx, streamKeys)).values()];
      for (const { streamKey, epoch, lastSeq, recordedAtMs } of streams) {
        await tx.query(
          `INSERT INTO stored_event
           SELECT $1, $2, seq, $1 || '/' || seq || $5, $4, repeat('тело ', 40) || seq
           FROM generate_series($3::bigint + 1, $3::bigint + $6::bigint) AS seq`,
          [streamKey, epoch, lastSeq, recordedAtMs, salt, count],
        );
      }
      await numbering.advance(
        tx,
        streams.map((stream) => ({ ...stream, lastSeq: stream.lastSeq + count })),
      );
    });
  }

  source(): StreamSource {
    return { topic: this.topic, read: readStored };
  }

  relay(parts: RelayParts = {}): StreamRelay {
    const relay = new StreamRelay({
      database: parts.database ?? this.replica(),
      source: parts.source ?? this.source(),
      producer: parts.producer ?? this.log.producer,
      admin: this.admin,
      signal: new RelaySignal(),
      observe: (event) => this.events.push(event),
      timings: FAST,
    });
    this.relays.push(relay);
    relay.start();
    return relay;
  }

  replica(): Database {
    return this.test.connect({ poolMax: 2 });
  }

  async stopRelays(): Promise<void> {
    await Promise.all(this.relays.splice(0).map((relay) => relay.stop(10_000)));
  }

  async publishedUpTo(streamKey: string): Promise<number> {
    const { rows } = await this.test.database.query<{ published_up_to: bigint }>(
      'SELECT published_up_to FROM publication_progress WHERE topic = $1 AND stream_key = $2',
      [this.topic.name, streamKey],
    );
    return Number(rows[0]?.published_up_to ?? 0n);
  }

  /** Every record of the topic, each partition's in order. */
  async records(): Promise<LogRecord[]> {
    const found: LogRecord[] = [];
    for (const partition of Array(this.topic.partitions).keys()) {
      await this.admin.readPartition({ topic: this.topic.name, partition }, (records) => {
        found.push(...records);
      });
    }
    return found;
  }

  async sequences(streamKey: string): Promise<number[]> {
    const own = (await this.records()).filter((record) => record.key?.toString() === streamKey);
    return own.map((record) => Number(record.headers.ce_streamseq?.toString()));
  }

  async close(): Promise<void> {
    await this.stopRelays();
    await this.admin.close();
    await this.log.close();
    await this.test.drop();
  }
}

export interface SentBatch {
  readonly sender: string;
  readonly partition: number;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Remembers who sent to which partition and when. */
export function watched(producer: LogProducer, sender: string, sent: SentBatch[]): LogProducer {
  return {
    healthy: () => producer.healthy(),
    close: () => producer.close(),
    send: async (batches: readonly ProducerBatch[]) => {
      const startedMs = performance.now();
      try {
        await producer.send(batches);
      } finally {
        const endedMs = performance.now();
        for (const { partition } of batches) sent.push({ sender, partition, startedMs, endedMs });
      }
    },
  };
}

interface StoredRow {
  readonly stream_key: string;
  readonly epoch: number;
  readonly seq: bigint;
  readonly event_id: string;
  readonly recorded_at_ms: bigint;
  readonly body: string;
}

async function readStored(
  tx: Tx,
  ranges: readonly StreamRange[],
  bytesMax: number,
): Promise<readonly PublishableEvent[]> {
  const { rows } = await tx.query<StoredRow>(
    `SELECT event.* FROM stored_event AS event
     JOIN unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS wanted (stream_key, epoch, from_seq, to_seq)
       ON wanted.stream_key = event.stream_key AND wanted.epoch = event.epoch
      AND event.seq BETWEEN wanted.from_seq AND wanted.to_seq
     ORDER BY event.stream_key, event.seq`,
    [
      textArray(ranges.map((range) => range.streamKey)),
      integerArray(ranges.map((range) => range.epoch)),
      integerArray(ranges.map((range) => range.fromSeq)),
      integerArray(ranges.map((range) => range.toSeq)),
    ],
  );
  const events: PublishableEvent[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (bytes >= bytesMax) break;
    const event = publishable(row);
    bytes += event.value.length;
    events.push(event);
  }
  return events;
}

function publishable(row: StoredRow): PublishableEvent {
  const seq = Number(row.seq);
  const headers = eventHeaders({
    id: row.event_id,
    type: 'something-happened.v1',
    source: '/potok/test',
    time: toInstant(Number(row.recorded_at_ms)),
    epoch: row.epoch,
    seq,
    mustUnderstand: false,
    traceparent: null,
  });
  return { streamKey: row.stream_key, seq, eventId: row.event_id, value: Buffer.from(row.body), headers };
}
