import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { MigrationDrift, migrate, schemaUpToDate } from './migrations';

const COUNTED = [
  { id: '001', up: 'CREATE TABLE run (body text)' },
  { id: '002', up: `INSERT INTO run VALUES ('002'); SELECT pg_sleep(0.05)` },
  { id: '003', up: `INSERT INTO run VALUES ('003')` },
];

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

async function bodies(): Promise<string[]> {
  const { rows } = await test.database.query<{ body: string }>('SELECT body FROM run ORDER BY body');
  return rows.map((row) => row.body);
}

it('five migrators run each body once', async () => {
  const replicas = [1, 2, 3, 4, 5].map(() => test.connect({ poolMax: 1 }));
  const applied = await Promise.all(replicas.map((replica) => migrate(replica, COUNTED)));
  expect(applied.flat().sort()).toEqual(['001', '002', '003']);
  expect(await bodies()).toEqual(['002', '003']);
  expect(await schemaUpToDate(test.database, COUNTED)).toBe(true);
});

it('an applied migration that was edited is refused', async () => {
  await migrate(test.database, COUNTED);
  const edited = [{ id: '001', up: 'CREATE TABLE other (body text)' }];
  await expect(migrate(test.database, edited)).rejects.toBeInstanceOf(MigrationDrift);
});

it('a failing migration leaves nothing and those before it stay', async () => {
  const failing = [...COUNTED, { id: '004', up: 'CREATE TABLE half (id int); SELECT 1 / 0' }];
  await expect(migrate(test.database, failing)).rejects.toMatchObject({ code: '22012' });
  expect(await bodies()).toEqual(['002', '003']);
  expect(await schemaUpToDate(test.database, failing)).toBe(false);
  expect(await schemaUpToDate(test.database, COUNTED)).toBe(true);
});

it('a migration that waits for a lock gives way and tries again', async () => {
  await migrate(test.database, COUNTED);
  const blocked = [...COUNTED, { id: '004', up: 'ALTER TABLE run ADD COLUMN more int' }];
  let migration: Promise<readonly string[]> | undefined;
  await test.database.tx(async (tx) => {
    await tx.query('SELECT count(*) FROM run');
    migration = migrate(test.connect({ poolMax: 1 }), blocked, { lockTimeoutMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  await expect(migration).resolves.toEqual(['004']);
});
