import { ConfigResourceTypes, Partitioners } from 'kafkajs';
import { apiKeys } from '@potok/platform-testing/kafka-frames';
import { KafkaProxy } from '@potok/platform-testing/kafka-proxy';
import { requireInfra } from '@potok/platform-testing/test-infra';
import { KafkajsAdmin } from './kafkajs-admin';
import { KafkajsProducer, RecordTooLargeError } from './kafkajs-producer';
import { LogFixture, connectTo, record } from './test-support/log-fixture';
import { UnknownTopicError } from './wire/protocol-errors';

const SENDS = 20;
const SEEDS = 40;
const LOST_RESPONSES = 0.2;
const LOST_REQUESTS = 0.1;

/** Values are `seed-number`, numbered in the order of the calls. */
function inOrderOfCalls(values: readonly string[]): string[] {
  const numberOf = (value: string): number => Number(value.split('-')[1]);
  return [...values].sort((one, other) => numberOf(one) - numberOf(other));
}

type Send = (topic: string, partition: number, value: string) => Promise<void>;

describe('the producer', () => {
  const fixture = new LogFixture();
  const admin = new KafkajsAdmin(fixture.connection);
  afterAll(async () => {
    await admin.close();
    await fixture.close();
  });

  async function valuesIn(topic: string, partition: number): Promise<string[]> {
    const values: string[] = [];
    await admin.readPartition({ topic, partition }, (records) => {
      values.push(...records.map(({ value }) => String(value)));
    });
    return values;
  }

  /** Sends concurrently while every fifth response to a produce request is lost, and some requests. One partition per seed. */
  async function underLostResponses(
    topic: string,
    seed: number,
    open: (brokers: string[]) => Promise<{ send: Send; close: () => Promise<void> }>,
  ): Promise<{ acknowledged: string[]; absent: string[]; stored: string[]; dropped: number }> {
    const proxy = await KafkaProxy.start({ upstream: requireInfra().kafkaBrokers[0] ?? '', seed: seed + 1 });
    const client = await open([proxy.address]);
    const acknowledged: string[] = [];
    try {
      proxy.add({
        apiKey: apiKeys.produce,
        strike: { kind: 'chance', probability: LOST_RESPONSES },
        fault: { kind: 'drop-response', connection: 'closed' },
      });
      proxy.add({
        apiKey: apiKeys.produce,
        strike: { kind: 'chance', probability: LOST_REQUESTS },
        fault: { kind: 'refuse-request' },
      });
      const values = Array.from({ length: SENDS }, (_, index) => `${String(seed)}-${String(index)}`);
      await Promise.all(
        values.map(async (value) => {
          const done = await client.send(topic, seed, value).then(
            () => true,
            () => false,
          );
          if (done) acknowledged.push(value);
        }),
      );
      proxy.toxics.clear();
    } finally {
      await client.close();
      await proxy.close();
    }
    const stored = [...new Set(await valuesIn(topic, seed))];
    const absent = acknowledged.filter((value) => !stored.includes(value));
    return { acknowledged, absent, stored, dropped: proxy.counts(apiKeys.produce).droppedResponses };
  }

  async function plainIdempotentClient(
    brokers: string[],
  ): Promise<{ send: Send; close: () => Promise<void> }> {
    const retry = { retries: 10, initialRetryTime: 20, maxRetryTime: 100 };
    const client = connectTo({ brokers }).client();
    const producer = client.producer({
      idempotent: true,
      retry,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return {
      send: async (topic, partition, value) => {
        await producer.send({ topic, acks: -1, messages: [{ partition, value }] });
      },
      close: () => producer.disconnect(),
    };
  }

  function ourClient(brokers: string[]): Promise<{ send: Send; close: () => Promise<void> }> {
    const producer = new KafkajsProducer(connectTo({ brokers }), {
      batchBytesMax: 1,
      retryDelayMs: 5,
      retries: 4,
    });
    return Promise.resolve({
      send: (topic, partition, value) => producer.send([{ topic, partition, records: [record(value)] }]),
      close: () => producer.close(),
    });
  }

  describe('the producer never loses an acknowledged record when produce responses are lost', () => {
    it('kafkajs’s own idempotent producer does lose them under concurrent sends', async () => {
      const { name } = await fixture.topic('plain-client', { partitions: SEEDS });
      const absent: string[] = [];
      for (let seed = 0; seed < SEEDS && absent.length === 0; seed += 1) {
        absent.push(...(await underLostResponses(name, seed, plainIdempotentClient)).absent);
      }
      expect(absent).not.toEqual([]);
    });

    it('ours does not, over many seeds', async () => {
      const { name } = await fixture.topic('our-client', { partitions: SEEDS });
      const runs: Awaited<ReturnType<typeof underLostResponses>>[] = [];
      for (let seed = 0; seed < SEEDS; seed += 1) runs.push(await underLostResponses(name, seed, ourClient));
      expect(runs.flatMap(({ absent }) => absent)).toEqual([]);
      for (const { stored } of runs) expect(stored).toEqual(inOrderOfCalls(stored));
      const total = (count: (run: (typeof runs)[number]) => number): number =>
        runs.reduce((sum, run) => sum + count(run), 0);
      expect(total(({ dropped }) => dropped)).toBeGreaterThan(SEEDS);
      expect(total(({ acknowledged }) => acknowledged.length)).toBeGreaterThan((SEEDS * SENDS) / 2);
    });
  });

  it('keeps the order of concurrent calls for a partition, and joins them into few record batches', async () => {
    const { name } = await fixture.topic('joined');
    const producer = new KafkajsProducer(fixture.connection);
    const values = Array.from({ length: 200 }, (_, index) => String(index));
    await Promise.all(
      values.map((value) => producer.send([{ topic: name, partition: 0, records: [record(value)] }])),
    );
    expect(await valuesIn(name, 0)).toEqual(values);
    expect(producer.counters.batchesProduced).toBeLessThan(20);
    await producer.close();
  });

  it('rejects while the broker cannot be reached, says so, and recovers', async () => {
    const { name } = await fixture.topic('cut');
    const proxy = await KafkaProxy.start({ upstream: requireInfra().kafkaBrokers[0] ?? '' });
    const producer = new KafkajsProducer(connectTo({ brokers: [proxy.address] }), {
      retries: 1,
      retryDelayMs: 5,
    });
    const send = (value: string) => producer.send([{ topic: name, partition: 0, records: [record(value)] }]);
    await send('before');
    proxy.cut();
    await expect(send('during')).rejects.toThrow();
    expect(producer.healthy()).toBe(false);
    proxy.restore();
    await send('after');
    expect(producer.healthy()).toBe(true);
    expect(await valuesIn(name, 0)).toEqual(['before', 'after']);
    await producer.close();
    await proxy.close();
  });

  it('takes an answer that names an error for a failure, and says which', async () => {
    const { name } = await fixture.topic('limited');
    const limitTo = async (bytes: number): Promise<void> => {
      const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
      const resources = [{ type: ConfigResourceTypes.TOPIC, name, configEntries }];
      await (await fixture.connectedAdmin()).alterConfigs({ validateOnly: false, resources });
    };
    const producer = new KafkajsProducer(fixture.connection, { retries: 1, retryDelayMs: 5 });
    const send = (value: string) => producer.send([{ topic: name, partition: 0, records: [record(value)] }]);
    // The broker answers, and stores nothing: 10 = MESSAGE_TOO_LARGE.
    await limitTo(10);
    await expect(send('refused')).rejects.toMatchObject({ code: 10 });
    expect(producer.healthy()).toBe(false);
    await limitTo(100_000);
    await send('stored');
    expect(await valuesIn(name, 0)).toEqual(['stored']);
    await producer.close();
  });

  it('refuses a topic that does not exist and a record over the limit without sending', async () => {
    const { name } = await fixture.topic('refused');
    const unknown = fixture.producer.send([
      { topic: 'test.no-such-topic', partition: 0, records: [record('x')] },
    ]);
    await expect(unknown).rejects.toThrow(UnknownTopicError);
    const large = record('x'.repeat(4 * 1024 * 1024));
    const refused = fixture.producer.send([{ topic: name, partition: 0, records: [large] }]);
    await expect(refused).rejects.toThrow(RecordTooLargeError);
    expect(await valuesIn(name, 0)).toEqual([]);
  });

  it('writes the largest record allowed, compressible or not', async () => {
    const { name } = await fixture.topic('largest');
    const incompressible = Buffer.alloc(4_000_000);
    let state = 1;
    for (let at = 0; at < incompressible.length; at += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      incompressible[at] = state >>> 16;
    }
    await fixture.producer.send([
      { topic: name, partition: 0, records: [{ key: 'k', value: incompressible, headers: { ce_id: 'ид' } }] },
    ]);
    const last = (await admin.lastRecords(name)).get(0);
    expect(last?.value?.equals(incompressible)).toBe(true);
    expect(String(last?.headers['ce_id'])).toBe('ид');
  });
});
