import { Kafka, logLevel, type Admin } from 'kafkajs';
import { apiKeys } from './kafka-frames';
import { KafkaProxy } from './kafka-proxy';
import { Toxics } from './kafka-toxics';
import type { Toxic } from './kafka-toxics';
import { seededRandom } from './seeded-random';
import { requireInfra, uniquePrefix } from './test-infra';
import { waitFor } from './wait-for';

const retry = { retries: 8, initialRetryTime: 50, maxRetryTime: 200 };

function kafkaAt(address: string): Kafka {
  return new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry, requestTimeout: 3_000 });
}

describe('the Kafka proxy', () => {
  const topic = `${uniquePrefix('proxy')}.messages`;
  let direct: Admin;
  let proxy: KafkaProxy;

  beforeAll(async () => {
    const upstream = requireInfra().kafkaBrokers[0] ?? '';
    direct = kafkaAt(upstream).admin();
    await direct.connect();
    await direct.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  });

  afterAll(async () => {
    await direct.deleteTopics({ topics: [topic] });
    await direct.disconnect();
  });

  beforeEach(async () => {
    proxy = await KafkaProxy.start({ upstream: requireInfra().kafkaBrokers[0] ?? '', seed: 7 });
  });

  afterEach(async () => {
    await proxy.close();
  });

  async function logEnd(): Promise<number> {
    return Number((await direct.fetchTopicOffsets(topic))[0]?.high);
  }

  async function send(value: string): Promise<void> {
    const producer = kafkaAt(proxy.address).producer();
    await producer.connect();
    try {
      await producer.send({ topic, acks: -1, messages: [{ value }] });
    } finally {
      await producer.disconnect();
    }
  }

  it('keeps all of a client’s traffic behind it', async () => {
    const before = await logEnd();
    await send('through the proxy');
    expect(await logEnd()).toBe(before + 1);
    expect(proxy.counts(apiKeys.produce)).toEqual({ requests: 1, responses: 1, droppedResponses: 0 });
    expect(proxy.counts(apiKeys.metadata).responses).toBeGreaterThan(0);
  });

  it('serves consumer groups, whose coordinator is behind it too', async () => {
    await send('for the group');
    const consumer = kafkaAt(proxy.address).consumer({ groupId: `${topic}.group` });
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value));
        return Promise.resolve();
      },
    });
    await waitFor(() => values.includes('for the group'), { what: 'the message' });
    await consumer.disconnect();
    expect(proxy.counts(apiKeys.joinGroup).responses).toBeGreaterThan(0);
    expect(proxy.counts(apiKeys.fetch).responses).toBeGreaterThan(0);
  });

  it.each(['closed', 'silent'] as const)(
    'drops the n-th response of an API: the broker has done it, the client tries again (%s connection)',
    async (connection) => {
      const before = await logEnd();
      const toxic: Toxic = {
        apiKey: apiKeys.produce,
        strike: { kind: 'nth', nth: 1 },
        fault: { kind: 'drop-response', connection },
      };
      proxy.add(toxic);
      await send('twice, because the first answer is lost');
      expect(proxy.toxics.struck(toxic)).toBe(1);
      expect(proxy.counts(apiKeys.produce).droppedResponses).toBe(1);
      expect(await logEnd()).toBe(before + 2);
    },
  );

  it('refuses a request before the broker has it', async () => {
    const before = await logEnd();
    proxy.add({
      apiKey: apiKeys.produce,
      strike: { kind: 'nth', nth: 1 },
      fault: { kind: 'refuse-request' },
    });
    await send('once, because the first request went nowhere');
    expect(await logEnd()).toBe(before + 1);
  });

  it('strikes by chance in the same places for the same seed', () => {
    // Decided without a client: how many requests one sends is its own affair.
    const strikes = (seed: number): boolean[] => {
      const toxics = new Toxics(seededRandom(seed));
      toxics.add({
        apiKey: apiKeys.metadata,
        strike: { kind: 'chance', probability: 0.5 },
        fault: { kind: 'delay-response', delayMs: 0 },
      });
      const request = { apiKey: apiKeys.metadata, apiVersion: 5, correlationId: 1 };
      return Array.from({ length: 100 }, () => toxics.faultFor(request) !== undefined);
    };
    expect(new Set(strikes(42)).size).toBe(2);
    expect(strikes(42)).toEqual(strikes(42));
    expect(strikes(42)).not.toEqual(strikes(43));
  });

  it('cuts every connection and lets clients back after restore', async () => {
    const before = await logEnd();
    proxy.cut();
    const sending = send('after the cut');
    proxy.restore();
    await sending;
    expect(await logEnd()).toBe(before + 1);
  });
});
