import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { rewriteAddresses, type BrokerAddress } from './kafka-addresses';
import { FrameSplitter, requestHeaderOf, responseCorrelationId, type RequestHeader } from './kafka-frames';
import { Toxics, type Fault, type Toxic } from './kafka-toxics';
import { seededRandom } from './seeded-random';

const loopback = '127.0.0.1';

export interface KafkaProxyOptions {
  /** `host:port` of a broker; the cluster's other brokers get proxies of their own as clients learn of them. */
  readonly upstream: string;
  /** Of the toxics that strike by chance. */
  readonly seed?: number;
}

/** How often clients asked for an API through the proxy, and what became of it. */
export interface ExchangeCounts {
  readonly requests: number;
  readonly responses: number;
  readonly droppedResponses: number;
}

/**
 * A TCP proxy that understands Kafka's framing: it knows which request a response belongs to, keeps clients behind
 * it by rewriting the brokers' addresses, and disturbs single exchanges by toxics.
 */
export class KafkaProxy {
  /** Connect clients to this `host:port`. */
  readonly address: string;
  readonly toxics: Toxics;
  private readonly listeners = new Map<string, Promise<BrokerAddress>>();
  private readonly servers: Server[] = [];
  private readonly connections = new Set<ProxiedConnection>();
  private readonly counters = new Map<
    number,
    { requests: number; responses: number; droppedResponses: number }
  >();
  private isCut = false;
  /** What the proxy itself could not do, such as reading a version that it does not know. */
  readonly failures: string[] = [];

  private constructor(address: BrokerAddress, toxics: Toxics) {
    this.address = `${address.host}:${String(address.port)}`;
    this.toxics = toxics;
  }

  static async start(options: KafkaProxyOptions): Promise<KafkaProxy> {
    const server = createServer();
    const address = await listen(server);
    const proxy = new KafkaProxy(address, new Toxics(seededRandom(options.seed ?? 1)));
    const upstream = parseAddress(options.upstream);
    proxy.listeners.set(options.upstream, Promise.resolve(address));
    proxy.serve(server, upstream);
    return proxy;
  }

  /** Counts of one API (see `apiKeys`). */
  counts(apiKey: number): ExchangeCounts {
    return { ...this.counterOf(apiKey) };
  }

  /** Puts the toxic in force for requests from now on. */
  add(toxic: Toxic): Toxic {
    this.toxics.add(toxic);
    return toxic;
  }

  /** Closes every connection and refuses new ones until `restore`. */
  cut(): void {
    this.isCut = true;
    this.closeConnections();
  }

  restore(): void {
    this.isCut = false;
  }

  /** Closes every connection; clients may connect again at once. */
  closeConnections(): void {
    for (const connection of this.connections) connection.close();
  }

  async close(): Promise<void> {
    this.cut();
    await Promise.all(this.servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
  }

  private serve(server: Server, upstream: BrokerAddress): void {
    this.servers.push(server);
    server.on('connection', (client) => {
      if (this.isCut) {
        client.destroy();
        return;
      }
      const connection = new ProxiedConnection(client, upstream, {
        faultFor: (request) => this.onRequest(request),
        rewrite: async (request, response) =>
          rewriteAddresses(request, response, async (broker) => this.addressOf(broker)),
        responded: (request, dropped) => {
          const counter = this.counterOf(request.apiKey);
          if (dropped) counter.droppedResponses += 1;
          else counter.responses += 1;
        },
        failed: (error) => {
          this.failures.push(error instanceof Error ? error.message : String(error));
        },
        closed: () => {
          this.connections.delete(connection);
        },
      });
      this.connections.add(connection);
    });
  }

  private onRequest(request: RequestHeader): Fault | undefined {
    this.counterOf(request.apiKey).requests += 1;
    return this.toxics.faultFor(request);
  }

  private async addressOf(broker: BrokerAddress): Promise<BrokerAddress> {
    const name = `${broker.host}:${String(broker.port)}`;
    const known = this.listeners.get(name);
    if (known !== undefined) return known;
    const server = createServer();
    const address = listen(server);
    this.listeners.set(name, address);
    this.serve(server, broker);
    return address;
  }

  private counterOf(apiKey: number): { requests: number; responses: number; droppedResponses: number } {
    const counter = this.counters.get(apiKey) ?? { requests: 0, responses: 0, droppedResponses: 0 };
    this.counters.set(apiKey, counter);
    return counter;
  }
}

interface ConnectionHooks {
  faultFor(request: RequestHeader): Fault | undefined;
  rewrite(request: RequestHeader, response: Buffer): Promise<Buffer>;
  responded(request: RequestHeader, dropped: boolean): void;
  failed(error: unknown): void;
  closed(): void;
}

interface Exchange {
  readonly request: RequestHeader;
  readonly fault: Fault | undefined;
}

/** One client's connection and its twin to the broker. */
class ProxiedConnection {
  private readonly broker: Socket;
  private readonly exchanges = new Map<number, Exchange>();

  constructor(
    private readonly client: Socket,
    upstream: BrokerAddress,
    private readonly hooks: ConnectionHooks,
  ) {
    this.broker = connect({ host: upstream.host, port: upstream.port, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, this.broker]) {
      socket.on('error', () => {
        this.close();
      });
      socket.on('close', () => {
        this.close();
      });
    }
    void this.pump(client, async (frame) => this.forwardRequest(frame));
    void this.pump(this.broker, async (frame) => this.forwardResponse(frame));
  }

  close(): void {
    this.client.destroy();
    this.broker.destroy();
    this.hooks.closed();
  }

  private async pump(source: Socket, forward: (frame: Buffer) => Promise<void>): Promise<void> {
    const splitter = new FrameSplitter();
    try {
      for await (const chunk of source) {
        for (const frame of splitter.push(chunk as Buffer)) {
          await forward(frame).catch((error: unknown) => {
            this.hooks.failed(error);
            throw error;
          });
        }
      }
    } catch {
      // Either side may end a connection at any time: the other side learns of it by the close below.
    } finally {
      this.close();
    }
  }

  private async forwardRequest(frame: Buffer): Promise<void> {
    const request = requestHeaderOf(frame);
    const fault = this.hooks.faultFor(request);
    if (fault?.kind === 'refuse-request') {
      this.close();
      return;
    }
    this.exchanges.set(request.correlationId, { request, fault });
    await write(this.broker, frame);
  }

  private async forwardResponse(frame: Buffer): Promise<void> {
    const correlationId = responseCorrelationId(frame);
    const exchange = this.exchanges.get(correlationId);
    this.exchanges.delete(correlationId);
    if (exchange === undefined) throw new Error(`a response to no request: ${String(correlationId)}`);
    const { request, fault } = exchange;
    if (fault?.kind === 'drop-response') {
      this.hooks.responded(request, true);
      if (fault.connection === 'closed') this.close();
      return;
    }
    if (fault?.kind === 'delay-response') await sleep(fault.delayMs);
    await write(this.client, await this.hooks.rewrite(request, frame));
    this.hooks.responded(request, false);
  }
}

async function write(target: Socket, frame: Buffer): Promise<void> {
  if (target.destroyed) return;
  return new Promise((resolve) => {
    target.write(frame, () => {
      resolve();
    });
  });
}

async function listen(server: Server): Promise<BrokerAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, loopback, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the proxy has no port'));
      else resolve({ host: loopback, port: address.port });
    });
  });
}

function parseAddress(text: string): BrokerAddress {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
