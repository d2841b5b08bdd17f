import type Cluster from 'kafkajs/src/cluster';
import type { Broker } from 'kafkajs/src/cluster';
import { abandonBroker } from './abandon-broker';
import { type Deferred, deferred, nextTurn } from './deferred';
import { asError } from './errors';
import { partitionKey } from './log';
import { leaderOf } from './log-reader';
import { produceCall, type ProducePartition } from './wire/produce-call';

interface Waiting {
  readonly part: ProducePartition;
  readonly outcome: Deferred<number>;
}

interface NodeQueue {
  readonly nodeId: number;
  waiting: Waiting[];
  inFlight: number;
}

/** One request is at the broker while the next is on its way; a broker answers a connection's requests in turn. */
const REQUESTS_IN_FLIGHT = 2;
/** Uncompressed size does not matter here: these are record batches as sent. */
const REQUEST_BYTES_MAX = 16 * 1024 * 1024;

/** Joins record batches of several partitions that one broker leads into one request. */
export class NodeSender {
  private readonly nodes = new Map<number, NodeQueue>();

  constructor(
    private readonly cluster: Cluster,
    private readonly requestTimeoutMs: number,
  ) {}

  /** The broker's error code for this partition, 0 = written by acks=all. Throws when the outcome is unknown. */
  async produce(part: ProducePartition): Promise<number> {
    await this.cluster.refreshMetadataIfNecessary();
    const node = this.nodeOf(leaderOf(this.cluster, part));
    const waiting = { part, outcome: deferred<number>() };
    node.waiting.push(waiting);
    if (node.inFlight < REQUESTS_IN_FLIGHT) void this.flush(node);
    return waiting.outcome.promise;
  }

  private nodeOf(nodeId: number): NodeQueue {
    const existing = this.nodes.get(nodeId);
    if (existing !== undefined) return existing;
    const node: NodeQueue = { nodeId, waiting: [], inFlight: 0 };
    this.nodes.set(nodeId, node);
    return node;
  }

  private async flush(node: NodeQueue): Promise<void> {
    node.inFlight += 1;
    await nextTurn();
    for (let taken = takeRequest(node); taken.length > 0; taken = takeRequest(node)) {
      await this.request(node.nodeId, taken);
    }
    node.inFlight -= 1;
  }

  private async request(nodeId: number, taken: readonly Waiting[]): Promise<void> {
    try {
      const broker = await this.cluster.findBroker({ nodeId });
      const codes = await this.codesFrom(broker, taken).catch((error: unknown) => {
        abandonBroker(this.cluster, broker);
        throw error;
      });
      for (const { part, outcome } of taken) {
        const code = codes.get(partitionKey(part));
        if (code === undefined) outcome.reject(new Error(`the answer does not name ${partitionKey(part)}`));
        else outcome.resolve(code);
      }
    } catch (error) {
      for (const { outcome } of taken) outcome.reject(asError(error));
    }
  }

  private async codesFrom(broker: Broker, taken: readonly Waiting[]): Promise<ReadonlyMap<string, number>> {
    const parts = taken.map(({ part }) => part);
    const call = { ...produceCall(parts, this.requestTimeoutMs), logResponseError: false };
    const produced = await broker.connectionPool.send(call);
    return new Map(produced.map((one) => [partitionKey(one), one.errorCode]));
  }
}

function takeRequest(node: NodeQueue): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { part } of node.waiting) {
    bytes += part.recordBatch.length;
    if (count > 0 && bytes > REQUEST_BYTES_MAX) break;
    count += 1;
  }
  return node.waiting.splice(0, count);
}
