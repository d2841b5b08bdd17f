import { KafkajsAdmin } from './kafkajs-admin';
import type { LogRecord } from './log';
import { LogFixture, SINGLE_NODE } from './test-support/log-fixture';
import { ensureTopics } from './topics';
import { UnknownTopicError } from './wire/protocol-errors';

describe('the log admin', () => {
  const fixture = new LogFixture();
  const admin = new KafkajsAdmin(fixture.connection);
  afterAll(async () => {
    await admin.close();
    await fixture.close();
  });

  async function read(topic: string, from?: number): Promise<{ values: string[]; bounds: unknown }> {
    const values: string[] = [];
    const start = { topic, partition: 0, ...(from === undefined ? {} : { from }) };
    const bounds = await admin.readPartition(start, (records) => {
      values.push(...records.map(({ value }) => String(value)));
    });
    return { values, bounds };
  }

  it('tells the bounds of every partition, records deleted at the front included', async () => {
    const { name } = await fixture.topic('bounds', { partitions: 3 });
    await fixture.write(name, { partition: 1, from: 0, to: 9 });
    await fixture.write(name, { partition: 2, from: 0, to: 9 });
    await fixture.deleteRecordsBefore(name, 4, 2);
    expect(await admin.bounds(name)).toEqual(
      new Map([
        [0, { earliest: 0, end: 0 }],
        [1, { earliest: 0, end: 10 }],
        [2, { earliest: 4, end: 10 }],
      ]),
    );
  });

  it('reads a partition whole, from an offset, and from the earliest when that is gone', async () => {
    const { name } = await fixture.topic('whole');
    for (let from = 0; from < 100; from += 10) await fixture.write(name, { from, to: from + 9 });
    expect((await read(name)).values).toHaveLength(100);
    expect((await read(name, 95)).values).toEqual(['95', '96', '97', '98', '99']);
    await fixture.deleteRecordsBefore(name, 97);
    expect(await read(name, 95)).toEqual({ values: ['97', '98', '99'], bounds: { earliest: 97, end: 100 } });
  });

  it('finds the last record although the offsets behind it hold none', async () => {
    const { name } = await fixture.topic('last', { partitions: 2 });
    const producer = fixture.connection.client().producer({ transactionalId: name, maxInFlightRequests: 1 });
    await producer.connect();
    for (let round = 0; round < 12; round += 1) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: name, messages: [{ partition: 0, value: String(round) }] });
      await transaction.commit();
    }
    const kept = await producer.transaction();
    await kept.send({ topic: name, messages: [{ partition: 0, key: 'k', value: 'the last' }] });
    await kept.commit();
    await producer.disconnect();
    const last: ReadonlyMap<number, LogRecord> = await admin.lastRecords(name);
    expect(last.size).toBe(1);
    expect(String(last.get(0)?.value)).toBe('the last');
    expect(last.get(0)?.offset).toBe(24);
    expect((await admin.bounds(name)).get(0)?.end).toBe(26);
    expect((await read(name)).values).toHaveLength(13);
  });

  it('names another incarnation after a topic was deleted and made anew', async () => {
    const topic = await fixture.topic('made-anew');
    const first = await admin.incarnation(topic.name);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await admin.incarnation(topic.name)).toBe(first);
    const client = await fixture.connectedAdmin();
    await client.deleteTopics({ topics: [topic.name] });
    await ensureTopics(fixture.connection, [topic], SINGLE_NODE);
    const second = await admin.incarnation(topic.name);
    expect(second).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
  });

  it('names the cluster', async () => {
    expect((await admin.clusterId()).length).toBeGreaterThan(10);
  });

  it('refuses a topic that does not exist by its name', async () => {
    await expect(admin.bounds('test.no-such-topic')).rejects.toThrow(UnknownTopicError);
    await expect(admin.incarnation('test.no-such-topic')).rejects.toThrow(UnknownTopicError);
  });
});
