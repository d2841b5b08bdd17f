import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { LeaseKeeper } from './lease-keeper';
import { publicationMigrations } from './publication-migrations';

const PARTITIONS = 12;
const LEASE_MS = 400;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrations: publicationMigrations, poolMax: 4 });
});
beforeEach(async () => {
  await test.database.query('TRUNCATE publication_lease, publication_instance');
});
afterAll(() => test.drop());

function keeper(holder: string, leaseMs = LEASE_MS): LeaseKeeper {
  return new LeaseKeeper({ database: test.database, topic: 'test', partitions: PARTITIONS, holder, leaseMs });
}

function partitionsOf(one: LeaseKeeper): number[] {
  return one
    .usable(0)
    .map((lease) => lease.partition)
    .sort((left, right) => left - right);
}

async function converge(keepers: readonly LeaseKeeper[], counts: readonly number[]): Promise<void> {
  const tickAll = async () => {
    for (const one of keepers) await one.tick();
    const held = keepers.map((one) => partitionsOf(one).length);
    return held.every((count, index) => count === counts[index]);
  };
  await waitFor(tickAll, { what: `shares of ${counts.join(', ')}`, everyMs: 20 });
  const all = keepers.flatMap(partitionsOf);
  expect(new Set(all).size).toBe(all.length);
}

it('every living instance holds its fair share, and what a dead one held is taken after it expired', async () => {
  const [first, second, third] = [keeper('first'), keeper('second'), keeper('third')];
  await converge([first], [12]);
  await converge([first, second], [6, 6]);
  await converge([first, second, third], [4, 4, 4]);
  await converge([first, third], [6, 6]);
  expect(partitionsOf(second)).toEqual([]);
});

it('a stopped instance gives its leases back at once', async () => {
  const long = 3_600_000;
  const [first, second] = [keeper('first', long), keeper('second', long)];
  await first.tick();
  await first.releaseAll();
  await second.tick();
  expect(partitionsOf(second)).toHaveLength(PARTITIONS);
});

it('the generation changes with the holder, not with a renewal', async () => {
  const [first, second] = [keeper('first'), keeper('second')];
  await first.tick();
  await first.tick();
  expect(first.usable(0).map((lease) => lease.generation)).toEqual(Array(PARTITIONS).fill(1));
  await first.releaseAll();
  await second.tick();
  expect(second.usable(0).map((lease) => lease.generation)).toEqual(Array(PARTITIONS).fill(2));
});

it('a partition in use is not given away, nor used again', async () => {
  const long = 3_600_000;
  const [first, second] = [keeper('first', long), keeper('second', long)];
  await first.tick();
  await second.tick();
  const all = partitionsOf(first);
  await first.withBusy(all, async () => {
    await first.tick();
    await second.tick();
    expect(partitionsOf(second)).toEqual([]);
    expect(partitionsOf(first)).toHaveLength(6);
  });
  await converge([first, second], [6, 6]);
});

it('a lease counts as usable only with more time left than asked for', async () => {
  const one = keeper('first', 60_000);
  await one.tick();
  expect(one.usable(50_000)).toHaveLength(PARTITIONS);
  expect(one.usable(60_000)).toHaveLength(0);
});
