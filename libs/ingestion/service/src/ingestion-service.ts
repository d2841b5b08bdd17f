import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@potok/kernel/clock';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { LINE_CONSEQUENCES } from '@potok/ingestion-contracts/line-dismissal';
import { completenessTopic, documentsTopic, inboxTopic } from '@potok/ingestion-contracts/topics';
import type { OrganisationSource } from '@potok/organisation-contracts/organisation-changes';
import { TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import { CombinedTokenVerifier } from '@potok/platform-auth/combined-token-verifier';
import type { TokenVerifier } from '@potok/platform-auth/principal';
import type { CommitCaps } from '@potok/platform-kafka/consumer-definition';
import { runnerMigrations } from '@potok/platform-kafka/runner/runner-migrations';
import type { Migration } from '@potok/platform-postgres/migrations';
import type { Transactor } from '@potok/platform-postgres/tx';
import { publicationMigrations } from '@potok/platform-publication/publication-migrations';
import { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import type { StateSource } from '@potok/platform-publication/stream';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { quarantineMigrations } from '@potok/platform-quarantine/quarantine-migrations';
import { readCopyMigrations } from '@potok/platform-read-copy/read-copy-migrations';
import { createOperationsController } from '@potok/platform-service/operations-controller';
import { createInspectionController } from '@potok/platform-service/inspection-controller';
import type { Operations } from '@potok/platform-service/operations-controller';
import { createQuarantineController } from '@potok/platform-service/quarantine-controller';
import type { HostedService } from '@potok/platform-service/run-app';
import type { DatabaseSettings, ServiceHost } from '@potok/platform-service/service-host';
import { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { DecisionsPart } from './decide-documents/decisions-part';
import { DismissLineHandler } from './dismiss-lines/dismiss-line.handler';
import { DeviceVerifier } from './edge/device-verifier';
import { Edge } from './edge/edge';
import { InboxSender } from './edge/inbox-sender';
import { InflightBudget } from './edge/inflight-budget';
import type { InflightLimits } from './edge/inflight-budget';
import { SendDocumentsController } from './edge/send-documents.controller';
import { InboxConsumer, inboxConsumer } from './inbox/inbox.consumer';
import { ErasePersonHandler } from './erase-person/erase-person.handler';
import { PrivacyController } from './erase-person/privacy.controller';
import {
  INGESTION_ARCHIVE,
  INGESTION_CLOCK,
  INGESTION_ERASE_PERSON,
  INGESTION_DIRECTORY,
  INGESTION_DOCUMENTS,
  INGESTION_EDGE,
  INGESTION_INTAKE,
  INGESTION_OPERATIONS,
  INGESTION_SERIES_STATUS,
} from './ingestion-tokens';
import { createIngestionMetrics } from './ingestion-metrics';
import { IntakeHandler } from './intake/intake.handler';
import { IntakeService } from './intake/intake-service';
import { ingestionMigrations } from './migrations/ingestion-migrations';
import { DirectoryRefresh } from './organisation-copy/directory-refresh';
import { OrganisationDirectory } from './organisation-copy/organisation-directory';
import { DocumentsSource } from './publish-documents/documents-source';
import { LINE_SOURCE, LineQuarantine } from './quarantine/line-quarantine';
import { DocumentQuery } from './query-documents/document.query';
import { DocumentsController } from './query-documents/documents.controller';
import { SeriesStatusController } from './query-series/series-status.controller';
import { SeriesStatusQuery } from './query-series/series-status.query';
import { RedriveLinesHandler } from './redrive-lines/redrive-lines.handler';
import { UnassignedWorker } from './redrive-lines/unassigned-worker';
import { ArchivedBytesQuery } from './restore-archive/archived-bytes.query';
import { CompletenessPart } from './state-completeness/completeness-part';
import type { CompletenessSettings } from './state-completeness/completeness-part';
import { SeriesTable } from './storage/series-table';
import { Vault } from './vault/vault';
import { VaultCipher } from './vault/vault-cipher';

export interface IngestionSettings {
  readonly database: DatabaseSettings;
  /** 32 bytes. */
  readonly vaultKey: Buffer;
  readonly caps: CommitCaps;
  readonly parallelTransactions: number;
  readonly trainingPrefixes: readonly string[];
  readonly inflight: InflightLimits;
  readonly acknowledgeWithinMs: number;
  readonly retryAfterS: number;
  readonly staleAfterMs: number;
  readonly bodyBytesMax: number;
  readonly completeness: CompletenessSettings;
}

/** The organisation as this service hosts it: both share one schema and one pool. */
export interface HostedOrganisation {
  readonly migrations: readonly Migration[];
  readonly topics: readonly TopicDeclaration[];
  readonly source: OrganisationSource;
  readonly states: readonly { readonly source: StateSource; readonly signal: RelaySignal }[];
  module(host: {
    readonly database: Transactor;
    readonly clock: Clock;
    readonly verifier: TokenVerifier;
  }): DynamicModule;
}

/** Schema and role in PostgreSQL. */
export const INGESTION_SCHEMA = { schema: 'ingestion', role: 'potok_ingestion' } as const;

const DIRECTORY_EVERY_MS = 1_000;
const DIRECTORY_ON_DEMAND_EVERY_MS = 100;
const UNASSIGNED_EVERY_MS = 1_000;
const UNASSIGNED_PER_ROUND = 500;
/** Of events that were stored and wait to be published. */
const RECENT_BYTES_MAX = 32 * 1024 * 1024;
const CHUNK_BYTES_MAX = 512 * 1024;
const PAUSE_AFTER_FAILURE_MS = 1_000;

function monotonicMs(): number {
  return performance.now();
}

/** register-ingestion: the edge, the intake, their archive and quarantine, and the organisation beside them. */
export function createIngestionService(
  settings: IngestionSettings,
  host: ServiceHost,
  organisation: HostedOrganisation,
): HostedService {
  const parts = new IngestionParts(settings, host, organisation);
  return {
    module: moduleOf(parts, organisation),
    strategies: parts.runtime.strategies,
    start: () => parts.runtime.start(),
  };
}

/** Everything of one service, made once and handed to whoever needs it. */
class IngestionParts {
  readonly vault: Vault;
  readonly series = new SeriesTable();
  readonly metrics = createIngestionMetrics();
  readonly recent: RecentBlocks;
  readonly runtime: ServiceRuntime;
  readonly quarantine: LineQuarantine;
  readonly edgeDirectory: OrganisationDirectory;
  readonly refresh: DirectoryRefresh;
  readonly intake: IntakeService;
  readonly redrive: RedriveLinesHandler;
  readonly decisions: DecisionsPart;
  readonly completeness: CompletenessPart;

  constructor(
    readonly settings: IngestionSettings,
    readonly host: ServiceHost,
    organisation: HostedOrganisation,
  ) {
    this.vault = new Vault(settings.vaultKey);
    this.recent = new RecentBlocks(host.kafka.publishes ? RECENT_BYTES_MAX : 0);
    const store = new PgQuarantineStore(new VaultCipher(this.vault, () => this.runtime.database));
    this.quarantine = new LineQuarantine(store);
    this.runtime = new ServiceRuntime(
      {
        name: 'register-ingestion',
        database: settings.database,
        migrations: [
          ...runnerMigrations,
          ...publicationMigrations,
          ...quarantineMigrations,
          ...readCopyMigrations,
          ...organisation.migrations,
          ...ingestionMigrations,
        ],
        topics: [inboxTopic, documentsTopic, completenessTopic, ...organisation.topics],
        quarantine: store,
      },
      host,
    );
    this.edgeDirectory = new OrganisationDirectory(organisation.source);
    this.refresh = this.directoryRefresh();
    const signal = new RelaySignal();
    this.intake = this.createIntake(organisation, signal);
    this.redrive = new RedriveLinesHandler(this.runtime.database, this.intake, this.quarantine);
    this.decisions = new DecisionsPart({
      database: this.runtime.database,
      directory: new OrganisationDirectory(organisation.source),
      series: this.series,
      numbering: new StoredStreamNumbering(documentsTopic, host.clock, signal),
      quarantine: this.quarantine,
      vault: this.vault,
      zones: new ZoneOffsets(),
      redrive: this.redrive,
      monotonicMs,
      onError: (error) => {
        this.runtime.logger.warn({ error }, 'documents could not be moved to their register');
      },
    });
    this.runtime.addWorker(this.decisions.remapWorker);
    this.runtime.addConsumer(
      inboxConsumer({ caps: settings.caps, parallelTransactions: settings.parallelTransactions }),
    );
    const stored = new DocumentsSource(new OrganisationDirectory(organisation.source));
    const relayed = new DocumentsSource(new OrganisationDirectory(organisation.source), this.recent);
    this.runtime.addStreamRelay(relayed, signal, stored);
    for (const state of organisation.states) this.runtime.addStateRelay(state.source, state.signal);
    this.runtime.addWorker({ start: () => this.refresh.start(), stop: this.refresh.stop });
    this.runtime.addWorker(this.unassignedWorker(organisation));
    this.completeness = new CompletenessPart({
      runtime: this.runtime,
      clock: host.clock,
      series: this.series,
      directory: this.edgeDirectory,
      newDirectory: () => new OrganisationDirectory(organisation.source),
      metrics: this.metrics,
      settings: settings.completeness,
      bodyBytesMax: settings.bodyBytesMax,
      trainingPrefixes: settings.trainingPrefixes,
    });
  }

  private createIntake(organisation: HostedOrganisation, signal: RelaySignal): IntakeService {
    const { settings, host, vault, series, recent } = this;
    const handler = new IntakeHandler({
      directory: new OrganisationDirectory(organisation.source),
      series,
      vault,
      recent,
      numbering: new StoredStreamNumbering(documentsTopic, host.clock, signal),
      zones: new ZoneOffsets(),
      trainingPrefixes: settings.trainingPrefixes,
    });
    return new IntakeService(handler, this.quarantine, this.metrics);
  }

  private directoryRefresh(): DirectoryRefresh {
    return new DirectoryRefresh(this.edgeDirectory, this.runtime.database, {
      everyMs: DIRECTORY_EVERY_MS,
      onDemandEveryMs: DIRECTORY_ON_DEMAND_EVERY_MS,
      staleAfterMs: this.settings.staleAfterMs,
      monotonicMs,
      logger: this.runtime.logger,
    });
  }

  private unassignedWorker(organisation: HostedOrganisation): UnassignedWorker {
    return new UnassignedWorker({
      database: this.runtime.database,
      directory: new OrganisationDirectory(organisation.source),
      redrive: this.redrive,
      everyMs: UNASSIGNED_EVERY_MS,
      entriesPerRound: UNASSIGNED_PER_ROUND,
      logger: this.runtime.logger,
    });
  }
}

function edgeOf({ settings, host, runtime, edgeDirectory, refresh, metrics }: IngestionParts): Edge {
  return new Edge({
    directory: edgeDirectory,
    refresh,
    sender: new InboxSender(runtime.producer, {
      acknowledgeWithinMs: settings.acknowledgeWithinMs,
      pauseAfterFailureMs: PAUSE_AFTER_FAILURE_MS,
      monotonicMs,
    }),
    budget: new InflightBudget(settings.inflight),
    bodyBytesMax: settings.bodyBytesMax,
    chunkBytesMax: CHUNK_BYTES_MAX,
    retryAfterS: settings.retryAfterS,
    nowMs: () => host.clock.nowMs(),
    metrics,
  });
}

function operationsOf({ runtime, redrive, quarantine }: IngestionParts): Operations {
  return {
    runtime,
    details: () => Promise.resolve({}),
    redrive: async (row, principal) =>
      row.source === LINE_SOURCE ? { results: await redrive.redrive([row.id], principal.id) } : null,
    dismiss: new DismissLineHandler(quarantine).dismiss,
  };
}

class IngestionModule {}

function moduleOf(parts: IngestionParts, organisation: HostedOrganisation): DynamicModule {
  const { runtime, host, vault, series, edgeDirectory, refresh, intake } = parts;
  const { database } = runtime;
  const verifier = new CombinedTokenVerifier([host.verifier, new DeviceVerifier(edgeDirectory, refresh)]);
  return {
    module: IngestionModule,
    imports: [organisation.module({ database, clock: host.clock, verifier })],
    controllers: [
      InboxConsumer,
      SendDocumentsController,
      SeriesStatusController,
      DocumentsController,
      createOperationsController('ingestion', INGESTION_OPERATIONS),
      createQuarantineController('ingestion', INGESTION_OPERATIONS, LINE_CONSEQUENCES),
      createInspectionController('ingestion', INGESTION_OPERATIONS),
      ...parts.decisions.controllers,
      ...parts.completeness.controllers,
      PrivacyController,
    ],
    providers: [
      { provide: TOKEN_VERIFIER, useValue: verifier },
      { provide: INGESTION_INTAKE, useValue: intake },
      { provide: INGESTION_DIRECTORY, useValue: edgeDirectory },
      { provide: INGESTION_EDGE, useValue: edgeOf(parts) },
      { provide: INGESTION_SERIES_STATUS, useValue: new SeriesStatusQuery(database, series) },
      {
        provide: INGESTION_DOCUMENTS,
        useValue: new DocumentQuery(database, new OrganisationDirectory(organisation.source)),
      },
      { provide: INGESTION_ARCHIVE, useValue: new ArchivedBytesQuery(database, vault) },
      { provide: INGESTION_OPERATIONS, useValue: operationsOf(parts) },
      ...parts.decisions.providers(),
      ...parts.completeness.providers(),
      {
        provide: INGESTION_ERASE_PERSON,
        useValue: new ErasePersonHandler(database, vault, parts.quarantine.store),
      },
      { provide: INGESTION_CLOCK, useValue: host.clock },
    ],
  };
}
