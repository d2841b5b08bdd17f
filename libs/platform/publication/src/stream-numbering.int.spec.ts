import { AssertionError } from '@potok/kernel/assert';
import { factsTopic } from '@potok/kernel/contract';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { classifyFailure } from '@potok/platform-postgres/errors';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import fc from 'fast-check';
import { publicationMigrations } from './publication-migrations';
import { RelaySignal } from './relay-signal';
import { ClockDisagreement, StoredStreamNumbering } from './stream-numbering';

const TOPIC = factsTopic({ name: 'test.numbering', context: 'test', description: 'of a test' });
const SEED = 20_261_124;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrations: publicationMigrations, poolMax: 6 });
});
beforeEach(async () => {
  await test.database.query('TRUNCATE publication_stream');
});
afterAll(() => test.drop());

function numbering(nowMs: () => number = () => Date.now()): StoredStreamNumbering {
  return new StoredStreamNumbering(TOPIC, { nowMs }, new RelaySignal());
}

it('numbers 1, 2, 3 … without holes, whoever numbers and in whatever order streams are named', async () => {
  const writes = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }), {
    minLength: 10,
    maxLength: 40,
  });
  const property = fc.asyncProperty(writes, async (batches) => {
    await test.database.query('TRUNCATE publication_stream');
    const numbered = new Map<string, number[]>();
    const replicas = [numbering(), numbering(), numbering()];
    const write = async (keys: string[], index: number) => {
      const replica = replicas[index % replicas.length] ?? numbering();
      const seqs = await test.database.tx(async (tx) => {
        const streams = [...(await replica.lock(tx, keys)).values()];
        const moved = streams.map((stream) => ({ ...stream, lastSeq: stream.lastSeq + 1 }));
        await replica.advance(tx, moved);
        return moved;
      });
      for (const { streamKey, lastSeq } of seqs) {
        numbered.set(streamKey, [...(numbered.get(streamKey) ?? []), lastSeq]);
      }
    };
    await Promise.all(batches.map(write));
    for (const seqs of numbered.values()) {
      expect(seqs.sort((left, right) => left - right)).toEqual(seqs.map((_, index) => index + 1));
    }
  });
  await fc.assert(property, { seed: SEED, numRuns: 15 });
});

it('gives each stream the partition of its key and an epoch', async () => {
  const streams = await test.database.tx((tx) => numbering().lock(tx, ['store-9', 'магазин']));
  expect(streams.get('магазин')).toMatchObject({
    partition: murmur2Partition('магазин', 12),
    epoch: 1,
    lastSeq: 0,
  });
});

it('recordedAt never decreases within a stream', async () => {
  const later = Date.now() + 4_000;
  await test.database.tx(async (tx) => {
    const ahead = numbering(() => later);
    const streams = [...(await ahead.lock(tx, ['a'])).values()];
    await ahead.advance(
      tx,
      streams.map((stream) => ({ ...stream, lastSeq: 1 })),
    );
  });
  const streams = await test.database.tx((tx) => numbering().lock(tx, ['a', 'b']));
  expect(streams.get('a')?.recordedAtMs).toBe(later);
  expect(streams.get('b')?.recordedAtMs).toBeLessThan(later);
});

it.each([-60_000, 60_000])('nothing is numbered while the clock is off by %s ms', async (offMs) => {
  const wrong = numbering(() => Date.now() + offMs);
  const refused = test.database.tx((tx) => wrong.lock(tx, ['a']));
  await expect(refused).rejects.toBeInstanceOf(ClockDisagreement);
  await expect(refused.catch(classifyFailure)).resolves.toBe('transient');
});

it('refuses to move a stream backwards, and wakes the relay after the commit only', async () => {
  const signal = new RelaySignal();
  const own = new StoredStreamNumbering(TOPIC, { nowMs: () => Date.now() }, signal);
  let woken = false;
  const waiting = signal.wait(60_000).then(() => {
    woken = true;
  });
  await test.database.tx(async (tx) => {
    const streams = [...(await own.lock(tx, ['a'])).values()];
    await own.advance(
      tx,
      streams.map((stream) => ({ ...stream, lastSeq: 5 })),
    );
    expect(woken).toBe(false);
  });
  await waiting;
  const backwards = test.database.tx(async (tx) => {
    const streams = [...(await own.lock(tx, ['a'])).values()];
    await own.advance(
      tx,
      streams.map((stream) => ({ ...stream, lastSeq: 4 })),
    );
  });
  await expect(backwards).rejects.toBeInstanceOf(AssertionError);
});
