import type { DynamicModule } from '@nestjs/common';
import { TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import { CHUNK_BYTES } from '@potok/platform-postgres/binary-rows';
import { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { documentOfEvent } from '@potok/platform-kafka/stream-event';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { createOperationsController } from '@potok/platform-service/operations-controller';
import { createInspectionController } from '@potok/platform-service/inspection-controller';
import type { Operations } from '@potok/platform-service/operations-controller';
import { createQuarantineController } from '@potok/platform-service/quarantine-controller';
import type { HostedService } from '@potok/platform-service/run-app';
import type { DatabaseSettings, ServiceHost } from '@potok/platform-service/service-host';
import { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { productsTopic, receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { registersTopic, storesTopic } from '@potok/organisation-contracts/topics';
import { balancesTopic, movementsTopic } from '@potok/stock-contracts/topics';
import {
  ApplyCompletenessHandler,
  COMPLETENESS_TYPES,
} from './apply-completeness/apply-completeness.handler';
import { LedgerCompletenessConsumer } from './apply-completeness/completeness.consumer';
import { COMPLETENESS_CONSUMER } from './apply-completeness/completeness-consumer-name';
import { APPLIED_TYPES, ApplyReceiptsHandler } from './apply-receipts/apply-receipts.handler';
import { ReceiptsConsumer } from './apply-receipts/receipts.consumer';
import { RECEIPTS_CONSUMER } from './apply-receipts/receipts-consumer-name';
import { FoldBalancesHandler } from './fold-balances/fold-balances.handler';
import { FoldWorker } from './fold-balances/fold-worker';
import { MaintenanceWorker } from './maintain-movements/maintenance-worker';
import { stockMigrations } from './migrations/stock-migrations';
import { BalancesSource } from './publish-balances/balances-source';
import { MovementsSource } from './publish-movements/movements-source';
import { BalancesController } from './query-balances/balances.controller';
import { BalancesQuery } from './query-balances/balances.query';
import { MovementsController } from './query-movements/movements.controller';
import { MovementsQuery } from './query-movements/movements.query';
import { ReceiveDeliveryController } from './receive-delivery/receive-delivery.controller';
import { ReceiveDeliveryHandler } from './receive-delivery/receive-delivery.handler';
import type { LedgerDesk } from './storage/ledger-batch';
import { KnownNames } from './storage/ledger-names';
import { productCopy, registerCopy, storeCopy } from './storage/read-copies';
import { RecentPostings } from './storage/recent-postings';
import { UnfoldedDeltas } from './storage/unfolded-deltas';
import { readFoldStatus } from './fold-balances/fold-status.query';
import {
  STOCK_BALANCES,
  STOCK_CLOCK,
  STOCK_COMPLETENESS,
  STOCK_DELIVERIES,
  STOCK_MOVEMENTS,
  STOCK_OPERATIONS,
  STOCK_RECEIPTS,
} from './stock-tokens';

export interface StockSettings {
  readonly database: DatabaseSettings;
  /** Bounds of one transaction of the receipts consumer. */
  readonly commitRecordsMax: number;
  readonly commitBytesMax: number;
  readonly commitLingerMs: number;
  /** Transactions of the receipts consumer at once, over disjoint partitions. */
  readonly parallelTransactions: number;
  readonly foldIntervalMs: number;
  readonly foldMovementsMax: number;
  readonly foldCatchUpMovements: number;
  readonly foldWaitMaxMs: number;
}

/** Schema and role in PostgreSQL. */
export const STOCK_SCHEMA = { schema: 'stock', role: 'potok_stock' } as const;

const CHUNKS_KEPT_MAX = 64;
/** Of one store, waiting to be published. */
const RECENT_MOVEMENTS_MAX = 50_000;
/** Later statements replace earlier ones: fewer transactions write fewer of them. */
const STATEMENTS_LINGER_MS = 500;

/** The stock ledger: applies receipts, folds balances, publishes both, answers for them. */
export function createStockService(settings: StockSettings, host: ServiceHost): HostedService {
  const runtime = new ServiceRuntime(
    {
      name: 'stock-ledger',
      database: settings.database,
      migrations: stockMigrations,
      topics: [
        movementsTopic,
        balancesTopic,
        receiptsTopic,
        completenessTopic,
        productsTopic,
        storesTopic,
        registersTopic,
      ],
    },
    host,
  );
  const movementsSignal = new RelaySignal();
  const desk: LedgerDesk = {
    numbering: new StoredStreamNumbering(movementsTopic, host.clock, movementsSignal),
    chunks: new ChunkPool(CHUNK_BYTES, CHUNKS_KEPT_MAX),
    knownNames: new KnownNames(),
    unfolded: new UnfoldedDeltas(),
    recent: new RecentPostings(host.kafka.publishes ? RECENT_MOVEMENTS_MAX : 0),
  };
  addConsumers(runtime, settings);
  addRelaysAndWorkers(runtime, { movementsSignal, desk }, settings);
  return { module: moduleOf(runtime, desk), strategies: runtime.strategies, start: () => runtime.start() };
}

function addConsumers(runtime: ServiceRuntime, settings: StockSettings): void {
  const bounds = { recordsMax: settings.commitRecordsMax, bytesMax: settings.commitBytesMax };
  runtime.addReadCopy(productCopy);
  runtime.addReadCopy(storeCopy);
  runtime.addReadCopy(registerCopy);
  runtime.addConsumer(
    {
      name: RECEIPTS_CONSUMER,
      topic: receiptsTopic,
      mode: 'stream',
      types: APPLIED_TYPES,
      caps: { ...bounds, lingerMs: settings.commitLingerMs },
      parallelTransactions: settings.parallelTransactions,
    },
    { subjectOf: (event) => documentOfEvent(event) },
  );
  runtime.addConsumer({
    name: COMPLETENESS_CONSUMER,
    topic: completenessTopic,
    mode: 'stream',
    types: COMPLETENESS_TYPES,
    caps: { ...bounds, lingerMs: STATEMENTS_LINGER_MS },
    parallelTransactions: 1,
  });
}

function addRelaysAndWorkers(
  runtime: ServiceRuntime,
  { movementsSignal, desk }: { readonly movementsSignal: RelaySignal; readonly desk: LedgerDesk },
  settings: StockSettings,
): void {
  const { host, database, logger } = runtime;
  const balancesSignal = new RelaySignal();
  const onError = (error: unknown) => {
    logger.warn({ error }, 'a worker failed and tries again');
  };
  const stored = new MovementsSource(new RecentPostings(0), desk.knownNames);
  runtime.addStreamRelay(new MovementsSource(desk.recent, desk.knownNames), movementsSignal, stored);
  runtime.addStateRelay(new BalancesSource(desk.knownNames), balancesSignal);
  const foldOptions = {
    movementsMax: settings.foldMovementsMax,
    catchUpMovements: settings.foldCatchUpMovements,
    intervalMs: settings.foldIntervalMs,
    waitMaxMs: settings.foldWaitMaxMs,
  };
  const fold = new FoldBalancesHandler(database, foldOptions, desk.unfolded);
  runtime.addWorker(new FoldWorker(fold, { onFolded: balancesSignal.wake, onError }));
  runtime.addWorker(new MaintenanceWorker({ database, clock: host.clock, onError }));
}

class StockModule {}

function moduleOf(runtime: ServiceRuntime, desk: LedgerDesk): DynamicModule {
  const { database, host } = runtime;
  const operations: Operations = {
    runtime,
    details: () => readFoldStatus(database),
    redrive: () => Promise.resolve(null),
  };
  return {
    module: StockModule,
    controllers: [
      ReceiptsConsumer,
      LedgerCompletenessConsumer,
      ReceiveDeliveryController,
      BalancesController,
      MovementsController,
      createOperationsController('stock', STOCK_OPERATIONS),
      createQuarantineController('stock', STOCK_OPERATIONS),
      createInspectionController('stock', STOCK_OPERATIONS),
    ],
    providers: [
      { provide: TOKEN_VERIFIER, useValue: host.verifier },
      { provide: STOCK_CLOCK, useValue: host.clock },
      { provide: STOCK_OPERATIONS, useValue: operations },
      { provide: STOCK_RECEIPTS, useValue: new ApplyReceiptsHandler(desk) },
      { provide: STOCK_COMPLETENESS, useValue: new ApplyCompletenessHandler() },
      { provide: STOCK_BALANCES, useValue: new BalancesQuery(database) },
      { provide: STOCK_MOVEMENTS, useValue: new MovementsQuery(database) },
      { provide: STOCK_DELIVERIES, useValue: new ReceiveDeliveryHandler(database, desk) },
    ],
  };
}
