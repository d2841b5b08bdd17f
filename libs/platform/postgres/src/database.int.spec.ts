import { AssertionError } from '@potok/kernel/assert';
import { asAdmin, createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import type { PoolTrouble } from './database';
import { ConnectionLost, FalseCommit, UnknownCommitOutcome, classifyFailure } from './errors';
import { present } from '@potok/kernel/assert';
import type { Tx } from './tx';

const MIGRATIONS = [
  {
    id: '001',
    up: `CREATE TABLE entry (id bigint PRIMARY KEY, note text);
         CREATE TABLE reference (entry_id bigint REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED)`,
  },
];

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase({ migrations: MIGRATIONS });
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query('TRUNCATE entry, reference');
});

async function storedIds(): Promise<bigint[]> {
  const { rows } = await test.database.query<{ id: bigint }>('SELECT id FROM entry ORDER BY id');
  return rows.map((row) => row.id);
}

async function backendOf(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return present(rows[0], 'the backend').pid;
}

function insert(tx: Tx, id: number): Promise<unknown> {
  return tx.query('INSERT INTO entry (id) VALUES ($1)', [id]);
}

describe('a transaction', () => {
  it('a COMMIT answered by ROLLBACK is an error', async () => {
    const wakeUps: string[] = [];
    const swallowing = test.database.tx(async (tx) => {
      tx.afterCommit(() => wakeUps.push('woken'));
      await insert(tx, 1);
      await insert(tx, 1).catch(() => undefined);
    });
    await expect(swallowing).rejects.toBeInstanceOf(FalseCommit);
    await expect(swallowing.catch(classifyFailure)).resolves.toBe('data');
    expect(await storedIds()).toEqual([]);
    expect(wakeUps).toEqual([]);
  });

  it('survives an error inside a savepoint, nested ones included', async () => {
    await test.database.tx(async (tx) => {
      await insert(tx, 1);
      await tx.savepoint(() => insert(tx, 1)).catch(() => undefined);
      await tx.savepoint(async () => {
        await insert(tx, 2);
        await tx.savepoint(() => insert(tx, 1)).catch(() => undefined);
      });
    });
    expect(await storedIds()).toEqual([1n, 2n]);
  });

  it('calls afterCommit once after the commit and never after a rollback', async () => {
    const calls: string[] = [];
    await test.database.tx(async (tx) => {
      tx.afterCommit(() => calls.push('committed'));
      await insert(tx, 1);
      expect(calls).toEqual([]);
    });
    const failing = test.database.tx((tx) => {
      tx.afterCommit(() => calls.push('rolled back'));
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(calls).toEqual(['committed']);
  });

  it('refuses two statements at once and statements after its end', async () => {
    const concurrent = test.database.tx((tx) => Promise.all([insert(tx, 1), insert(tx, 2)]));
    await expect(concurrent).rejects.toBeInstanceOf(AssertionError);
    const forgotten = test.database.tx((tx) => {
      void insert(tx, 3);
      return Promise.resolve();
    });
    await expect(forgotten).rejects.toThrow('not awaited');
    const kept = await test.database.tx((tx) => Promise.resolve(tx));
    await expect(insert(kept, 4)).rejects.toThrow('over');
    expect(await storedIds()).toEqual([]);
  });

  it('reports a refusal at COMMIT as what it is', async () => {
    const dangling = test.database.tx((tx) => tx.query('INSERT INTO reference VALUES (99)'));
    await expect(dangling).rejects.toMatchObject({ code: '23503' });
  });
});

describe('trouble', () => {
  it('a killed backend in mid-transaction does not kill the process and is classified', async () => {
    const troubles: PoolTrouble[] = [];
    const database = test.connect({ onTrouble: (trouble) => troubles.push(trouble) });
    const killed = database.tx(async (tx) => {
      await insert(tx, 1);
      await asAdmin(test.adminUrl, `SELECT pg_terminate_backend(${String(await backendOf(tx))})`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await insert(tx, 2);
    });
    await expect(killed).rejects.toBeInstanceOf(ConnectionLost);
    await expect(killed.catch(classifyFailure)).resolves.toBe('transient');
    expect(troubles[0]).toMatchObject({ kind: 'connection-error' });
    expect(await storedIds()).toEqual([]);
  });

  it('a connection lost while COMMIT is under way is an unknown outcome', async () => {
    await test.database.query(`
      CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION die()`);
    const unknown = test.database.tx((tx) => insert(tx, 1));
    await expect(unknown).rejects.toBeInstanceOf(UnknownCommitOutcome);
    await expect(unknown.catch(classifyFailure)).resolves.toBe('unknown-commit');
    await test.database.query('DROP TRIGGER dying ON entry');
  });

  it('a leaked client is reported once with the stack that took it', async () => {
    const troubles: PoolTrouble[] = [];
    const database = test.connect({ leakAfterMs: 20, onTrouble: (trouble) => troubles.push(trouble) });
    await database.tx(() => new Promise((resolve) => setTimeout(resolve, 120)));
    await database.tx(() => Promise.resolve());
    expect(troubles.map((trouble) => trouble.kind)).toEqual(['leak']);
    expect(troubles[0]?.stack).toContain('database.int.spec.ts');
  });

  it('waits for a connection for a bounded time only', async () => {
    const database = test.connect({ poolMax: 1, connectTimeoutMs: 50 });
    const outcome = await database.tx(() => database.query('SELECT 1').catch(classifyFailure));
    expect(outcome).toBe('transient');
    expect(database.stats()).toEqual({ max: 1, total: 1, idle: 1, waiting: 0 });
  });

  it('waits for a lock for a bounded time only', async () => {
    const database = test.connect({ lockTimeoutMs: 50 });
    await test.database.tx((tx) => insert(tx, 1));
    const outcome = await database.tx(async (tx) => {
      await tx.query('SELECT 1 FROM entry FOR UPDATE');
      return database.tx((other) => other.query('SELECT 1 FROM entry FOR UPDATE')).catch(classifyFailure);
    });
    expect(outcome).toBe('transient');
  });
});

describe('values', () => {
  it.each([2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n])(
    'int8 %s comes back as the same bigint',
    async (value) => {
      const { rows } = await test.database.query(
        'SELECT $1::bigint AS one, ARRAY[$1::bigint, NULL] AS several',
        [value],
      );
      expect(rows).toEqual([{ one: value, several: [value, null] }]);
    },
  );

  it('dates stay dates, instants are Dates, json is parsed', async () => {
    const { rows } = await test.database.query(
      `SELECT '2026-11-24'::date AS day, '2026-11-24T01:02:03.004Z'::timestamptz AS instant, '{"a":1}'::jsonb AS json`,
    );
    expect(rows).toEqual([
      { day: '2026-11-24', instant: new Date('2026-11-24T01:02:03.004Z'), json: { a: 1 } },
    ]);
  });

  it('the same statement is parsed once per connection', async () => {
    const names = await test.database.tx(async (tx) => {
      await tx.query('SELECT $1::int AS same', [1]);
      await tx.query('SELECT $1::int AS same', [2]);
      const { rows } = await tx.query<{ statement: string }>(
        `SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%AS same'`,
      );
      return rows.length;
    });
    expect(names).toBe(1);
  });
});
