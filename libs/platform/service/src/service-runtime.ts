import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { TopicDeclaration } from '@potok/kernel/contract';
import type { ConsumerDefinition } from '@potok/platform-kafka/consumer-definition';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkajsConsumer } from '@potok/platform-kafka/kafkajs-consumer';
import { KafkajsProducer } from '@potok/platform-kafka/kafkajs-producer';
import { createRunner } from '@potok/platform-kafka/runner/create-runner';
import { PotokKafkaStrategy } from '@potok/platform-kafka/potok-kafka-strategy';
import { deferred } from '@potok/platform-kafka/deferred';
import type { EventBatch, PlainRecord, RecordBatch, StreamEvent } from '@potok/platform-kafka/stream-event';
import type { Runner, RunnerHandler } from '@potok/platform-kafka/runner/runner-contract';
import { observeLog } from '@potok/platform-kafka/log-metrics';
import { ensureTopics } from '@potok/platform-kafka/topics';
import { Database } from '@potok/platform-postgres/database';
import { migrate } from '@potok/platform-postgres/migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import { PublicationRuntime } from '@potok/platform-publication/publication-runtime';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StateRelay } from '@potok/platform-publication/state-relay';
import type { StateSource, StreamSource } from '@potok/platform-publication/stream';
import { StreamRelay } from '@potok/platform-publication/stream-relay';
import type { Relay } from '@potok/platform-publication/relay-event';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { ReadCopyHandler, readCopyConsumer } from '@potok/platform-read-copy/read-copy';
import type { ReadCopy } from '@potok/platform-read-copy/read-copy';
import { ReadCopyGate } from '@potok/platform-read-copy/read-copy-gate';
import type { GatedCopy } from '@potok/platform-read-copy/read-copy-gate';
import type { Logger } from '@potok/platform-telemetry/logger';
import { KafkaLogger, logAlarm, logRelayEvent } from './service-log';
import type { DatabaseSettings, ServiceHost } from './service-host';

export interface ServiceParts {
  /** Also the client id, the application name in PostgreSQL and the name in the log, for example `stock-ledger`. */
  readonly name: string;
  readonly database: DatabaseSettings;
  readonly migrations: readonly Migration[];
  /** Topics that the service owns or consumes: made before it starts, by whichever service is first. */
  readonly topics: readonly TopicDeclaration[];
  readonly quarantine?: PgQuarantineStore;
}

/** Something of a service's own that runs beside consumers and relays: a worker with a timer. */
export interface Worker {
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}

interface ConsumerEntry {
  readonly definition: ConsumerDefinition;
  readonly strategy: CustomTransportStrategy;
  readonly runner: Runner;
  started: boolean;
}

interface CopyEntry {
  readonly copy: GatedCopy;
  readonly definition: ConsumerDefinition;
  readonly runner: Runner;
}

/** How the consumer's handler is called, and what it waits for. */
export interface ConsumerSettings {
  /** The document that an event is about: later events about a quarantined one join it. */
  readonly subjectOf?: (event: StreamEvent & PlainRecord) => string | null;
  /** Awaited before it starts, after the read copies. */
  readonly ready?: () => Promise<void>;
}

/**
 * The connections of one service and the order in which it starts and ends: migrations, topics, relays and workers,
 * then consumers as their read copies are there. It ends the other way round, within the shutdown's time.
 */
export class ServiceRuntime {
  readonly logger: Logger;
  readonly database: Database;
  readonly connection: KafkaConnection;
  readonly producer: KafkajsProducer;
  /** Of the relays: they repeat by themselves, and only while they hold the lease. */
  private readonly relayProducer: KafkajsProducer;
  readonly admin: KafkajsAdmin;
  readonly quarantine: PgQuarantineStore;
  private readonly entries: ConsumerEntry[] = [];
  private readonly relays: Relay[] = [];
  /** Topics that this service publishes. */
  readonly published: TopicDeclaration[] = [];
  /** Of numbered streams, reading from tables alone. */
  readonly sources: StreamSource[] = [];
  private readonly workers: Worker[] = [];
  private readonly copies: CopyEntry[] = [];
  private readonly consumers = new Map<string, KafkajsConsumer>();
  private gate: ReadCopyGate | null = null;
  private publication: PublicationRuntime | null = null;
  private readonly prepared = deferred<void>();

  constructor(
    readonly parts: ServiceParts,
    readonly host: ServiceHost,
  ) {
    this.logger = host.logger.child({ module: parts.name });
    this.database = new Database({
      ...parts.database,
      applicationName: parts.name,
      onTrouble: (trouble) => {
        this.logger.warn({ ...trouble }, 'trouble with a connection to PostgreSQL');
      },
    });
    this.connection = new KafkaConnection({
      brokers: host.kafka.brokers,
      clientId: parts.name,
      requestTimeoutMs: host.kafka.requestTimeoutMs,
      logger: new KafkaLogger(this.logger),
    });
    this.producer = new KafkajsProducer(this.connection);
    this.relayProducer = new KafkajsProducer(this.connection, { retries: 0 });
    this.admin = new KafkajsAdmin(this.connection);
    this.quarantine = parts.quarantine ?? new PgQuarantineStore();
    this.addHealth();
    this.addShutdown();
  }

  get definitions(): readonly ConsumerDefinition[] {
    return [...this.entries, ...this.copies].map((entry) => entry.definition);
  }

  /** In the order of `definitions`. */
  get runners(): readonly Runner[] {
    return [...this.entries, ...this.copies].map((entry) => entry.runner);
  }

  /** The transports to connect to the Nest application: one for each consumer. */
  get strategies(): readonly CustomTransportStrategy[] {
    return this.entries.map((entry) => entry.strategy);
  }

  /** A consumer whose body is the `@LogHandler` of its name and topic; it starts once the service is prepared. */
  addConsumer(definition: ConsumerDefinition, settings: ConsumerSettings = {}): Runner {
    const ready = async () => {
      await this.prepared.promise;
      await this.gate?.opened();
      await settings.ready?.();
    };
    const strategy = new PotokKafkaStrategy<EventBatch & RecordBatch, Runner>({
      definition,
      ready,
      createRunner: (apply) => {
        const runner = this.createRunner(definition, {
          mode: definition.mode,
          apply,
          ...subjects(settings),
        });
        return { ...boundRunner(runner), start: () => this.startRunner(definition.name, runner) };
      },
    });
    const { runner } = strategy;
    this.entries.push({ definition, strategy, runner, started: false });
    return runner;
  }

  /** A copy of another's compacted topic; consumers start once it holds what was there when the process started. */
  addReadCopy<Row>(copy: ReadCopy<Row>): void {
    const definition = readCopyConsumer(copy);
    this.copies.push({ copy, definition, runner: this.createRunner(definition, new ReadCopyHandler(copy)) });
  }

  /** `stored` reads from tables alone, where `source` knows a short cut. */
  addStreamRelay(source: StreamSource, signal: RelaySignal, stored: StreamSource = source): void {
    this.sources.push(stored);
    this.relays.push(new StreamRelay(this.relayOptions(source, signal)));
    this.published.push(source.topic);
  }

  addStateRelay(source: StateSource, signal: RelaySignal = new RelaySignal()): void {
    this.relays.push(new StateRelay(this.relayOptions(source, signal)));
    this.published.push(source.topic);
  }

  addWorker(worker: Worker): void {
    this.workers.push(worker);
  }

  /** Makes everything that consumers need, starts relays and workers, then lets the consumers start. */
  async start(): Promise<void> {
    const { migrations, topics } = this.parts;
    await migrate(this.database, migrations);
    await ensureTopics(this.connection, topics, this.host.kafka.topics);
    await Promise.all([this.producer.connect(), this.relayProducer.connect()]);
    this.publication = new PublicationRuntime(this.host.kafka.publishes ? this.relays : []);
    this.publication.start();
    for (const worker of this.workers) await worker.start();
    this.logger.info(
      { consumers: this.definitions.map((definition) => definition.name) },
      'the service is prepared',
    );
    this.gate = new ReadCopyGate({
      database: this.database,
      admin: this.admin,
      copies: this.copies.map(({ copy }) => copy),
    });
    await Promise.all(this.copies.map(({ runner }) => runner.start()));
    const { name } = this.parts;
    const producers = new Map([
      [name, this.producer],
      [`${name}.relay`, this.relayProducer],
    ]);
    this.host.shutdown.add('telemetry', `${name}: log`, observeLog({ producers, consumers: this.consumers }));
    this.prepared.resolve();
  }

  private createRunner(definition: ConsumerDefinition, handler: RunnerHandler): Runner {
    const consumer = new KafkajsConsumer(this.connection, { groupId: definition.name });
    this.consumers.set(definition.name, consumer);
    return createRunner(
      definition,
      {
        database: this.database,
        admin: this.admin,
        consumer,
        quarantine: this.quarantine,
        onAlarm: (alarm) => {
          logAlarm(this.logger, alarm);
        },
        onFatal: (failure) => {
          this.host.onFatal(this.parts.name, failure);
        },
      },
      handler,
    );
  }

  private async startRunner(name: string, runner: Runner): Promise<void> {
    await runner.start();
    for (const entry of this.entries) if (entry.definition.name === name) entry.started = true;
  }

  private relayOptions<Source>(source: Source, signal: RelaySignal) {
    return {
      database: this.database,
      source,
      producer: this.relayProducer,
      admin: this.admin,
      signal,
      observe: (event: Parameters<typeof logRelayEvent>[1]) => {
        logRelayEvent(this.logger, event);
      },
    };
  }

  private addHealth(): void {
    const { name } = this.parts;
    this.host.health.addReadiness(`${name}: started`, () => ({
      ok: this.publication !== null && this.entries.every((entry) => entry.started),
    }));
    this.host.health.addReadiness(`${name}: database`, async () => {
      await this.database.query('SELECT 1');
      return { ok: true };
    });
    this.host.health.addReadiness(`${name}: broker`, () => ({ ok: this.producer.healthy() }));
    this.host.health.addLiveness(`${name}: consumers`, () => ({
      ok: this.runners.every((runner) => runner.alive()),
    }));
    this.host.health.addLiveness(`${name}: relays`, () => ({ ok: this.publication?.alive() ?? true }));
  }

  private addShutdown(): void {
    const { name } = this.parts;
    this.host.shutdown.add('drain', name, async () => {
      this.gate?.close();
      await Promise.all(this.runners.map((runner) => runner.stop()));
      for (const worker of this.workers) await worker.stop();
    });
    this.host.shutdown.add('relay', name, async (timeLeftMs) => {
      await this.publication?.stop(timeLeftMs);
    });
    this.host.shutdown.add('pools', name, async () => {
      await Promise.allSettled([this.producer.close(), this.relayProducer.close(), this.admin.close()]);
      await this.database.close();
    });
  }
}

function subjects(settings: ConsumerSettings) {
  return settings.subjectOf === undefined ? {} : { subjectOf: settings.subjectOf };
}

/** The runner's methods as values, so that one of them can be replaced. */
function boundRunner(runner: Runner): Runner {
  return {
    start: () => runner.start(),
    stop: () => runner.stop(),
    alive: () => runner.alive(),
    status: () => runner.status(),
    seekTo: (request) => runner.seekTo(request),
    redrive: (entryIds, by) => runner.redrive(entryIds, by),
  };
}
