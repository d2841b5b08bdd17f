import type Cluster from 'kafkajs/src/cluster';
import type { Broker } from 'kafkajs/src/cluster';

/**
 * Gives up the connections to a broker after a request without an answer: the next request gets new ones, and what
 * may still lie in the old ones cannot be written behind it for long.
 */
export function abandonBroker(cluster: Cluster, broker: Broker): void {
  const { host, port } = broker.connectionPool;
  cluster.removeBroker({ host, port });
  void broker.disconnect().catch(() => undefined);
}
