import { randomBytes } from 'node:crypto';
import { ConfigResourceTypes } from 'kafkajs';
import { type TopicDeclaration, factsTopic, stateTopic } from '@potok/kernel/contract';
import { LogFixture, SINGLE_NODE } from './test-support/log-fixture';
import { ensureTopics, topicDrift } from './topics';

const unique = (): string => `test.topics.${randomBytes(5).toString('hex')}`;

describe('topics made from declarations', () => {
  const fixture = new LogFixture();
  const made: string[] = [];
  afterAll(async () => {
    const admin = await fixture.connectedAdmin();
    await admin.deleteTopics({ topics: made });
    await fixture.close();
  });

  function declared(kind: TopicDeclaration['kind']): TopicDeclaration {
    const options = { name: unique(), context: 'test', description: 'of a test', key: 'any', partitions: 2 };
    made.push(options.name);
    return kind === 'state' ? stateTopic(options) : { ...factsTopic(options), kind };
  }

  it('several processes may make them at once, and nothing differs afterwards', async () => {
    const topics = [declared('facts'), declared('state'), declared('inbox')];
    const options = { ...SINGLE_NODE, flushInbox: true };
    await Promise.all(Array.from({ length: 5 }, () => ensureTopics(fixture.connection, topics, options)));
    expect(await topicDrift(fixture.connection, topics, options)).toEqual([]);
  });

  it('every difference between a declaration and the cluster is reported', async () => {
    const topic = declared('facts');
    const missing = { ...topic, name: 'test.topics.never-made' };
    await ensureTopics(fixture.connection, [topic], SINGLE_NODE);
    const admin = await fixture.connectedAdmin();
    await admin.createPartitions({ topicPartitions: [{ topic: topic.name, count: 3 }] });
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic.name,
          configEntries: [
            { name: 'max.message.bytes', value: '1000' },
            { name: 'message.timestamp.type', value: 'LogAppendTime' },
            { name: 'retention.ms', value: String(topic.retentionMs) },
            { name: 'min.insync.replicas', value: '1' },
          ],
        },
      ],
    });
    expect(await topicDrift(fixture.connection, [topic, missing], SINGLE_NODE)).toEqual(
      [
        { topic: missing.name, setting: 'exists', declared: 'true', found: 'false' },
        {
          topic: topic.name,
          setting: 'max.message.bytes',
          declared: String(topic.messageBytesMax),
          found: '1000',
        },
        { topic: topic.name, setting: 'partitions', declared: '2', found: '3' },
      ].sort((one, other) => (`${one.topic} ${one.setting}` < `${other.topic} ${other.setting}` ? -1 : 1)),
    );
  });
});
