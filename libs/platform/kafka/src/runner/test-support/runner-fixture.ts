import { present } from '@potok/kernel/assert';
import type { TopicDeclaration } from '@potok/kernel/contract';
import type { Transactor } from '@potok/platform-postgres/tx';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { uniquePrefix } from '@potok/platform-testing/test-infra';
import { waitFor } from '@potok/platform-testing/wait-for';
import type { ConsumerDefinition } from '../../consumer-definition';
import { eventHeaders } from '../../event-headers';
import { KafkajsAdmin } from '../../kafkajs-admin';
import { KafkajsConsumer } from '../../kafkajs-consumer';
import type { ConsumerOptions } from '../../kafkajs-consumer';
import type { ProducerRecord } from '../../log';
import type { EventBatch } from '../../stream-event';
import { LogFixture } from '../../test-support/log-fixture';
import { createRunner } from '../create-runner';
import type { Runner, RunnerAlarm, RunnerFailure, RunnerHandler, RunnerSettings } from '../runner-contract';
import { runnerMigrations } from '../runner-migrations';

const EFFECTS = {
  id: 'test-001-effects',
  up: `CREATE TABLE effect (
         ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         stream_key text NOT NULL, seq bigint NOT NULL, body text NOT NULL, transaction_id bigint NOT NULL
       )`,
};

export const KNOWN = 'thing-done.v1';

export interface EventDraft {
  readonly streamKey: string;
  readonly seq: number;
  readonly epoch?: number;
  readonly type?: string;
  readonly mustUnderstand?: boolean;
  readonly body?: string;
}

export interface RunnerOptions {
  readonly topic: TopicDeclaration;
  readonly name?: string;
  readonly database?: Transactor;
  readonly handler?: RunnerHandler;
  readonly definition?: Partial<ConsumerDefinition>;
  readonly settings?: Partial<RunnerSettings>;
  readonly consumer?: Partial<ConsumerOptions>;
}

/** A runner under test with all that it told. */
export interface RunnerUnderTest {
  readonly runner: Runner;
  readonly consumer: KafkajsConsumer;
  readonly alarms: RunnerAlarm[];
  readonly failures: RunnerFailure[];
}

/** One topic's events as the publication would write them. */
export function recordOf(event: EventDraft): ProducerRecord {
  const { streamKey, seq, epoch = 1, type = KNOWN, mustUnderstand = false } = event;
  const id = `${streamKey}-${String(epoch)}-${String(seq)}`;
  const fields = { id, type, source: '/test', time: '2026-11-24T09:00:00.000Z', epoch, seq };
  return {
    key: streamKey,
    value: Buffer.from(event.body ?? id),
    headers: eventHeaders({ ...fields, mustUnderstand, traceparent: null }),
  };
}

export function sequence(streamKey: string, from: number, to: number): ProducerRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => recordOf({ streamKey, seq: from + index }));
}

/** Writes one row for each event: what was applied, in which order and in which transaction. */
export async function recordEffects({ tx, events }: Pick<EventBatch, 'tx' | 'events'>): Promise<void> {
  await tx.query(
    `INSERT INTO effect (stream_key, seq, body, transaction_id)
     SELECT *, pg_current_xact_id()::text::bigint FROM unnest($1::text[], $2::bigint[], $3::text[])`,
    [
      events.map((one) => one.streamKey),
      events.map((one) => one.seq),
      events.map((one) => String(one.value)),
    ],
  );
}

/** The same of a topic without streams: only the position keeps repeats out. The value is `streamKey-epoch-seq`. */
export const recordPlainEffects: RunnerHandler = {
  mode: 'plain',
  apply: ({ tx, records }) => {
    const events = records.map((record) => {
      const value = record.value ?? Buffer.alloc(0);
      const seq = Number(String(value).split('-').at(-1));
      return {
        ...record,
        value,
        streamKey: record.key ?? '',
        seq,
        epoch: 1,
        eventId: '',
        type: '',
        traceparent: null,
      };
    });
    return recordEffects({ tx, events });
  },
};

/** Real Kafka and PostgreSQL for the runner's proofs; everything that it made is removed by `close`. */
export class RunnerFixture {
  readonly log = new LogFixture();
  readonly admin = new KafkajsAdmin(this.log.connection);
  readonly quarantine = new PgQuarantineStore();
  private readonly started: RunnerUnderTest[] = [];
  private postgres: TestDatabase | null = null;

  async open(): Promise<void> {
    const migrations = [...runnerMigrations, ...quarantineMigrations, EFFECTS];
    this.postgres = await createTestDatabase({ migrations, poolMax: 4 });
  }

  get test(): TestDatabase {
    return present(this.postgres, 'the database');
  }

  topic(name: string, partitions = 1): Promise<TopicDeclaration> {
    return this.log.topic(name, { partitions });
  }

  send(topic: TopicDeclaration, records: readonly ProducerRecord[], partition = 0): Promise<void> {
    return this.log.producer.send([{ topic: topic.name, partition, records }]);
  }

  create(options: RunnerOptions): RunnerUnderTest {
    const { topic, handler = { mode: 'stream', apply: recordEffects }, settings = {} } = options;
    const name = options.name ?? uniquePrefix('runner');
    const consumer = new KafkajsConsumer(this.log.connection, { ...options.consumer, groupId: name });
    const caps = { recordsMax: 1_000, bytesMax: 1_000_000, lingerMs: 5 };
    const definition: ConsumerDefinition = {
      ...{ name, topic, mode: handler.mode, types: [KNOWN], caps, parallelTransactions: 1 },
      ...options.definition,
    };
    const alarms: RunnerAlarm[] = [];
    const failures: RunnerFailure[] = [];
    const deps = {
      database: options.database ?? this.test.database,
      admin: this.admin,
      consumer,
      quarantine: this.quarantine,
      onAlarm: (alarm: RunnerAlarm) => void alarms.push(alarm),
      onFatal: (failure: RunnerFailure) => void failures.push(failure),
      settings: {
        backoff: { firstMs: 10, maxMs: 50 },
        checkIntervalMs: 200,
        drainTimeoutMs: 5_000,
        ...settings,
      },
    };
    const underTest = { runner: createRunner(definition, deps, handler), consumer, alarms, failures };
    this.started.push(underTest);
    return underTest;
  }

  async start(options: RunnerOptions): Promise<RunnerUnderTest> {
    const underTest = this.create(options);
    await underTest.runner.start();
    return underTest;
  }

  /** All effects in the order in which they happened, as `streamKey/seq`. */
  async effects(): Promise<string[]> {
    const { rows } = await this.test.database.query<{ stream_key: string; seq: bigint }>(
      'SELECT stream_key, seq FROM effect ORDER BY ordinal',
    );
    return rows.map((row) => `${row.stream_key}/${String(row.seq)}`);
  }

  effectsUntil(count: number): Promise<string[]> {
    return waitFor(
      async () => {
        const effects = await this.effects();
        return effects.length >= count ? effects : null;
      },
      { what: `${String(count)} effects`, everyMs: 20 },
    );
  }

  /** Waits until the runner has nothing left to read. */
  caughtUp({ runner }: RunnerUnderTest): Promise<boolean> {
    const idle = () => {
      const { partitions } = runner.status();
      return (
        partitions.length > 0 && partitions.every(({ lag, highWatermark }) => lag === 0 && highWatermark > 0)
      );
    };
    return waitFor(idle, { what: 'the runner to catch up', everyMs: 20 });
  }

  openEntries() {
    return this.quarantine.list(this.test.database, { state: 'open', limit: 1_000 });
  }

  async stopRunners(): Promise<void> {
    await Promise.all(this.started.splice(0).map(({ runner }) => runner.stop()));
  }

  async clear(): Promise<void> {
    await this.test.database.query(
      'TRUNCATE effect, quarantine, consumer_position, stream_applied RESTART IDENTITY',
    );
  }

  async close(): Promise<void> {
    await this.admin.close();
    await this.log.close();
    await this.test.drop();
  }
}

export function namesOf(streamKey: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${streamKey}/${String(from + index)}`);
}
