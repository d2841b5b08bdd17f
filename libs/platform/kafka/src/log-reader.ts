import type Cluster from 'kafkajs/src/cluster';
import { abandonBroker } from './abandon-broker';
import type { TopicPartition } from './log';
import { fetchCall, type FetchLimits, type FetchPartition, type FetchedPartition } from './wire/fetch-call';
import { ERROR, LogProtocolError } from './wire/protocol-errors';

/** The broker that leads a partition. Throws a passing LogProtocolError while there is none. */
export function leaderOf(cluster: Cluster, { topic, partition }: TopicPartition): number {
  const metadata = cluster.findTopicPartitionMetadata(topic).find((one) => one.partitionId === partition);
  if (metadata === undefined) throw new LogProtocolError(ERROR.unknownTopicOrPartition, topic, partition);
  if (metadata.leader < 0) throw new LogProtocolError(ERROR.leaderNotAvailable, topic, partition);
  return metadata.leader;
}

export interface FetchRequest {
  readonly nodeId: number;
  readonly partitions: readonly FetchPartition[];
  readonly limits: FetchLimits;
}

/** One fetch from one broker; what it answers about each partition, errors included. */
export async function fetchFrom(
  cluster: Cluster,
  request: FetchRequest,
): Promise<readonly FetchedPartition[]> {
  const broker = await cluster.findBroker({ nodeId: request.nodeId });
  try {
    return await broker.connectionPool.send(fetchCall(request.partitions, request.limits));
  } catch (error) {
    abandonBroker(cluster, broker);
    throw error;
  }
}
