import { randomBytes } from 'node:crypto';
import { waitFor } from '@potok/platform-testing/wait-for';
import { KafkajsConsumer, type ConsumerOptions } from './kafkajs-consumer';
import { LogFixture, RecordingHandler } from './test-support/log-fixture';
import { UnknownTopicError } from './wire/protocol-errors';

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

describe('the log consumer', () => {
  const fixture = new LogFixture();
  const consumers: KafkajsConsumer[] = [];

  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(5_000)));
  });
  afterAll(() => fixture.close());

  function consumer(options: Partial<ConsumerOptions> = {}): KafkajsConsumer {
    const groupId = options.groupId ?? `test.${randomBytes(5).toString('hex')}`;
    const created = new KafkajsConsumer(fixture.connection, { ...options, groupId });
    consumers.push(created);
    return created;
  }

  it('hands over each partition in order from the position that the handler answers', async () => {
    const topic = await fixture.topic('order', { partitions: 3 });
    for (const partition of [0, 1, 2]) await fixture.write(topic.name, { partition, from: 0, to: 499 });
    const handler = new RecordingHandler();
    handler.positions.set(`${topic.name}/1`, 100);
    await consumer().start([topic.name], handler);
    await waitFor(() => handler.records.length >= 1_400, { what: 'the records' });
    await fixture.write(topic.name, { partition: 2, from: 500, to: 500 });
    await waitFor(() => handler.records.length >= 1_401, { what: 'the late record' });
    const of = (partition: number) =>
      handler.records.filter((one) => one.partition === partition).map(({ value }) => String(value));
    expect([of(0), of(1), of(2)]).toEqual([numbers(0, 499), numbers(100, 499), numbers(0, 500)]);
  });

  it('goes on where the handler says: in the middle of a slice, and back', async () => {
    const topic = await fixture.topic('middle');
    await fixture.write(topic.name, { from: 0, to: 99 });
    const seen: number[][] = [];
    let back = true;
    const handler = new RecordingHandler();
    handler.slice = (slice) => {
      const offsets = slice.records.map(({ offset }) => offset).slice(0, 30);
      seen.push(offsets);
      const last = offsets.at(-1) ?? 0;
      if (last === 89 && back) {
        back = false;
        return Promise.resolve(50);
      }
      return Promise.resolve(last + 1);
    };
    await consumer().start([topic.name], handler);
    await waitFor(() => seen.flat().includes(99), { what: 'the end' });
    const starts = seen.map((offsets) => offsets[0]);
    expect(starts).toEqual([0, 30, 60, 50, 80]);
  });

  it('pauses a partition that is left out, until it is told where to start', async () => {
    const topic = await fixture.topic('left-out');
    await fixture.write(topic.name, { from: 0, to: 9 });
    const handler = new RecordingHandler();
    handler.assigned = () => Promise.resolve(new Map());
    const running = consumer();
    await running.start([topic.name], handler);
    await fixture.write(topic.name, { from: 10, to: 10 });
    expect(handler.records).toEqual([]);
    running.seek({ topic: topic.name, partition: 0 }, 7);
    await waitFor(() => handler.records.length >= 4, { what: 'the records after the seek' });
    expect(handler.values()).toEqual(['7', '8', '9', '10']);
  });

  it('records deleted past a position pause the partition and name it', async () => {
    const topic = await fixture.topic('deleted', { partitions: 2 });
    await fixture.write(topic.name, { partition: 0, from: 0, to: 99 });
    await fixture.write(topic.name, { partition: 1, from: 0, to: 9 });
    await fixture.deleteRecordsBefore(topic.name, 50);
    const handler = new RecordingHandler();
    handler.positions.set(`${topic.name}/0`, 20);
    const running = consumer();
    await running.start([topic.name], handler);
    await waitFor(() => handler.outOfRanges.length > 0 && handler.records.length >= 10, {
      what: 'the report',
    });
    expect(handler.outOfRanges).toEqual([
      { topic: topic.name, partition: 0, position: 20, bounds: { earliest: 50, end: 100 } },
    ]);
    expect(handler.records.every(({ partition }) => partition === 1)).toBe(true);
    await fixture.write(topic.name, { partition: 0, from: 100, to: 100 });
    await fixture.write(topic.name, { partition: 1, from: 10, to: 10 });
    await waitFor(() => handler.records.length >= 11, { what: 'the other partition going on' });
    expect(handler.records.every(({ partition }) => partition === 1)).toBe(true);
    running.seek({ topic: topic.name, partition: 0 }, 50);
    await waitFor(() => handler.records.length >= 62, { what: 'the partition after the seek' });
    expect(handler.outOfRanges).toHaveLength(1);
  });

  it('a position beyond the end of the log is out of range too', async () => {
    const topic = await fixture.topic('beyond');
    await fixture.write(topic.name, { from: 0, to: 9 });
    const handler = new RecordingHandler();
    handler.positions.set(`${topic.name}/0`, 11);
    await consumer().start([topic.name], handler);
    await waitFor(() => handler.outOfRanges.length > 0, { what: 'the report' });
    expect(handler.outOfRanges[0]).toMatchObject({ position: 11, bounds: { earliest: 0, end: 10 } });
    expect(handler.records).toEqual([]);
  });

  it('a topic that does not exist fails at the start, by name', async () => {
    const running = consumer();
    await expect(running.start(['test.no-such-topic'], new RecordingHandler())).rejects.toThrow(
      UnknownTopicError,
    );
  });

  it('shares partitions with a second member and gets them back after it left', async () => {
    const topic = await fixture.topic('shared', { partitions: 4 });
    const groupId = `test.${randomBytes(5).toString('hex')}`;
    const [first, second] = [new RecordingHandler(), new RecordingHandler()];
    await consumer({ groupId }).start([topic.name], first);
    const other = consumer({ groupId });
    await other.start([topic.name], second);
    await waitFor(() => second.assignments.flat().length === 2, { what: 'half of the partitions' });
    await waitFor(() => first.revocations.flat().length === 2, { what: 'the others being taken away' });
    for (const partition of [0, 1, 2, 3]) await fixture.write(topic.name, { partition, from: 0, to: 9 });
    await waitFor(() => first.records.length + second.records.length >= 40, { what: 'all records' });
    expect([first.records.length, second.records.length]).toEqual([20, 20]);
    for (const [key, position] of second.positions) first.positions.set(key, position);
    await other.stop(5_000);
    await waitFor(() => first.assignments.flat().length === 6, { what: 'the partitions back' });
    for (const partition of [0, 1, 2, 3]) await fixture.write(topic.name, { partition, from: 10, to: 10 });
    await waitFor(() => first.records.length >= 24, { what: 'the records of all partitions' });
    expect(first.records).toHaveLength(24);
  });

  it('a slow handler keeps its membership: heartbeats do not wait for it', async () => {
    const topic = await fixture.topic('slow');
    await fixture.write(topic.name, { from: 0, to: 0 });
    const handler = new RecordingHandler();
    let release: () => void = () => undefined;
    handler.onSlice = () => new Promise((resolve) => (release = resolve));
    const running = consumer();
    await running.start([topic.name], handler);
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    release();
    await waitFor(() => handler.records.length === 1, { what: 'the slice' });
    expect(running.counters.rebalances).toBe(1);
    expect(handler.revocations).toEqual([]);
  });

  it('drain waits for the slice in hand', async () => {
    const topic = await fixture.topic('drain');
    await fixture.write(topic.name, { from: 0, to: 4 });
    const handler = new RecordingHandler();
    let release: () => void = () => undefined;
    handler.onSlice = () => new Promise((resolve) => (release = resolve));
    const running = consumer();
    await running.start([topic.name], handler);
    await waitFor(() => running.counters.slices === 1, { what: 'the slice being in hand' });
    const stopped = running.stop(10_000);
    setTimeout(() => {
      release();
    }, 300);
    await stopped;
    expect(handler.values()).toEqual(numbers(0, 4));
  });

  it('drain ends within its deadline although the handler is stuck', async () => {
    const topic = await fixture.topic('stuck');
    await fixture.write(topic.name, { from: 0, to: 0 });
    const handler = new RecordingHandler();
    handler.onSlice = () => new Promise(() => undefined);
    const running = consumer();
    await running.start([topic.name], handler);
    await waitFor(() => running.counters.slices === 1, { what: 'the slice being in hand' });
    await running.stop(1_500);
    expect(handler.records).toEqual([]);
    expect(handler.revocations).toEqual([[`${topic.name}/0`]]);
  });
});
