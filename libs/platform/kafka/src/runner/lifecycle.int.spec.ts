import { setTimeout as delay } from 'node:timers/promises';
import { assert, present } from '@potok/kernel/assert';
import { waitFor } from '@potok/platform-testing/wait-for';
import { deferred } from '../deferred';
import type { PlainRecord } from '../stream-event';
import type { RunnerHandler } from './runner-contract';
import {
  RunnerFixture,
  namesOf,
  recordEffects,
  recordPlainEffects,
  sequence,
} from './test-support/runner-fixture';

describe("a runner's life", () => {
  const fixture = new RunnerFixture();

  beforeAll(() => fixture.open());
  afterEach(async () => {
    await fixture.stopRunners();
    await fixture.clear();
  });
  afterAll(() => fixture.close());

  it('a stop finishes the transaction in hand and begins no other', async () => {
    const topic = await fixture.topic('stop');
    await fixture.send(topic, sequence('store-1', 1, 100));
    let calls = 0;
    const caps = { recordsMax: 10, bytesMax: 1_000_000, lingerMs: 0 };
    const { runner } = await fixture.start({
      topic,
      definition: { caps },
      handler: {
        mode: 'stream',
        apply: async (batch) => {
          calls += 1;
          await recordEffects(batch);
          await delay(200);
        },
      },
    });
    await waitFor(() => calls === 2, { what: 'the second transaction', everyMs: 5 });
    await runner.stop();
    expect(await fixture.effects()).toEqual(namesOf('store-1', 1, 20));
    expect(calls).toBe(2);
  });

  it('a stop ends although PostgreSQL does not come back', async () => {
    const topic = await fixture.topic('away');
    await fixture.send(topic, sequence('store-1', 1, 10));
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    let attempts = 0;
    const database = {
      query: fixture.test.database.query.bind(fixture.test.database),
      tx: () => {
        attempts += 1;
        return Promise.reject(refused);
      },
    };
    const { runner, alarms, failures } = await fixture.start({ topic, database });
    await waitFor(() => attempts > 5, { what: 'repeats', everyMs: 5 });
    await runner.stop();
    expect(alarms).toMatchObject([{ kind: 'repeating', attempt: 5 }]);
    expect(failures).toEqual([]);
    expect(await fixture.effects()).toEqual([]);
  });

  it('transactions over disjoint partitions run side by side', async () => {
    const topic = await fixture.topic('parallel', 2);
    for (const partition of [0, 1])
      await fixture.send(topic, sequence(`store-${String(partition)}`, 1, 5), partition);
    let open = 0;
    const met = deferred<void>();
    const underTest = await fixture.start({
      topic,
      definition: { caps: { recordsMax: 5, bytesMax: 1_000_000, lingerMs: 0 }, parallelTransactions: 2 },
      handler: {
        mode: 'stream',
        apply: async (batch) => {
          open += 1;
          if (open === 2) met.resolve();
          await met.promise;
          await recordEffects(batch);
        },
      },
    });
    await fixture.caughtUp(underTest);
    expect(await fixture.effects()).toHaveLength(10);
  });

  it('two replicas share the partitions and hand them over without loss or repeats', async () => {
    const topic = await fixture.topic('replicas', 4);
    const name = `replicas.${topic.name}`;
    const caps = { recordsMax: 20, bytesMax: 1_000_000, lingerMs: 0 };
    const options = { topic, name, handler: recordPlainEffects, definition: { caps } };
    const feed = async (from: number, to: number) => {
      for (const partition of [0, 1, 2, 3]) {
        await fixture.send(topic, sequence(`store-${String(partition)}`, from, to), partition);
      }
    };
    await feed(1, 100);
    const first = await fixture.start(options);
    const second = await fixture.start(options);
    await feed(101, 200);
    await waitFor(() => second.runner.status().partitions.length > 0, { what: 'a share of the partitions' });
    await feed(201, 250);
    await first.runner.stop();
    await feed(251, 300);
    await fixture.effectsUntil(1_200);
    await fixture.caughtUp(second);
    const effects = await fixture.effects();
    for (const key of ['store-0', 'store-1', 'store-2', 'store-3']) {
      expect(effects.filter((one) => one.startsWith(key))).toEqual(namesOf(key, 1, 300));
    }
  });

  it('a plain record that fails is quarantined with its headers and can be driven again', async () => {
    const topic = await fixture.topic('plain');
    await fixture.send(topic, sequence('store-1', 1, 9));
    let healthy = false;
    const seen: PlainRecord[] = [];
    const isBad = (record: PlainRecord) => String(record.value).endsWith('-4');
    const handler: RunnerHandler = {
      mode: 'plain',
      apply: async (batch) => {
        assert(healthy || !batch.records.some(isBad), 'bad');
        seen.push(...batch.records.filter(isBad));
        await recordPlainEffects.apply({ ...batch, events: [] });
      },
    };
    const underTest = await fixture.start({ topic, handler });
    await fixture.caughtUp(underTest);
    expect(await fixture.effects()).toHaveLength(8);
    const [entry] = await fixture.openEntries();
    healthy = true;
    const answer = await underTest.runner.redrive([present(entry, 'the entry').id, 999], 'person-1');
    expect(answer).toMatchObject([{ outcome: 'applied', subjectKey: null }]);
    expect((await fixture.effects()).at(-1)).toBe('store-1/4');
    expect(seen).toMatchObject([{ key: 'store-1', offset: 3, headers: { ce_streamseq: Buffer.from('4') } }]);
    expect(seen[0]?.timestampMs).toBeGreaterThan(0);
  });

  it('a failure of our own stops the runner for good', async () => {
    const topic = await fixture.topic('crash');
    await fixture.send(topic, sequence('store-1', 1, 3));
    const handler: RunnerHandler = {
      mode: 'stream',
      apply: async ({ tx }) => {
        await tx.query('SELECT * FROM absent');
      },
    };
    const underTest = await fixture.start({ topic, handler });
    await waitFor(() => underTest.failures.length > 0, { what: 'the failure' });
    expect(underTest.failures).toMatchObject([{ kind: 'crashed' }]);
    expect(underTest.runner.alive()).toBe(false);
    expect(await fixture.openEntries()).toEqual([]);
  });
});
