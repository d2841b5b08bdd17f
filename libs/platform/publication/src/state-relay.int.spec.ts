import { setTimeout as delay } from 'node:timers/promises';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import type { LogProducer } from '@potok/platform-kafka/log';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { LogFixture } from '@potok/platform-kafka/test-support/log-fixture';
import type { Tx } from '@potok/platform-postgres/tx';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { publicationMigrations } from './publication-migrations';
import type { RelayEvent } from './relay-event';
import { RelaySignal } from './relay-signal';
import { StateRelay } from './state-relay';
import { DirtyTableStateSource } from './state-source';
import type { StatePage, StateRow } from './stream';
import { FAST } from './test-support/publication-fixture';

const ROWS = {
  id: 'test-001-rows',
  up: 'CREATE TABLE product (key text PRIMARY KEY, version bigint NOT NULL, name text)',
};
const PARTITIONS = 2;

interface ProductRow {
  readonly key: string;
  readonly version: bigint;
  readonly name: string | null;
}

const log = new LogFixture();
const admin = new KafkajsAdmin(log.connection);
const events: RelayEvent[] = [];
const relays: StateRelay[] = [];
let test: TestDatabase;
let topic: TopicDeclaration;
let source: DirtyTableStateSource;

beforeAll(async () => {
  test = await createTestDatabase({ migrations: [...publicationMigrations, ROWS] });
});
beforeEach(async () => {
  await test.database.query('TRUNCATE product');
  events.length = 0;
  topic = await log.topic('state', { partitions: PARTITIONS, compacted: true });
  source = new DirtyTableStateSource({ topic, signal: new RelaySignal(), load, page });
});
afterEach(stopRelays);
afterAll(async () => {
  await admin.close();
  await log.close();
  await test.drop();
});

async function load(tx: Tx, keys: readonly string[]): Promise<StateRow[]> {
  const { rows } = await tx.query<ProductRow>('SELECT * FROM product WHERE key = ANY ($1)', [keys]);
  return rows.map(stateRow);
}

async function page(tx: Tx, { partition, afterKey, limit }: StatePage): Promise<StateRow[]> {
  const { rows } = await tx.query<ProductRow>('SELECT * FROM product WHERE key > $1 ORDER BY key', [
    afterKey ?? '',
  ]);
  return rows
    .map(stateRow)
    .filter((row) => row.partition === partition)
    .slice(0, limit);
}

function stateRow({ key, version, name }: ProductRow): StateRow {
  const headers = stateHeaders({
    id: `${key}/${String(version)}`,
    type: 'product.v1',
    source: '/potok/test',
    time: '2026-11-24T00:00:00.000Z',
    version: Number(version),
  });
  const value = name === null ? null : Buffer.from(JSON.stringify({ key, version: Number(version), name }));
  return { key, partition: murmur2Partition(key, PARTITIONS), version: Number(version), value, headers };
}

async function change(keys: readonly string[], version: number, name: string | null): Promise<void> {
  await test.database.tx(async (tx) => {
    await tx.query(
      `INSERT INTO product SELECT key, $2, $3 FROM unnest($1::text[]) AS key
       ON CONFLICT (key) DO UPDATE SET version = excluded.version, name = excluded.name`,
      [keys, version, name],
    );
    await source.markDirty(
      tx,
      keys.map((key) => ({ key, version, partition: murmur2Partition(key, PARTITIONS) })),
    );
  });
}

function relay(producer: LogProducer = log.producer): StateRelay {
  const created = new StateRelay({
    database: test.connect(),
    source,
    producer,
    admin,
    signal: new RelaySignal(),
    observe: (event) => events.push(event),
    timings: FAST,
  });
  relays.push(created);
  created.start();
  return created;
}

async function stopRelays(): Promise<void> {
  await Promise.all(relays.splice(0).map((one) => one.stop(10_000)));
}

/** Every value that the topic ever held, by key, tombstones as null. */
async function history(): Promise<Map<string, (string | null)[]>> {
  const values = new Map<string, (string | null)[]>();
  for (const partition of Array(PARTITIONS).keys()) {
    await admin.readPartition({ topic: topic.name, partition }, (records) => {
      for (const { key, value } of records) {
        const name = String(key);
        values.set(name, [...(values.get(name) ?? []), value === null ? null : value.toString()]);
      }
    });
  }
  return values;
}

async function lastNames(): Promise<Record<string, string | null>> {
  const last = [...(await history())].map(([key, values]) => [key, nameIn(values.at(-1) ?? null)] as const);
  return Object.fromEntries(last.sort());
}

function nameIn(value: string | null): string | null {
  const parsed: unknown = JSON.parse(value ?? 'null');
  return parsed !== null && typeof parsed === 'object' && 'name' in parsed ? String(parsed.name) : null;
}

async function clean(): Promise<void> {
  await waitFor(
    async () => {
      const { rows } = await test.database.query('SELECT 1 FROM publication_dirty WHERE topic = $1', [
        topic.name,
      ]);
      return rows.length === 0;
    },
    { what: 'every marked row to be confirmed' },
  );
}

async function reconciled(): Promise<number> {
  const found = await waitFor(
    () => {
      const done = events.flatMap((event) => (event.kind === 'reconciled' ? [event] : []));
      return done.length >= PARTITIONS && done;
    },
    { what: 'the reconciliation of every partition' },
  );
  return found.reduce((sum, event) => sum + event.repaired, 0);
}

it('publishes changed rows, tombstones included, and forgets their marks', async () => {
  relay();
  await change(['a', 'b', 'c'], 1, 'first');
  await clean();
  await change(['b'], 2, 'second');
  await change(['c'], 2, null);
  await clean();
  expect(await lastNames()).toEqual({ a: 'first', b: 'second', c: null });
});

it('a row that changed while it was sent stays marked until its new version was sent', async () => {
  let sends = 0;
  const producer: LogProducer = {
    healthy: () => true,
    close: () => Promise.resolve(),
    send: async (batches) => {
      sends += 1;
      if (sends === 1) await change(['a'], 2, 'second');
      await log.producer.send(batches);
    },
  };
  await change(['a'], 1, 'first');
  relay(producer);
  await waitFor(() => sends >= 1, { what: 'the first send' });
  await clean();
  const values = (await history()).get('a') ?? [];
  expect(nameIn(values[0] ?? null)).toBe('first');
  expect(nameIn(values.at(-1) ?? null)).toBe('second');
});

it('a stale version on a compacted topic is repaired by reconciliation', async () => {
  await change(['a', 'b', 'c', 'd'], 3, 'current');
  const first = relay();
  await clean();
  await reconciled();
  await first.stop(5_000);
  const stale = { ...stateRow({ key: 'b', version: 2n, name: 'stale' }), key: 'b' };
  await log.producer.send([{ topic: topic.name, partition: stale.partition, records: [stale] }]);
  expect((await lastNames()).b).toBe('stale');
  await test.database.query(`INSERT INTO product VALUES ('unpublished', 1, 'current')`);
  events.length = 0;
  relay();
  expect(await reconciled()).toBe(2);
  expect(await lastNames()).toEqual({
    a: 'current',
    b: 'current',
    c: 'current',
    d: 'current',
    unpublished: 'current',
  });
  await delay(200);
  expect([...(await history()).values()].flat()).toHaveLength(7);
});
