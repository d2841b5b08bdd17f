import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { isIP } from 'node:net';
import {
  Kafka,
  logLevel,
  type ISocketFactory,
  type LogEntry,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import Cluster from 'kafkajs/src/cluster';
import { createLogger } from 'kafkajs/src/loggers';
import { quietRequestQueues } from './quiet-request-queue';

/** Where the client's own log lines go. Messages carry no record contents. */
export interface Logger {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export const SILENT_LOGGER: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface KafkaConnectionOptions {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: ConnectionOptions | boolean;
  readonly sasl?: SASLOptions;
  readonly logger?: Logger;
  /** How long a request may go without an answer; then its outcome is unknown. Default 15 s. */
  readonly requestTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Attempts of kafkajs itself to connect, to read metadata and to join, with growing delays up to 3 s. */
  readonly connectRetries?: number;
}

const METADATA_AGE_MS = 60_000;
const KEEP_ALIVE_DELAY_MS = 30_000;
const AUTHENTICATION_TIMEOUT_MS = 10_000;
const READ_UNCOMMITTED = 0;
const RETRY: RetryOptions = { initialRetryTime: 100, maxRetryTime: 3_000 };
const CONNECT_RETRIES = 6;

/**
 * How this process reaches the cluster. Producers, consumers and admins each get connections of their own from it,
 * so that a long poll of one never delays another.
 */
export class KafkaConnection {
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
  private readonly sockets: ISocketFactory = createSocket;

  constructor(private readonly options: KafkaConnectionOptions) {
    this.requestTimeoutMs = options.requestTimeoutMs ?? 15_000;
    this.logger = options.logger ?? SILENT_LOGGER;
    quietRequestQueues();
  }

  /** The public kafkajs client: groups and administration. */
  client(): Kafka {
    return new Kafka({ ...this.shared(), logLevel: logLevel.INFO, logCreator: () => this.log });
  }

  /** Connections, authentication and metadata below the public client. */
  cluster(): Cluster {
    return new Cluster({
      ...this.shared(),
      logger: createLogger({ level: logLevel.INFO, logCreator: () => this.log }),
      authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
      reauthenticationThreshold: AUTHENTICATION_TIMEOUT_MS,
      metadataMaxAge: METADATA_AGE_MS,
      allowAutoTopicCreation: false,
      isolationLevel: READ_UNCOMMITTED,
    });
  }

  private shared() {
    return {
      brokers: [...this.options.brokers],
      clientId: this.options.clientId,
      connectionTimeout: this.options.connectTimeoutMs ?? 3_000,
      requestTimeout: this.requestTimeoutMs,
      enforceRequestTimeout: true,
      retry: { ...RETRY, retries: this.options.connectRetries ?? CONNECT_RETRIES },
      socketFactory: this.sockets,
      ...(this.options.tls === undefined ? {} : { ssl: this.options.tls }),
      ...(this.options.sasl === undefined ? {} : { sasl: this.options.sasl }),
    };
  }

  private readonly log = ({ level, namespace, log }: LogEntry): void => {
    const { message, ...fields } = log;
    const detail = { ...fields, namespace };
    if (level === logLevel.ERROR) this.logger.error(message, detail);
    else if (level === logLevel.WARN) this.logger.warn(message, detail);
    else if (level === logLevel.INFO) this.logger.info(message, detail);
    else this.logger.debug(message, detail);
  };
}

/** As the client's own, and without Nagle's delay: a request is written in one piece. */
const createSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const serverName = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...serverName, ...ssl }, onConnect)
    : connectTcp({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  return socket;
};
