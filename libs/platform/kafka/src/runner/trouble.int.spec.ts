import { assert, present } from '@potok/kernel/assert';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { asAdmin } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { deferred } from '../deferred';
import type { StreamEvent } from '../stream-event';
import type { RunnerHandler } from './runner-contract';
import { RunnerFixture, namesOf, recordEffects, recordOf, sequence } from './test-support/runner-fixture';

/** The document that an event of these tests is about: the body up to the colon. */
function subjectOf(event: StreamEvent): string {
  return present(String(event.value).split(':')[0], 'a subject');
}

/** Refuses what `isBad` says until it is told otherwise. */
function refusing(
  isBad: (event: StreamEvent) => boolean,
): RunnerHandler & { healthy: boolean; calls: number[] } {
  const handler = {
    mode: 'stream' as const,
    healthy: false,
    calls: [] as number[],
    subjectOf,
    apply: async (batch: Parameters<typeof recordEffects>[0]) => {
      handler.calls.push(batch.events.length);
      await recordEffects(batch);
      assert(handler.healthy || !batch.events.some(isBad), 'a bad record');
    },
  };
  return handler;
}

describe('trouble in a batch', () => {
  const fixture = new RunnerFixture();

  beforeAll(() => fixture.open());
  afterEach(async () => {
    await fixture.stopRunners();
    await fixture.clear();
  });
  afterAll(() => fixture.close());

  it('a garbage record is quarantined and its neighbours are applied', async () => {
    const topic = await fixture.topic('garbage');
    const garbage = {
      key: 'store-1',
      value: Buffer.from('\u0000garbage'),
      headers: { ce_type: 'thing-done.v1' },
    };
    await fixture.send(topic, [...sequence('store-1', 1, 3), garbage, ...sequence('store-1', 4, 6)]);
    const underTest = await fixture.start({ topic });
    await fixture.caughtUp(underTest);
    expect(await fixture.effects()).toEqual(namesOf('store-1', 1, 6));
    const [entry, ...others] = await fixture.openEntries();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      reason: 'unreadable',
      origin: { topic: topic.name, partition: 0, offset: 3 },
    });
    const stored = await fixture.quarantine.get(fixture.test.database, present(entry, 'the entry').id);
    expect(stored?.bytes).toEqual(garbage.value);
    expect(underTest.alarms).toMatchObject([{ kind: 'recordQuarantined', offset: 3, reason: 'unreadable' }]);
  });

  it('one poisoned record is isolated by halving and later records of its subject join it; a re-drive applies them in order', async () => {
    const topic = await fixture.topic('poison', 2);
    const about = (subject: string, seq: number) =>
      recordOf({ streamKey: 'store-1', seq, body: `${subject}:${String(seq)}` });
    const first = Array.from({ length: 64 }, (_, index) =>
      about(index === 20 ? 'receipt-a' : `other-${String(index)}`, index + 1),
    );
    await fixture.send(topic, first, 0);
    await fixture.send(topic, sequence('store-2', 1, 64), 1);
    const handler = refusing((event) => event.seq === 21 && event.streamKey === 'store-1');
    const underTest = await fixture.start({ topic, handler });
    await fixture.effectsUntil(127);
    await fixture.send(topic, [
      about('receipt-b', 65),
      about('receipt-a', 66),
      about('receipt-a', 67),
      about('receipt-c', 68),
    ]);
    await fixture.effectsUntil(129);
    await fixture.caughtUp(underTest);

    const entries = await fixture.openEntries();
    expect(
      entries.map(({ reason, subjectKey, origin }) => [reason, subjectKey, origin.seq]).reverse(),
    ).toEqual([
      ['notApplicable', 'receipt-a', 21],
      ['joined', 'receipt-a', 66],
      ['joined', 'receipt-a', 67],
    ]);
    const skipped = new Set(['store-1/21', 'store-1/66', 'store-1/67']);
    const expected = namesOf('store-1', 1, 68).filter((one) => !skipped.has(one));
    expect((await fixture.effects()).filter((one) => one.startsWith('store-1'))).toEqual(expected);
    // 128 records: by partition, then 64 → 1 by halves, the good halves as they are.
    expect(handler.calls.length).toBeLessThan(24);

    const entryIds = [present(entries.at(-1), 'the poisoned entry').id];
    const failed = await underTest.runner.redrive(entryIds, 'person-1');
    expect(failed).toMatchObject([{ outcome: 'failedAgain', subjectKey: 'receipt-a' }]);
    expect(await fixture.openEntries()).toHaveLength(3);
    handler.healthy = true;
    const redriven = await underTest.runner.redrive(entryIds, 'person-1');
    expect(redriven).toMatchObject([{ outcome: 'applied', entryIds: [1, 2, 3] }]);
    expect((await fixture.effects()).slice(-3)).toEqual(['store-1/21', 'store-1/66', 'store-1/67']);
    expect(await fixture.openEntries()).toEqual([]);
    await fixture.send(topic, [about('receipt-a', 69)]);
    await waitFor(async () => (await fixture.effects()).at(-1) === 'store-1/69', {
      what: 'the subject to be free',
    });
  });

  it('a dismissed record stays out: later records of its subject are applied again', async () => {
    const topic = await fixture.topic('dismissed');
    const about = (subject: string, seq: number) =>
      recordOf({ streamKey: 'store-1', seq, body: `${subject}:${String(seq)}` });
    await fixture.send(topic, [about('receipt-a', 1), about('receipt-b', 2), about('receipt-a', 3)]);
    const underTest = await fixture.start({ topic, handler: refusing(({ seq }) => seq === 1) });
    await fixture.caughtUp(underTest);
    const open = await fixture.openEntries();
    expect(open.map(({ origin }) => origin.seq).sort()).toEqual([1, 3]);
    const ids = open.map(({ id }) => id);
    const dismissed = { ids, by: 'person-1', reason: 'cannot be applied' };
    await new PgQuarantineStore().dismiss(fixture.test.database, dismissed);
    await fixture.send(topic, [about('receipt-a', 4)]);
    expect(await fixture.effectsUntil(2)).toEqual(['store-1/2', 'store-1/4']);
    expect(await underTest.runner.redrive(ids, 'person-1')).toEqual([]);
    expect(await fixture.openEntries()).toEqual([]);
  });

  it('lost connections never quarantine', async () => {
    const topic = await fixture.topic('lost');
    await fixture.send(topic, sequence('store-1', 1, 40));
    const sizes: number[] = [];
    const handler: RunnerHandler = {
      mode: 'stream',
      apply: async (batch) => {
        sizes.push(batch.events.length);
        await recordEffects(batch);
        if (sizes.length > 4) return;
        const { rows } = await batch.tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await asAdmin(fixture.test.adminUrl, `SELECT pg_terminate_backend(${String(rows[0]?.pid)})`);
        await batch.tx.query('SELECT 1');
      },
    };
    const underTest = await fixture.start({ topic, handler });
    expect(await fixture.effectsUntil(40)).toEqual(namesOf('store-1', 1, 40));
    expect(sizes).toEqual([40, 40, 40, 40, 40]);
    expect(await fixture.openEntries()).toEqual([]);
    expect(underTest.failures).toEqual([]);
  });

  it('more than one per cent quarantined stops the consumer', async () => {
    const topic = await fixture.topic('rate');
    const name = `rate.${topic.name}`;
    await fixture.send(topic, sequence('store-1', 1, 100));
    const handler = refusing((event) => event.seq > 50);
    const caps = { recordsMax: 25, bytesMax: 1_000_000, lingerMs: 0 };
    const first = await fixture.start({ topic, name, handler, definition: { caps } });
    await waitFor(() => first.failures.length > 0, { what: 'the runner to stop' });
    expect(first.failures).toMatchObject([{ kind: 'quarantineRateExceeded', consumer: name }]);
    expect(first.runner.alive()).toBe(false);
    expect(await fixture.openEntries()).toHaveLength(10);
    await first.runner.stop();

    // A restart does not quarantine another ten.
    const second = await fixture.start({ topic, name, handler, definition: { caps } });
    await waitFor(() => second.failures.length > 0, { what: 'the restarted runner to stop' });
    expect(await fixture.openEntries()).toHaveLength(10);
    await second.runner.stop();

    handler.healthy = true;
    const mended = await fixture.start({ topic, name, handler, definition: { caps } });
    await fixture.caughtUp(mended);
    expect(await fixture.effects()).toEqual([...namesOf('store-1', 1, 50), ...namesOf('store-1', 61, 100)]);
  });

  it('records deleted past a position pause the partition', async () => {
    const topic = await fixture.topic('deleted', 2);
    const name = `deleted.${topic.name}`;
    await fixture.send(topic, sequence('store-1', 1, 10), 0);
    await fixture.send(topic, sequence('store-2', 1, 10), 1);
    const first = await fixture.start({ topic, name });
    await fixture.effectsUntil(20);
    await first.runner.stop();
    await fixture.send(topic, sequence('store-1', 11, 20), 0);
    await fixture.send(topic, sequence('store-2', 11, 20), 1);
    await fixture.log.deleteRecordsBefore(topic.name, 15, 0);

    const second = await fixture.start({ topic, name });
    await fixture.effectsUntil(30);
    const paused = { topic: topic.name, partition: 0, position: 10, earliest: 15, end: 20 };
    expect(second.alarms).toMatchObject([{ kind: 'partitionPaused', ...paused }]);
    // Seen before anything was fetched, so not left to the broker's refusal.
    expect(second.consumer.counters.outOfRange).toBe(0);
    expect(second.runner.status().partitions).toMatchObject([
      { partition: 0, position: 10, highWatermark: 20, lag: 10, paused: 'outOfRange' },
      { partition: 1, position: 20, lag: 0, paused: null },
    ]);
    expect((await fixture.effects()).filter((one) => one.startsWith('store-1'))).toEqual(
      namesOf('store-1', 1, 10),
    );

    await second.runner.seekTo({ partition: 0, to: 'earliest' });
    await fixture.caughtUp(second);
    expect(second.alarms.map(({ kind }) => kind)).toEqual([
      'partitionPaused',
      'partitionContinued',
      'streamHalted',
    ]);
    await fixture.send(topic, sequence('store-1', 11, 20), 0);
    await fixture.effectsUntil(40);
    expect((await fixture.effects()).filter((one) => one.startsWith('store-1'))).toEqual(
      namesOf('store-1', 1, 20),
    );
  });

  it('a position that leaves the log of a running consumer is named, and the partition goes on by seekTo', async () => {
    const topic = await fixture.topic('truncated');
    await fixture.send(topic, sequence('store-1', 1, 400));
    const entered = deferred<void>();
    const release = deferred<void>();
    const underTest = await fixture.start({
      topic,
      consumer: { maxBytesPerPartition: 1_000 },
      handler: {
        mode: 'stream',
        apply: async (batch) => {
          await recordEffects(batch);
          entered.resolve();
          await release.promise;
        },
      },
    });
    await entered.promise;
    // Each send is a batch of its own, of which one is in hand and one is fetched behind it.
    await fixture.send(topic, sequence('store-1', 401, 800));
    await fixture.send(topic, sequence('store-1', 801, 900));
    await fixture.log.deleteRecordsBefore(topic.name, 890);
    release.resolve();
    await waitFor(() => underTest.alarms.length > 0, { what: 'the alarm' });
    expect(underTest.alarms).toMatchObject([
      { kind: 'partitionPaused', partition: 0, earliest: 890, end: 900 },
    ]);
    expect(underTest.runner.status().partitions).toMatchObject([{ paused: 'outOfRange' }]);
    await underTest.runner.seekTo({ partition: 0, to: 'end' });
    await fixture.caughtUp(underTest);
    expect(underTest.runner.status().partitions).toMatchObject([{ position: 900, paused: null }]);
  });
});
