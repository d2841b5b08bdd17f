import { waitFor } from '@potok/platform-testing/wait-for';
import type { RunnerAlarm } from './runner-contract';
import { KNOWN, RunnerFixture, namesOf, recordOf, sequence } from './test-support/runner-fixture';

describe('halted streams', () => {
  const fixture = new RunnerFixture();

  beforeAll(() => fixture.open());
  afterEach(async () => {
    await fixture.stopRunners();
    await fixture.clear();
  });
  afterAll(() => fixture.close());

  const halts = (alarms: readonly RunnerAlarm[]) => alarms.filter(({ kind }) => kind.startsWith('stream'));

  it('a hole halts that stream alone and republish heals it', async () => {
    const topic = await fixture.topic('hole');
    const name = `hole.${topic.name}`;
    const interleaved = [1, 2, 3, 5, 6].flatMap((seq) => [
      recordOf({ streamKey: 'holed', seq }),
      recordOf({ streamKey: 'whole', seq: seq > 3 ? seq - 1 : seq }),
    ]);
    await fixture.send(topic, interleaved);
    const first = await fixture.start({ topic, name });
    await fixture.caughtUp(first);
    const named = { topic: topic.name, partition: 0, streamKey: 'holed', epoch: 1, expectedSeq: 4 };
    expect(halts(first.alarms)).toMatchObject([
      { kind: 'streamHalted', ...named, haltedAtOffset: 6, reason: 'hole' },
    ]);
    expect(first.runner.status().totals).toMatchObject({ applied: 8, passedOver: 2, quarantined: 0 });
    expect((await fixture.effects()).filter((one) => one.startsWith('holed'))).toEqual(
      namesOf('holed', 1, 3),
    );
    expect((await fixture.effects()).filter((one) => one.startsWith('whole'))).toEqual(
      namesOf('whole', 1, 5),
    );
    await first.runner.stop();

    const second = await fixture.start({ topic, name });
    await fixture.caughtUp(second);
    expect(second.runner.status().partitions[0]?.haltedStreams).toMatchObject([named]);
    await fixture.send(topic, [recordOf({ streamKey: 'holed', seq: 7 }), ...sequence('whole', 6, 6)]);
    await fixture.send(topic, sequence('holed', 4, 7));
    await fixture.effectsUntil(13);
    await fixture.caughtUp(second);
    expect((await fixture.effects()).filter((one) => one.startsWith('holed'))).toEqual(
      namesOf('holed', 1, 7),
    );
    expect(halts(second.alarms)).toMatchObject([{ kind: 'streamContinued', ...named }]);
    expect(second.runner.status().partitions[0]?.haltedStreams).toEqual([]);
  });

  it('a stream that does not begin at 1 halts; one whose snapshot was loaded goes on from it', async () => {
    const topic = await fixture.topic('beginning');
    const name = `beginning.${topic.name}`;
    await fixture.test.database.query(
      `INSERT INTO stream_applied (consumer, topic, stream_key, partition, epoch, seq, closed) VALUES ($1, $2, 'loaded', 0, 1, 4, false)`,
      [name, topic.name],
    );
    await fixture.send(topic, [...sequence('late', 3, 4), ...sequence('loaded', 3, 6)]);
    const underTest = await fixture.start({ topic, name });
    await fixture.caughtUp(underTest);
    expect(await fixture.effects()).toEqual(namesOf('loaded', 5, 6));
    expect(halts(underTest.alarms)).toMatchObject([
      { kind: 'streamHalted', streamKey: 'late', expectedSeq: 1 },
    ]);
  });

  it('a new epoch begins at 1 after the one before was closed, and only then', async () => {
    const topic = await fixture.topic('epochs');
    const closing = recordOf({ streamKey: 'moved', seq: 3, type: 'stream-closed.v1' });
    const inEpoch = (streamKey: string, epoch: number, seq: number) => recordOf({ streamKey, epoch, seq });
    await fixture.send(topic, [
      ...sequence('moved', 1, 2),
      closing,
      inEpoch('moved', 2, 1),
      inEpoch('moved', 1, 2),
    ]);
    await fixture.send(topic, [...sequence('hasty', 1, 2), inEpoch('hasty', 2, 1)]);
    const underTest = await fixture.start({ topic });
    await fixture.caughtUp(underTest);
    expect(await fixture.effects()).toEqual(['moved/1', 'moved/2', 'moved/1', 'hasty/1', 'hasty/2']);
    expect(underTest.runner.status().totals).toMatchObject({ repeats: 1, passedOver: 1 });
    expect(halts(underTest.alarms)).toMatchObject([{ streamKey: 'hasty', epoch: 1, expectedSeq: 3 }]);
  });

  it('an unknown type that must be understood halts the store, others are counted', async () => {
    const topic = await fixture.topic('types');
    const name = `types.${topic.name}`;
    const grave = recordOf({ streamKey: 'store-1', seq: 3, type: 'grave.v2', mustUnderstand: true });
    await fixture.send(topic, [
      ...sequence('store-1', 1, 1),
      recordOf({ streamKey: 'store-1', seq: 2, type: 'remark.v1' }),
      grave,
      ...sequence('store-1', 4, 5),
      ...sequence('store-2', 1, 2),
    ]);
    const old = await fixture.start({ topic, name });
    await fixture.caughtUp(old);
    expect(await fixture.effects()).toEqual(['store-1/1', 'store-2/1', 'store-2/2']);
    expect(halts(old.alarms)).toMatchObject([
      {
        kind: 'streamHalted',
        streamKey: 'store-1',
        expectedSeq: 3,
        haltedAtOffset: 2,
        reason: 'mustUnderstand',
      },
    ]);
    expect(old.runner.status().unknownTypes).toEqual({ 'remark.v1': 1 });
    await old.runner.stop();

    const upgraded = await fixture.start({ topic, name, definition: { types: [KNOWN, 'grave.v2'] } });
    await fixture.send(topic, [grave, ...sequence('store-1', 4, 5)]);
    await waitFor(async () => (await fixture.effects()).length === 6, { what: 'the stream to go on' });
    expect((await fixture.effects()).slice(3)).toEqual(namesOf('store-1', 3, 5));
    await fixture.caughtUp(upgraded);
    expect(halts(upgraded.alarms)).toMatchObject([{ kind: 'streamContinued', streamKey: 'store-1' }]);
  });
});
