import type { KafkaConnection } from './kafkajs-connection';

/** Removes those of the topics that are there, with all that they hold. */
export async function removeTopics(connection: KafkaConnection, names: readonly string[]): Promise<void> {
  const admin = connection.client().admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const topics = names.filter((name) => existing.has(name));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
