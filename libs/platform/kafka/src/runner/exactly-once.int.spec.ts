import { setTimeout as delay } from 'node:timers/promises';
import { UnknownCommitOutcome } from '@potok/platform-postgres/errors';
import type { QueryAnswer, Transactor, Tx, TxOptions } from '@potok/platform-postgres/tx';
import { seededRandom } from '@potok/platform-testing/seeded-random';
import { asAdmin } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { deferred } from '../deferred';
import {
  RunnerFixture,
  namesOf,
  recordEffects,
  recordOf,
  recordPlainEffects,
  sequence,
} from './test-support/runner-fixture';

const KILL_POINTS = [
  'before the commit',
  'after the commit, before the answer',
  'at the commit, stored',
  'at the commit, not stored',
] as const;
type KillPoint = (typeof KILL_POINTS)[number];

const LIFE_AFTER_LOSS = 3;

/**
 * A process whose n-th transaction meets a kill point. Where only the connection is lost, the process itself dies
 * (never answers again) some transactions later, before their commit.
 */
class FaultyDatabase implements Transactor {
  private transactions = 0;
  dead = false;

  constructor(
    private readonly inner: Transactor,
    private readonly killPoint: KillPoint,
    private readonly inTransaction: number,
  ) {}

  query<R extends object>(sql: string, parameters?: readonly unknown[]): Promise<QueryAnswer<R>> {
    return this.inner.query<R>(sql, parameters);
  }

  async tx<T>(body: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T> {
    this.transactions += 1;
    const killPoint = this.strikes();
    if (killPoint === null) return this.inner.tx(body, options);
    const rolledBack = killPoint === 'before the commit' || killPoint === 'at the commit, not stored';
    const undone = new Error('undone');
    await this.inner
      .tx(async (tx) => {
        await body(tx);
        if (rolledBack) throw undone;
      }, options)
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    if (killPoint.startsWith('at the commit')) throw new UnknownCommitOutcome('cut');
    this.dead = true;
    return new Promise<never>(() => undefined);
  }

  private strikes(): KillPoint | null {
    if (this.transactions === this.inTransaction) return this.killPoint;
    return this.transactions === this.inTransaction + LIFE_AFTER_LOSS ? 'before the commit' : null;
  }
}

describe('exactly once', () => {
  const fixture = new RunnerFixture();

  beforeAll(() => fixture.open());
  afterEach(async () => {
    await fixture.stopRunners();
    await fixture.clear();
  });
  afterAll(() => fixture.close());

  it.each([
    ['a stream', { mode: 'stream', apply: recordEffects } as const],
    ['a topic without streams', recordPlainEffects],
  ])("every record's effect is applied exactly once through kill points: %s", async (_kind, handler) => {
    const topic = await fixture.topic('kills', 2);
    const random = seededRandom(20261124);
    const name = `kills.${topic.name}`;
    for (const partition of [0, 1]) {
      await fixture.send(topic, sequence(`store-${String(partition)}`, 1, 150), partition);
    }
    for (let life = 0; life < 12; life += 1) {
      const killPoint = KILL_POINTS[life % KILL_POINTS.length] ?? 'before the commit';
      const database = new FaultyDatabase(fixture.test.database, killPoint, 1 + Math.floor(random() * 3));
      const caps = { recordsMax: 9, bytesMax: 1_000_000, lingerMs: 0 };
      const underTest = await fixture.start({ topic, name, handler, database, definition: { caps } });
      await waitFor(() => database.dead, { what: `the kill ${killPoint}`, everyMs: 5 });
      await underTest.consumer.stop(0);
    }
    await fixture.caughtUp(await fixture.start({ topic, name, handler }));
    const effects = await fixture.effects();
    expect(effects).toHaveLength(300);
    for (const key of ['store-0', 'store-1']) {
      expect(effects.filter((effect) => effect.startsWith(key))).toEqual(namesOf(key, 1, 150));
    }
  });

  it('a connection killed while COMMIT is under way is resolved by reading the positions', async () => {
    const topic = await fixture.topic('commit');
    await fixture.test.database.query(`
      CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF (SELECT count(*) FROM effect_commit) = 0 THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$;
      CREATE TABLE effect_commit (at timestamptz);
      CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON effect DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.seq = 5) EXECUTE FUNCTION slow_commit()`);
    await fixture.send(topic, sequence('store-1', 1, 5));
    const { alarms } = await fixture.start({ topic });
    await waitFor(
      async () => {
        const { rows } = await fixture.test.database.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND wait_event = 'PgSleep'`,
        );
        const pid = rows[0]?.pid;
        if (pid === undefined) return false;
        await fixture.test.database.query('INSERT INTO effect_commit VALUES (now())');
        await asAdmin(fixture.test.adminUrl, `SELECT pg_terminate_backend(${String(pid)})`);
        return true;
      },
      { what: 'the COMMIT to be under way', everyMs: 10 },
    );
    expect(await fixture.effectsUntil(5)).toEqual(namesOf('store-1', 1, 5));
    expect(await fixture.openEntries()).toEqual([]);
    expect(alarms).toEqual([]);
    await fixture.test.database.query(
      'DROP TRIGGER slow ON effect; DROP TABLE effect_commit; DROP FUNCTION slow_commit',
    );
  });

  it('a zombie whose position moved writes nothing', async () => {
    const topic = await fixture.topic('zombie');
    const name = `zombie.${topic.name}`;
    const handler = recordPlainEffects;
    await fixture.send(topic, sequence('store-1', 1, 20));
    const frozen = deferred<void>();
    let froze = false;
    const inner = fixture.test.database;
    const freezing: Transactor = {
      query: (sql, parameters) => inner.query(sql, parameters),
      tx: async (body, options) => {
        froze = true;
        await frozen.promise;
        return inner.tx(body, options);
      },
    };
    const zombie = await fixture.start({ topic, name, handler, database: freezing });
    await waitFor(() => froze, { what: 'the zombie to freeze with the slice in its hands', everyMs: 5 });
    await zombie.consumer.stop(0);
    const heir = await fixture.start({ topic, name, handler });
    await fixture.effectsUntil(20);
    frozen.resolve();
    await delay(300);
    await fixture.send(topic, sequence('store-1', 21, 25));
    await fixture.effectsUntil(25);
    expect(await fixture.effects()).toEqual(namesOf('store-1', 1, 25));
    expect(zombie.runner.status().totals.records).toBe(0);
    expect(heir.runner.status().totals).toMatchObject({ records: 25, applied: 25, repeats: 0 });
  });

  it('two owners of a partition at once apply its records once', async () => {
    const topic = await fixture.topic('owners');
    const name = `owners.${topic.name}`;
    await fixture.send(topic, sequence('store-1', 1, 10));
    const gate = deferred<void>();
    let inside = false;
    const former = await fixture.start({
      topic,
      name,
      handler: {
        mode: 'plain',
        apply: async (batch) => {
          await recordPlainEffects.apply({ ...batch, events: [] });
          inside = true;
          await gate.promise;
        },
      },
    });
    await waitFor(() => inside, { what: 'the former owner to be within its transaction', everyMs: 5 });
    await former.consumer.stop(0);
    const heir = await fixture.start({ topic, name, handler: recordPlainEffects });
    await waitFor(
      async () => {
        const { rows } = await fixture.test.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length > 0 || heir.runner.status().totals.records > 0;
      },
      { what: 'the heir to reach the same records', everyMs: 5 },
    );
    gate.resolve();
    await fixture.send(topic, sequence('store-1', 11, 12));
    await fixture.effectsUntil(12);
    expect(await fixture.effects()).toEqual(namesOf('store-1', 1, 12));
  });

  it('records sent twice, and positions set back, are repeats', async () => {
    const topic = await fixture.topic('repeats');
    await fixture.send(topic, [...sequence('store-1', 1, 10), ...sequence('store-1', 4, 12)]);
    const underTest = await fixture.start({ topic });
    await fixture.caughtUp(underTest);
    await underTest.runner.seekTo({ partition: 0, to: 3 });
    await fixture.send(topic, sequence('store-1', 13, 14));
    await fixture.effectsUntil(14);
    expect(await fixture.effects()).toEqual(namesOf('store-1', 1, 14));
    expect(underTest.runner.status().totals.repeats).toBeGreaterThanOrEqual(7);
  });

  it('mixed slices of several partitions are one transaction in stream order', async () => {
    const topic = await fixture.topic('mixed', 3);
    for (const partition of [0, 1, 2]) {
      const records = [1, 2, 3, 4].flatMap((seq) => [
        recordOf({ streamKey: `a-${String(partition)}`, seq }),
        recordOf({ streamKey: `b-${String(partition)}`, seq }),
      ]);
      await fixture.send(topic, records, partition);
    }
    const calls: number[] = [];
    const caps = { recordsMax: 1_000, bytesMax: 1_000_000, lingerMs: 400 };
    await fixture.start({
      topic,
      definition: { caps },
      handler: {
        mode: 'stream',
        apply: (batch) => {
          calls.push(batch.events.length);
          return recordEffects(batch);
        },
      },
    });
    const effects = await fixture.effectsUntil(24);
    const { rows } = await fixture.test.database.query('SELECT DISTINCT transaction_id FROM effect');
    expect(calls).toEqual([24]);
    expect(rows).toHaveLength(1);
    for (const key of ['a-0', 'b-0', 'a-1', 'b-1', 'a-2', 'b-2']) {
      expect(effects.filter((effect) => effect.startsWith(`${key}/`))).toEqual(namesOf(key, 1, 4));
    }
  });
});
