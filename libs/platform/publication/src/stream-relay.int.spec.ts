import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@potok/platform-testing/wait-for';
import type { LogProducer, ProducerBatch } from '@potok/platform-kafka/log';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import type { Transactor } from '@potok/platform-postgres/tx';
import { readRepublishProgress, requestRepublish } from './republish';
import type { StreamSource } from './stream';
import { markPublished } from './stream-progress';
import { FAST, PublicationFixture, watched } from './test-support/publication-fixture';
import type { SentBatch } from './test-support/publication-fixture';

const STORES = ['store-1', 'store-2', 'store-3', 'store-4', 'store-5'];

let fixture: PublicationFixture;
beforeAll(async () => {
  fixture = await PublicationFixture.create();
});
afterEach(() => fixture.stopRelays());
afterAll(() => fixture.close());

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

async function published(streamKey: string, upTo: number): Promise<void> {
  await waitFor(async () => (await fixture.publishedUpTo(streamKey)) >= upTo, {
    what: `${streamKey} published up to ${String(upTo)}`,
  });
}

/** A database that answers nothing more once the relay wants to store what it has sent: a process killed there. */
function dyingBeforeTheMark(database: Transactor, sends: () => number): Transactor {
  const dead = () => sends() > 0;
  const refuse = () => Promise.reject(new Error('the process is dead'));
  return {
    tx: (body, options) => (dead() ? refuse() : database.tx(body, options)),
    query: (sql, parameters) => (dead() ? refuse() : database.query(sql, parameters)),
  };
}

it('publishes every stream in order, in the partition of its key', async () => {
  await fixture.begin('order', 3);
  await fixture.append(STORES, 700);
  fixture.relay();
  for (const store of STORES) await published(store, 700);
  await fixture.append(['store-2'], 5);
  await published('store-2', 705);
  for (const store of STORES) {
    expect(await fixture.sequences(store)).toEqual(numbers(1, store === 'store-2' ? 705 : 700));
  }
  for (const record of await fixture.records()) {
    expect(record.partition).toBe(murmur2Partition(record.key?.toString() ?? '', 3));
  }
});

it('two relays never interleave', async () => {
  await fixture.begin('interleave', 2);
  const sent: SentBatch[] = [];
  const slow = (name: string): LogProducer => {
    const { producer } = fixture.log;
    const delayed = (batches: readonly ProducerBatch[]) => delay(350).then(() => producer.send(batches));
    return watched({ healthy: () => true, close: () => Promise.resolve(), send: delayed }, name, sent);
  };
  const first = fixture.relay({ producer: slow('first') });
  for (let round = 0; round < 40; round += 1) {
    await fixture.append(STORES, 3);
    await delay(40);
    if (round === 2) fixture.relay({ producer: slow('second') });
    if (round === 30) await first.stop(5_000);
  }
  for (const store of STORES) await published(store, 120);
  for (const store of STORES) expect(await fixture.sequences(store)).toEqual(numbers(1, 120));
  expect(new Set(sent.map((batch) => batch.sender))).toEqual(new Set(['first', 'second']));
  const overlapping = sent.filter((one) =>
    sent.some(
      (other) =>
        other.partition === one.partition &&
        other.sender !== one.sender &&
        other.startedMs < one.endedMs &&
        one.startedMs < other.endedMs,
    ),
  );
  expect(overlapping).toEqual([]);
});

it('a repeat is byte-identical: killed between the send and the mark', async () => {
  await fixture.begin('repeat', 1);
  await fixture.append(['store-1'], 20);
  const sent: SentBatch[] = [];
  const producer = watched(fixture.log.producer, 'killed', sent);
  fixture.relay({ producer, database: dyingBeforeTheMark(fixture.replica(), () => sent.length) });
  await waitFor(() => sent.length > 0, { what: 'the send before the kill' });
  expect(await fixture.publishedUpTo('store-1')).toBe(0);
  await fixture.append(['store-1'], 2);
  fixture.relay();
  await published('store-1', 22);
  expect(await fixture.sequences('store-1')).toEqual([...numbers(1, 20), ...numbers(1, 22)]);
  const bytes = (await fixture.records()).map(({ key, value, headers }) =>
    JSON.stringify({ key, value, headers }),
  );
  expect(bytes.slice(20, 40)).toEqual(bytes.slice(0, 20));
});

it('a send starts only with more lease left than a request may take', async () => {
  await fixture.begin('late', 1);
  await fixture.append(['store-1'], 10);
  const sent: SentBatch[] = [];
  const reached = { database: true };
  const database = fixture.replica();
  const away = () => Promise.reject(new Error('the database is out of reach'));
  const cut: Transactor = {
    tx: (body, options) => database.tx(body, options),
    query: (sql, parameters) => (reached.database ? database.query(sql, parameters) : away()),
  };
  const source = fixture.source();
  const reads = { ended: 0 };
  const slow: StreamSource = {
    ...source,
    read: async (...range) => {
      const events = await source.read(...range);
      if (reads.ended === 0) {
        reached.database = false;
        await delay(FAST.leaseMs + 300);
      }
      reads.ended += 1;
      return events;
    },
  };
  fixture.relay({ producer: watched(fixture.log.producer, 'late', sent), database: cut, source: slow });
  await waitFor(() => reads.ended > 0, { what: 'the read that outlasts the lease' });
  await delay(500);
  expect(sent).toEqual([]);
  reached.database = true;
  await published('store-1', 10);
  expect(await fixture.sequences('store-1')).toEqual(numbers(1, 10));
});

it('publishedUpTo only moves upward by the lease holder', async () => {
  await fixture.begin('upward', 1);
  await fixture.append(['store-1'], 9);
  const { database } = fixture.test;
  await database.query(
    `INSERT INTO publication_lease VALUES ($1, 0, 'me', 7, clock_timestamp() + interval '1 hour')`,
    [fixture.topic.name],
  );
  const mark = (holder: string, generation: number, upTo: number) =>
    markPublished(
      database,
      { topic: fixture.topic.name, holder, leases: [{ partition: 0, generation, validUntilMs: 0 }] },
      [{ streamKey: 'store-1', partition: 0, epoch: 1, upTo, republishNext: null }],
    );
  await mark('me', 7, 5);
  expect(await fixture.publishedUpTo('store-1')).toBe(5);
  await mark('me', 7, 3);
  expect(await fixture.publishedUpTo('store-1')).toBe(5);
  await mark('me', 6, 8);
  await mark('another', 7, 8);
  expect(await fixture.publishedUpTo('store-1')).toBe(5);
  await mark('me', 7, 8);
  expect(await fixture.publishedUpTo('store-1')).toBe(8);
});

it('republish heals from the missing sequence', async () => {
  await fixture.begin('republish', 2);
  await fixture.append(STORES, 30);
  fixture.relay();
  for (const store of STORES) await published(store, 30);
  const request = { topic: fixture.topic.name, streamKey: 'store-3', fromSeq: 12 };
  expect(await requestRepublish(fixture.test.database, request)).toEqual({ result: 'requested' });
  expect(await requestRepublish(fixture.test.database, { ...request, fromSeq: 31 })).toEqual({
    result: 'unknown',
  });
  await waitFor(
    async () =>
      (await readRepublishProgress(fixture.test.database, fixture.topic.name))[0]?.finishedAt ?? null,
    { what: 'the end of the republication' },
  );
  await fixture.append(['store-3'], 1);
  await published('store-3', 31);
  expect(await fixture.sequences('store-3')).toEqual([...numbers(1, 30), ...numbers(12, 30), 31]);
  expect(await fixture.sequences('store-1')).toEqual(numbers(1, 30));
  const own = (await fixture.records()).filter((record) => record.key?.toString() === 'store-3');
  const bytes = own.map(({ key, value, headers }) => JSON.stringify({ key, value, headers }));
  expect(bytes.slice(30, 49)).toEqual(bytes.slice(11, 30));
});

it('a failed send is repeated, and a source that omits an event is refused', async () => {
  await fixture.begin('failing', 1);
  await fixture.append(['store-1'], 10);
  let failures = 2;
  const producer: LogProducer = {
    ...watched(fixture.log.producer, 'flaky', []),
    send: (batches) =>
      failures-- > 0 ? Promise.reject(new Error('no leader')) : fixture.log.producer.send(batches),
  };
  const flaky = fixture.relay({ producer });
  await published('store-1', 10);
  await flaky.stop(5_000);
  await fixture.append(['store-1'], 3);
  const source = fixture.source();
  const omitting = fixture.relay({
    source: {
      ...source,
      read: async (...range) => (await source.read(...range)).filter((event) => event.seq !== 12),
    },
  });
  await waitFor(() => omitting.status().lastError !== null, { what: 'the refusal' });
  expect(omitting.status().lastError).toContain('expected 12');
  expect(await fixture.sequences('store-1')).toEqual(numbers(1, 10));
});
