import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { KafkajsProducer } from '@potok/platform-kafka/kafkajs-producer';
import type { ProducerRecord } from '@potok/platform-kafka/log';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { ensureTopics } from '@potok/platform-kafka/topics';

export type FilledTopic = Parameters<typeof ensureTopics>[1][number];

const RECORDS_PER_SEND = 4_000;
const ONE_BROKER = { replicationFactor: 1, minInsyncReplicas: 1, flushInbox: false };

/** Makes the topic and writes the records, each to the partition of its key. */
export async function fillTopic(
  brokers: readonly string[],
  topic: FilledTopic,
  records: Iterable<ProducerRecord>,
): Promise<void> {
  const connection = new KafkaConnection({ brokers, clientId: 'bench' });
  await ensureTopics(connection, [topic], ONE_BROKER);
  const producer = new KafkajsProducer(connection);
  let waiting: ProducerRecord[] = [];
  for (const record of records) {
    waiting.push(record);
    if (waiting.length < RECORDS_PER_SEND) continue;
    await producer.send(byPartition(topic, waiting));
    waiting = [];
  }
  await producer.send(byPartition(topic, waiting));
  await producer.close();
}

function byPartition(topic: FilledTopic, records: readonly ProducerRecord[]) {
  const partitions = new Map<number, ProducerRecord[]>();
  for (const record of records) {
    const partition = murmur2Partition(record.key ?? '', topic.partitions);
    const list = partitions.get(partition) ?? [];
    list.push(record);
    partitions.set(partition, list);
  }
  return [...partitions].map(([partition, list]) => ({ topic: topic.name, partition, records: list }));
}
