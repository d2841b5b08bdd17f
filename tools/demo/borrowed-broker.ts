import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Shutdown } from '@potok/platform-dev-infra/shutdown';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { removeTopics } from '@potok/platform-kafka/remove-topics';

export interface BorrowedBroker {
  readonly brokers: readonly string[];
  readonly checkoutFolder: string;
  readonly shutdown: Shutdown;
}

/**
 * On a broker that runs already: refuses when it holds records of the platform's topics, for nothing else may be
 * compared with the simulator's books; and takes the topics away at the end.
 */
export async function borrowBroker({ brokers, checkoutFolder, shutdown }: BorrowedBroker): Promise<void> {
  const topics = topicNames(checkoutFolder);
  for (const topic of topics) {
    if (await holdsRecords(brokers, topic)) {
      throw new Error(`the broker of KAFKA_BROKERS holds records of ${topic}; the demo needs an empty one`);
    }
  }
  shutdown.add('topics', async () => removeTopics(connectionTo(brokers), topics));
}

export function adminOf(brokers: readonly string[]): KafkajsAdmin {
  return new KafkajsAdmin(connectionTo(brokers));
}

function connectionTo(brokers: readonly string[]): KafkaConnection {
  return new KafkaConnection({ brokers, clientId: 'potok-demo' });
}

function topicNames(checkoutFolder: string): string[] {
  const list = readFileSync(path.join(checkoutFolder, 'docs', 'reference', 'topics.json'), 'utf8');
  return (JSON.parse(list) as { name: string }[]).map(({ name }) => name);
}

async function holdsRecords(brokers: readonly string[], topic: string): Promise<boolean> {
  const admin = adminOf(brokers);
  try {
    const bounds = await admin.bounds(topic);
    return [...bounds.values()].some(({ end }) => end > 0);
  } catch {
    return false;
  } finally {
    await admin.close();
  }
}
