import type { TopicDeclaration } from '@potok/kernel/contract';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkajsConsumer } from '@potok/platform-kafka/kafkajs-consumer';
import { createRunner } from '@potok/platform-kafka/runner/create-runner';
import type { Runner, RunnerHandler } from '@potok/platform-kafka/runner/runner-contract';
import { runnerMigrations } from '@potok/platform-kafka/runner/runner-migrations';
import { LogFixture } from '@potok/platform-kafka/test-support/log-fixture';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { type TestDatabase, createTestDatabase } from '@potok/platform-testing/test-database';
import { uniquePrefix } from '@potok/platform-testing/test-infra';
import { waitFor } from '@potok/platform-testing/wait-for';
import { type CopyChange, type ReadCopy, ReadCopyHandler, readCopyConsumer } from './read-copy';
import { ReadCopyGate } from './read-copy-gate';
import { readCopyMigrations } from './read-copy-migrations';

interface Thing {
  readonly version: number;
  readonly name: string;
  readonly archived: boolean;
  readonly tags: readonly string[];
}

const TABLE = {
  id: 'test-001-thing-copy',
  up: `CREATE TABLE thing_copy (
         thing_id text PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, archived boolean NOT NULL, tags jsonb
       )`,
};

describe('a read copy', () => {
  const log = new LogFixture();
  const admin = new KafkajsAdmin(log.connection);
  const runners: Runner[] = [];
  let postgres: TestDatabase;

  beforeAll(async () => {
    const migrations = [...runnerMigrations, ...quarantineMigrations, ...readCopyMigrations, TABLE];
    postgres = await createTestDatabase({ migrations, poolMax: 4 });
  });
  afterEach(async () => {
    await Promise.all(runners.splice(0).map((runner) => runner.stop()));
    await postgres.database.query('TRUNCATE thing_copy');
  });
  afterAll(async () => {
    await admin.close();
    await log.close();
    await postgres.drop();
  });

  function copyOf(topic: TopicDeclaration, changes: CopyChange<Thing>[] = []): ReadCopy<Thing> {
    return {
      name: uniquePrefix('copy'),
      topic,
      table: 'thing_copy',
      keyColumn: 'thing_id',
      versionColumn: 'version',
      columns: [
        { name: 'name', type: 'text', value: (thing) => thing.name },
        { name: 'archived', type: 'boolean', value: (thing) => thing.archived },
        { name: 'tags', type: 'jsonb', value: (thing) => JSON.stringify(thing.tags) },
      ],
      decode: (value) => JSON.parse(value.toString('utf8')) as Thing,
      versionOf: ({ version }) => version,
      afterChange: (_tx, change) => {
        changes.push(change);
        return Promise.resolve();
      },
    };
  }

  function runnerOf(definition: ReturnType<typeof readCopyConsumer>, handler: RunnerHandler): Runner {
    const deps = {
      database: postgres.database,
      admin,
      consumer: new KafkajsConsumer(log.connection, { groupId: definition.name }),
      quarantine: new PgQuarantineStore(),
      onAlarm: () => undefined,
      onFatal: () => undefined,
    };
    const runner = createRunner(definition, deps, handler);
    runners.push(runner);
    return runner;
  }

  function feederOf(copy: ReadCopy<Thing>): Runner {
    return runnerOf(readCopyConsumer(copy), new ReadCopyHandler(copy));
  }

  async function publish(topic: TopicDeclaration, key: string, thing: Partial<Thing> | null): Promise<void> {
    const row = { version: 1, name: key, archived: false, tags: ['a "quoted" tag', 'б'], ...thing };
    const value = thing === null ? null : Buffer.from(JSON.stringify(row));
    await log.producer.send([{ topic: topic.name, partition: 0, records: [{ key, value, headers: {} }] }]);
  }

  async function rows(): Promise<unknown[]> {
    const { rows: found } = await postgres.database.query(
      'SELECT thing_id, version::int AS version, name, archived, tags FROM thing_copy ORDER BY thing_id',
    );
    return found;
  }

  const rowOf = (thingId: string, version: number, name: string) => ({
    ...{ thing_id: thingId, version, name, archived: false },
    tags: ['a "quoted" tag', 'б'],
  });

  async function applied(copy: ReadCopy<Thing>): Promise<void> {
    await new ReadCopyGate({ database: postgres.database, admin, copies: [copy], pollMs: 20 }).opened();
  }

  it('a stale version on a compacted topic changes nothing', async () => {
    const topic = await log.topic('things', { compacted: true });
    const changes: CopyChange<Thing>[] = [];
    const copy = copyOf(topic, changes);
    await publish(topic, 'pen', { version: 3, name: 'red pen' });
    await publish(topic, 'pen', { version: 2, name: 'stale within the batch' });
    await feederOf(copy).start();
    await applied(copy);
    expect(await rows()).toEqual([rowOf('pen', 3, 'red pen')]);
    await publish(topic, 'pen', { version: 2, name: 'stale' });
    await publish(topic, 'pen', { version: 3, name: 'a repeat that differs' });
    await applied(copy);
    expect(await rows()).toEqual([rowOf('pen', 3, 'red pen')]);
    await publish(topic, 'pen', { version: 4, name: 'blue pen' });
    await applied(copy);
    expect(await rows()).toEqual([rowOf('pen', 4, 'blue pen')]);
    expect(changes.flatMap(({ upserted }) => upserted.map(({ row }) => row.name))).toEqual([
      'red pen',
      'blue pen',
    ]);
  });

  it('a tombstone removes the row, and a later version behind it in the same batch stands', async () => {
    const topic = await log.topic('removed', { compacted: true });
    const copy = copyOf(topic);
    await publish(topic, 'ink', { version: 5 });
    await publish(topic, 'pen', { version: 5 });
    await publish(topic, 'pen', null);
    await publish(topic, 'pen', { version: 6, name: 'made anew' });
    await feederOf(copy).start();
    await applied(copy);
    expect(await rows()).toEqual([rowOf('ink', 5, 'ink'), rowOf('pen', 6, 'made anew')]);
    await publish(topic, 'pen', null);
    await applied(copy);
    expect(await rows()).toEqual([rowOf('ink', 5, 'ink')]);
  });

  it('an older record that is repeated after a tombstone does not revive the row', async () => {
    const topic = await log.topic('revived', { compacted: true });
    const changes: CopyChange<Thing>[] = [];
    const copy = copyOf(topic, changes);
    await publish(topic, 'pen', { version: 5 });
    await publish(topic, 'cap', { version: 2 });
    await publish(topic, 'cap', null);
    await publish(topic, 'cap', { version: 2, name: 'repeated within the batch' });
    await feederOf(copy).start();
    await applied(copy);
    await publish(topic, 'pen', null);
    await applied(copy);
    await publish(topic, 'pen', { version: 5, name: 'repeated' });
    await publish(topic, 'pen', { version: 4, name: 'older still' });
    await publish(topic, 'pen', null);
    await publish(topic, 'pen', { version: 5, name: 'repeated again' });
    await applied(copy);
    expect(await rows()).toEqual([]);
    expect(changes.flatMap(({ removedKeys }) => removedKeys)).toEqual(['pen']);
    await publish(topic, 'pen', { version: 6, name: 'made anew' });
    await applied(copy);
    expect(await rows()).toEqual([rowOf('pen', 6, 'made anew')]);
  });

  it('tombstones that nothing on the topic can be older than are forgotten', async () => {
    const topic = await log.topic('forgotten', { compacted: true });
    const copy = copyOf(topic);
    await postgres.database.query(
      `INSERT INTO copy_tombstone VALUES ($1, 'long-gone', 9, now() - interval '15 days')`,
      [copy.name],
    );
    await publish(topic, 'pen', { version: 1 });
    await publish(topic, 'pen', null);
    await feederOf(copy).start();
    await applied(copy);
    const { rows: kept } = await postgres.database.query(
      'SELECT key, version::int AS version FROM copy_tombstone WHERE copy = $1',
      [copy.name],
    );
    expect(kept).toEqual([{ key: 'pen', version: 1 }]);
  });

  it('one unreadable row is quarantined; the others, and a later version of it, are copied', async () => {
    const topic = await log.topic('unreadable', { compacted: true });
    const copy = copyOf(topic);
    const garbage = { key: 'pen', value: Buffer.from('{"version":'), headers: {} };
    await publish(topic, 'ink', {});
    await log.producer.send([{ topic: topic.name, partition: 0, records: [garbage] }]);
    await publish(topic, 'cap', {});
    await feederOf(copy).start();
    await applied(copy);
    expect(await rows()).toEqual([rowOf('cap', 1, 'cap'), rowOf('ink', 1, 'ink')]);
    await publish(topic, 'pen', { version: 2 });
    await applied(copy);
    expect(await rows()).toContainEqual(rowOf('pen', 2, 'pen'));
  });

  it('a consumer starts only after its read copies reached the start-up watermark', async () => {
    const things = await log.topic('gate-things', { compacted: true, partitions: 2 });
    const orders = await log.topic('gate-orders');
    const copy = copyOf(things);
    for (let version = 1; version <= 50; version += 1) await publish(things, 'pen', { version });
    await log.write(orders.name, { from: 1, to: 1 });
    const seen: number[] = [];
    const consumer = runnerOf(
      { ...readCopyConsumer({ name: uniquePrefix('orders'), topic: orders }) },
      {
        mode: 'plain',
        apply: async ({ tx }) => {
          const { rows: found } = await tx.query<{ version: number }>(
            'SELECT version::int AS version FROM thing_copy',
          );
          seen.push(found[0]?.version ?? 0);
        },
      },
    );
    const gate = new ReadCopyGate({ database: postgres.database, admin, copies: [copy], pollMs: 20 });
    const started = gate.opened().then(() => consumer.start());
    await waitFor(() => gate.progress()[0]?.recordsLeft === 50, { what: 'the ends being known' });
    expect(gate.isOpen()).toBe(false);
    expect(consumer.status().partitions).toEqual([]);
    await feederOf(copy).start();
    await started;
    expect(gate.isOpen()).toBe(true);
    await waitFor(() => seen.length > 0, { what: 'the consumer to work' });
    expect(seen).toEqual([50]);
  });
});
