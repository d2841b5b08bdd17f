import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiKeys } from '@potok/platform-testing/kafka-frames';
import { KafkaProxy } from '@potok/platform-testing/kafka-proxy';
import { requireInfra } from '@potok/platform-testing/test-infra';
import { waitFor } from '@potok/platform-testing/wait-for';
import { KafkajsConsumer, type ConsumerOptions } from './kafkajs-consumer';
import { LogDecodeError } from './log-decode-error';
import { LogFixture, RecordingHandler, connectTo } from './test-support/log-fixture';
import { snappyRecordBatch } from './test-support/snappy-record-batch';
import { UnsupportedCompressionError } from './wire/compression';
import { produceCall } from './wire/produce-call';

const IMPATIENT = { restartDelayMs: 10, stalledAfterMs: 2_000, sessionTimeoutMs: 6_000 };

describe('a consumer that crashes', () => {
  const fixture = new LogFixture();
  const consumers: KafkajsConsumer[] = [];
  let proxy: KafkaProxy;

  beforeEach(async () => {
    proxy = await KafkaProxy.start({ upstream: requireInfra().kafkaBrokers[0] ?? '' });
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(2_000)));
    await proxy.close();
  });
  afterAll(() => fixture.close());

  function consumer(options: Partial<ConsumerOptions>): KafkajsConsumer {
    const connection = connectTo({ brokers: [proxy.address], connectRetries: 1, requestTimeoutMs: 2_000 });
    const groupId = `test.${randomBytes(5).toString('hex')}`;
    const created = new KafkajsConsumer(connection, { ...IMPATIENT, ...options, groupId });
    consumers.push(created);
    return created;
  }

  it('waits for a cluster that cannot be reached and goes on from the positions of its handler', async () => {
    const topic = await fixture.topic('restarted');
    await fixture.write(topic.name, { from: 0, to: 9 });
    const handler = new RecordingHandler();
    const running = consumer({});
    await running.start([topic.name], handler);
    await waitFor(() => handler.records.length === 10, { what: 'the first records' });
    proxy.cut();
    await waitFor(() => handler.revocations.length > 0, { what: 'the crash' });
    await sleep(3_000);
    expect(running.alive()).toBe(true);
    await fixture.write(topic.name, { from: 10, to: 19 });
    proxy.restore();
    await waitFor(() => handler.records.length >= 20, { what: 'the records after the restart' });
    expect(handler.records.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(running.counters.restarts).toBeGreaterThan(0);
    expect(running.alive()).toBe(true);
  });

  it('is given up after three restarts: no longer alive, and the process is told to exit', async () => {
    const topic = await fixture.topic('given-up');
    const fatal: Error[] = [];
    const running = consumer({ onFatal: (error) => fatal.push(error) });
    await running.start([topic.name], new RecordingHandler());
    for (const apiKey of [apiKeys.joinGroup, apiKeys.heartbeat]) {
      proxy.add({ apiKey, strike: { kind: 'always' }, fault: { kind: 'refuse-request' } });
    }
    await waitFor(() => fatal.length > 0, { what: 'the consumer being given up', timeoutMs: 60_000 });
    expect(running.alive()).toBe(false);
    expect(running.counters.restarts).toBe(3);
    expect(fatal).toHaveLength(1);
  });

  it('a record batch in a foreign codec is named, and not tried again', async () => {
    const topic = await fixture.topic('snappy');
    const cluster = fixture.connection.cluster();
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic.name]);
    const broker = await cluster.findControllerBroker();
    const recordBatch = await snappyRecordBatch('hello');
    const call = produceCall([{ topic: topic.name, partition: 0, recordBatch }], 5_000);
    expect(await broker.connectionPool.send(call)).toMatchObject([{ errorCode: 0, baseOffset: 0 }]);
    await cluster.disconnect();
    const fatal: Error[] = [];
    const running = consumer({ onFatal: (error) => fatal.push(error) });
    await running.start([topic.name], new RecordingHandler());
    const error = await waitFor(() => fatal[0], { what: 'the consumer being given up' });
    expect(error).toBeInstanceOf(LogDecodeError);
    expect(error).toMatchObject({ topic: topic.name, partition: 0, position: 0 });
    expect(error.cause).toBeInstanceOf(UnsupportedCompressionError);
    expect(error.message).toContain('snappy');
    expect(running.counters.restarts).toBe(0);
  });
});
