import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, ConfigResourceTypes, type ITopicConfig } from 'kafkajs';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { nameUnknownTopic } from './errors';
import type { KafkaConnection } from './kafkajs-connection';

export interface TopicOptions {
  /** 1 on a single node. */
  readonly replicationFactor: number;
  /** Below this many replicas in step acks=all is refused. */
  readonly minInsyncReplicas: number;
  /** A broker alone (one shop) flushes each record of an inbox to the disk before it acknowledges. */
  readonly flushInbox: boolean;
}

export interface TopicDrift {
  readonly topic: string;
  /** A config's name, `partitions`, or `exists`. */
  readonly setting: string;
  readonly declared: string;
  readonly found: string;
}

const DAY_MS = 86_400_000;
const CREATE_TIMEOUT_MS = 30_000;
const LEADER_POLL_MS = 50;

/** The broker-side settings that a declaration stands for; everything else stays at the broker's default. */
export function topicConfig(topic: TopicDeclaration, options: TopicOptions): ReadonlyMap<string, string> {
  const compacted = topic.kind === 'state';
  return new Map([
    ['cleanup.policy', compacted ? 'compact' : 'delete'],
    ['retention.ms', String(topic.retentionMs)],
    ['max.message.bytes', String(topic.messageBytesMax)],
    ['message.timestamp.type', 'LogAppendTime'],
    ['compression.type', 'producer'],
    ['min.insync.replicas', String(options.minInsyncReplicas)],
    ['unclean.leader.election.enable', 'false'],
    ...(compacted ? COMPACTION : []),
    ...(topic.kind === 'inbox' && options.flushInbox ? [['flush.messages', '1'] as const] : []),
  ]);
}

/** A reader that was away for a week still sees every tombstone. */
const COMPACTION: readonly (readonly [string, string])[] = [
  ['min.cleanable.dirty.ratio', '0.1'],
  ['segment.ms', String(DAY_MS)],
  ['delete.retention.ms', String(7 * DAY_MS)],
];

/**
 * Creates the topics that are missing and waits until each has its leaders. Several processes may do so at once.
 * Existing topics are left as they are: `topicDrift` tells where they differ.
 */
export async function ensureTopics(
  connection: KafkaConnection,
  topics: readonly TopicDeclaration[],
  options: TopicOptions,
): Promise<void> {
  await withAdmin(connection, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !existing.has(name)).map((topic) => toCreate(topic, options));
    if (missing.length > 0) {
      await admin.createTopics({ topics: missing, waitForLeaders: false, timeout: CREATE_TIMEOUT_MS });
    }
    await waitForLeaders(admin, topics);
  });
}

/** Every difference between the declarations and the cluster, sorted by topic and setting; empty when there is none. */
export async function topicDrift(
  connection: KafkaConnection,
  topics: readonly TopicDeclaration[],
  options: TopicOptions,
): Promise<readonly TopicDrift[]> {
  return withAdmin(connection, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const there = topics.filter(({ name }) => existing.has(name));
    const missing = topics
      .filter(({ name }) => !existing.has(name))
      .map(({ name }) => ({ topic: name, setting: 'exists', declared: 'true', found: 'false' }));
    const found = await Promise.all([partitionDrift(admin, there), configDrift(admin, there, options)]);
    return [...missing, ...found.flat()].sort((one, other) =>
      `${one.topic} ${one.setting}` < `${other.topic} ${other.setting}` ? -1 : 1,
    );
  });
}

async function partitionDrift(admin: Admin, topics: readonly TopicDeclaration[]): Promise<TopicDrift[]> {
  if (topics.length === 0) return [];
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const counts = new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
  return topics
    .filter(({ name, partitions }) => counts.get(name) !== partitions)
    .map(({ name, partitions }) => ({
      topic: name,
      setting: 'partitions',
      declared: String(partitions),
      found: String(counts.get(name)),
    }));
}

async function configDrift(
  admin: Admin,
  topics: readonly TopicDeclaration[],
  options: TopicOptions,
): Promise<TopicDrift[]> {
  if (topics.length === 0) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const values = new Map(
    resources.flatMap(({ resourceName, configEntries }) =>
      configEntries.map(({ configName, configValue }) => [`${resourceName} ${configName}`, configValue]),
    ),
  );
  return topics.flatMap((topic) =>
    [...topicConfig(topic, options)].flatMap(([setting, declared]) => {
      const found = values.get(`${topic.name} ${setting}`) ?? '';
      return found === declared ? [] : [{ topic: topic.name, setting, declared, found }];
    }),
  );
}

function toCreate(topic: TopicDeclaration, options: TopicOptions): ITopicConfig {
  return {
    topic: topic.name,
    numPartitions: topic.partitions,
    replicationFactor: options.replicationFactor,
    configEntries: [...topicConfig(topic, options)].map(([name, value]) => ({ name, value })),
  };
}

async function waitForLeaders(admin: Admin, topics: readonly TopicDeclaration[]): Promise<void> {
  const names = topics.map(({ name }) => name);
  const deadlineMs = Date.now() + CREATE_TIMEOUT_MS;
  for (;;) {
    try {
      const metadata = await admin.fetchTopicMetadata({ topics: names });
      if (metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() > deadlineMs) throw nameUnknownTopic(error, names);
    }
    if (Date.now() > deadlineMs) throw new Error(`partitions without a leader in ${names.join(', ')}`);
    await sleep(LEADER_POLL_MS);
  }
}

async function withAdmin<T>(connection: KafkaConnection, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = connection.client().admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
