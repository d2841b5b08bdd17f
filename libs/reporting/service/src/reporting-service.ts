import type { DynamicModule } from '@nestjs/common';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { documentOfEvent } from '@potok/platform-kafka/stream-event';
import { productsTopic, receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { legalEntitiesTopic, registersTopic, storesTopic } from '@potok/organisation-contracts/topics';
import { TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import { CHUNK_BYTES } from '@potok/platform-postgres/binary-rows';
import { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import { createOperationsController } from '@potok/platform-service/operations-controller';
import { createInspectionController } from '@potok/platform-service/inspection-controller';
import type { Operations } from '@potok/platform-service/operations-controller';
import { createQuarantineController } from '@potok/platform-service/quarantine-controller';
import type { HostedService } from '@potok/platform-service/run-app';
import type { DatabaseSettings, ServiceHost } from '@potok/platform-service/service-host';
import { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { addBiDays } from './publish-bi-days/bi-days-part';
import { addBiRows } from './publish-bi-rows/bi-rows-part';
import type { BiRowsSettings } from './publish-bi-rows/bi-rows-part';
import { dailySalesTopic, receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import {
  ApplyCompletenessHandler,
  COMPLETENESS_TYPES,
} from './apply-completeness/apply-completeness.handler';
import { ReportedCompletenessConsumer } from './apply-completeness/completeness.consumer';
import { COMPLETENESS_CONSUMER } from './apply-completeness/completeness-consumer-name';
import { ApplyReceiptsHandler } from './apply-receipts/apply-receipts.handler';
import type { ReportDesk } from './apply-receipts/apply-receipts.handler';
import { REPORTED_TYPES } from './apply-receipts/receipt-event';
import { ReportedReceiptsConsumer } from './apply-receipts/receipts.consumer';
import { RECEIPTS_CONSUMER } from './apply-receipts/receipts-consumer-name';
import { ReportExport } from './export-reports/report-export';
import { FoldProductsHandler } from './fold-products/fold-products.handler';
import type { FoldDesk } from './fold-products/fold-products.handler';
import { foldWorker } from './fold-products/fold-worker';
import { MaintenanceWorker } from './maintain-months/maintenance-worker';
import { MoveCategoriesHandler } from './move-categories/move-categories.handler';
import { reportingMigrations } from './migrations/reporting-migrations';
import { ReportDocumentsController } from './query-reports/documents.controller';
import { ReportFiguresController } from './query-reports/figures.controller';
import { ReportsQuery } from './query-reports/reports.query';
import {
  REPORTING_COMPLETENESS,
  REPORTING_OPERATIONS,
  REPORTING_RECEIPTS,
  REPORTING_REPORTS,
} from './reporting-tokens';
import { KnownFacets } from './storage/facets';
import { KnownShifts } from './storage/report-shifts';
import { KnownNames } from './storage/report-names';
import { UnfoldedProducts } from './storage/unfolded-products';
import { legalEntityCopy, productCopy, registerCopy, storeCopy } from './storage/read-copies';

export interface ReportingSettings {
  readonly database: DatabaseSettings;
  /** Bounds of one transaction of the receipts consumer. */
  readonly commitRecordsMax: number;
  readonly commitBytesMax: number;
  readonly commitLingerMs: number;
  /** Transactions of the receipts consumer at once, over disjoint partitions. */
  readonly parallelTransactions: number;
  readonly biRows: BiRowsSettings;
  readonly biDaysIntervalMs: number;
  readonly foldCatchUpEvents: number;
  readonly foldWaitMaxMs: number;
}

/** Events of a store that one fold takes at most, so that its transaction stays short. */
const FOLD_EVENTS_MAX = 50_000;
const CHUNKS_KEPT_MAX = 64;
/** Later statements replace earlier ones: fewer transactions write fewer of them. */
const STATEMENTS_LINGER_MS = 500;

/** Schema and role in PostgreSQL. */
export const REPORTING_SCHEMA = {
  schema: 'reporting',
  role: 'potok_reporting',
  views: { schema: 'bi', reader: 'potok_reporting_bi' },
} as const;

/** Reporting: facts and aggregates of receipts, reports over them, exports. */
export function createReportingService(settings: ReportingSettings, host: ServiceHost): HostedService {
  const runtime = new ServiceRuntime(
    {
      name: 'reporting',
      database: settings.database,
      migrations: reportingMigrations,
      topics: [
        receiptsTopic,
        completenessTopic,
        productsTopic,
        storesTopic,
        registersTopic,
        legalEntitiesTopic,
        receiptLinesTopic,
        dailySalesTopic,
      ],
    },
    host,
  );
  addConsumers(runtime, settings);
  const desk: FoldDesk = {
    chunks: new ChunkPool(CHUNK_BYTES, CHUNKS_KEPT_MAX),
    unfolded: new UnfoldedProducts(),
  };
  addWorkers(runtime, settings, desk);
  const biRows = addBiRows(runtime, settings.biRows);
  addBiDays(runtime, settings.biDaysIntervalMs);
  return {
    module: moduleOf(runtime, biRows, desk),
    strategies: runtime.strategies,
    start: () => runtime.start(),
  };
}

function addConsumers(runtime: ServiceRuntime, settings: ReportingSettings): void {
  runtime.addReadCopy(storeCopy);
  runtime.addReadCopy(registerCopy);
  runtime.addReadCopy(legalEntityCopy);
  runtime.addReadCopy(productCopy);
  runtime.addConsumer(
    {
      name: RECEIPTS_CONSUMER,
      topic: receiptsTopic,
      mode: 'stream',
      types: REPORTED_TYPES,
      caps: {
        recordsMax: settings.commitRecordsMax,
        bytesMax: settings.commitBytesMax,
        lingerMs: settings.commitLingerMs,
      },
      parallelTransactions: settings.parallelTransactions,
    },
    { subjectOf: (event) => documentOfEvent(event) },
  );
  runtime.addConsumer({
    name: COMPLETENESS_CONSUMER,
    topic: completenessTopic,
    mode: 'stream',
    types: COMPLETENESS_TYPES,
    caps: {
      recordsMax: settings.commitRecordsMax,
      bytesMax: settings.commitBytesMax,
      lingerMs: STATEMENTS_LINGER_MS,
    },
    parallelTransactions: 1,
  });
}

function addWorkers(runtime: ServiceRuntime, settings: ReportingSettings, desk: FoldDesk): void {
  const { host, database, logger } = runtime;
  const onError = (error: unknown) => {
    logger.warn({ error }, 'a worker failed and tries again');
  };
  const options = {
    eventsMax: FOLD_EVENTS_MAX,
    catchUpEvents: settings.foldCatchUpEvents,
    waitMaxMs: settings.foldWaitMaxMs,
  };
  const fold = new FoldProductsHandler(database, options, desk);
  const moves = new MoveCategoriesHandler(database, desk.chunks);
  runtime.addWorker(new MaintenanceWorker({ database, clock: host.clock, onError }));
  runtime.addWorker(foldWorker(fold, moves, onError));
}

class ReportingModule {}

function moduleOf(
  runtime: ServiceRuntime,
  biRows: ReturnType<typeof addBiRows>,
  foldDesk: FoldDesk,
): DynamicModule {
  const desk: ReportDesk = {
    ...foldDesk,
    knownFacets: new KnownFacets(),
    knownNames: new KnownNames(),
    knownShifts: new KnownShifts(),
  };
  const { database } = runtime;
  const reportDesk = { query: new ReportsQuery(database), exports: new ReportExport(database) };
  const operations: Operations = {
    runtime,
    details: () => Promise.resolve({}),
    redrive: () => Promise.resolve(null),
  };
  return {
    module: ReportingModule,
    controllers: [
      ReportedReceiptsConsumer,
      ReportedCompletenessConsumer,
      ReportFiguresController,
      ReportDocumentsController,
      ...biRows.controllers,
      createOperationsController('reporting', REPORTING_OPERATIONS),
      createQuarantineController('reporting', REPORTING_OPERATIONS),
      createInspectionController('reporting', REPORTING_OPERATIONS),
    ],
    providers: [
      ...biRows.providers,
      { provide: TOKEN_VERIFIER, useValue: runtime.host.verifier },
      { provide: REPORTING_OPERATIONS, useValue: operations },
      { provide: REPORTING_COMPLETENESS, useValue: new ApplyCompletenessHandler() },
      { provide: REPORTING_REPORTS, useValue: reportDesk },
      { provide: REPORTING_RECEIPTS, useValue: new ApplyReceiptsHandler(desk) },
    ],
  };
}
