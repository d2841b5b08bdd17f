import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@potok/kernel/clock';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { productsTopic, receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { legalEntitiesTopic, storesTopic } from '@potok/organisation-contracts/topics';
import { TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import type { CommitCaps } from '@potok/platform-kafka/consumer-definition';
import { documentOfEvent } from '@potok/platform-kafka/stream-event';
import type { Transactor } from '@potok/platform-postgres/tx';
import { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { createOperationsController } from '@potok/platform-service/operations-controller';
import { createInspectionController } from '@potok/platform-service/inspection-controller';
import type { Operations } from '@potok/platform-service/operations-controller';
import { createQuarantineController } from '@potok/platform-service/quarantine-controller';
import type { HostedService } from '@potok/platform-service/run-app';
import type { DatabaseSettings, ServiceHost } from '@potok/platform-service/service-host';
import { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { CatalogueIndex } from './catalogue/catalogue-index';
import { Rules } from './catalogue/rule-set.repository';
import { DecideLinesController } from './decide-lines/decide-lines.controller';
import { DecideLinesHandler } from './decide-lines/decide-lines.handler';
import { DecideReceiptsHandler } from './decide-receipts/decide-receipts.handler';
import { DOCUMENTS_CONSUMER, DocumentsConsumer } from './decide-receipts/documents.consumer';
import { DECIDED_TYPES } from './decide-receipts/receipt-work';
import { nomenclatureMigrations } from './migrations/nomenclature-migrations';
import {
  NOMENCLATURE_DATABASE,
  NOMENCLATURE_DECISIONS,
  NOMENCLATURE_FORGET,
  NOMENCLATURE_LINES,
  NOMENCLATURE_MANUAL,
  NOMENCLATURE_OPERATIONS,
  NOMENCLATURE_PRODUCTS,
  NOMENCLATURE_RULES,
  NOMENCLATURE_UPSERT,
} from './nomenclature-tokens';
import { ProductPublication } from './publish-products/product-publication';
import { ReceiptsSource } from './publish-receipts/receipts-source';
import { LinkReceiptsHandler } from './link-receipts/link-receipts.handler';
import { linkWorker } from './link-receipts/link-worker';
import { LinesToDecideController } from './query-lines/lines-to-decide.controller';
import { LinesToDecideQuery } from './query-lines/lines-to-decide.query';
import { ProductsController } from './query-products/products.controller';
import { ProductsQuery } from './query-products/products.query';
import { RematchLinesHandler } from './rematch-lines/rematch-lines.handler';
import { readRematchStatus } from './rematch-lines/rematch-status.query';
import { RematchWorker } from './rematch-lines/rematch-worker';
import { legalEntityCopy, storeCopy } from './storage/read-copies';
import { ReplaceRuleSetHandler } from './replace-rule-set/replace-rule-set.handler';
import { RuleSetController } from './replace-rule-set/rule-set.controller';
import { UnmatchedProducts } from './storage/unmatched-products';
import { ForgetBarcodeHandler } from './upsert-products/forget-barcode.handler';
import { UpsertProductsController } from './upsert-products/upsert-products.controller';
import { UpsertProductsHandler } from './upsert-products/upsert-products.handler';

export interface NomenclatureSettings {
  readonly database: DatabaseSettings;
  /** Bounds of one transaction of the documents consumer. */
  readonly caps: CommitCaps;
  readonly parallelTransactions: number;
}

/** Of events that were stored and wait to be published. */
const RECENT_BYTES_MAX = 32 * 1024 * 1024;

/** Schema and role in PostgreSQL. */
export const NOMENCLATURE_SCHEMA = { schema: 'nomenclature', role: 'potok_nomenclature' } as const;

/** The nomenclature: keeps the catalogue, decides what lines of receipts are, and decides anew when codes are learned. */
export function createNomenclatureService(settings: NomenclatureSettings, host: ServiceHost): HostedService {
  const runtime = new ServiceRuntime(
    {
      name: 'nomenclature',
      database: settings.database,
      migrations: nomenclatureMigrations,
      topics: [documentsTopic, receiptsTopic, productsTopic, legalEntitiesTopic, storesTopic],
    },
    host,
  );
  const { database } = runtime;
  const receiptsSignal = new RelaySignal();
  const numbering = new StoredStreamNumbering(receiptsTopic, host.clock, receiptsSignal);
  const catalogue = new CatalogueIndex();
  const publication = new ProductPublication();
  const recent = new RecentBlocks(host.kafka.publishes ? RECENT_BYTES_MAX : 0);
  const parts = {
    database,
    numbering,
    recent,
    catalogue,
    rules: new Rules(),
    publication,
    clock: host.clock,
  };
  const rematch = new RematchWorker({
    database,
    handler: new RematchLinesHandler(parts),
    onError: (error) => {
      runtime.logger.warn({ error }, 'the re-match failed and tries again');
    },
  });
  runtime.addConsumer(
    {
      name: DOCUMENTS_CONSUMER,
      topic: documentsTopic,
      mode: 'stream',
      types: DECIDED_TYPES,
      caps: settings.caps,
      parallelTransactions: settings.parallelTransactions,
    },
    { subjectOf: (event) => documentOfEvent(event) },
  );
  runtime.addReadCopy(legalEntityCopy);
  runtime.addReadCopy(storeCopy);
  runtime.addStreamRelay(new ReceiptsSource(recent), receiptsSignal, new ReceiptsSource());
  runtime.addStateRelay(publication.source, publication.signal);
  // Before any document is decided: a transaction that holds streams is not to wait for a whole catalogue.
  runtime.addWorker({
    start: async () => {
      await database.tx((tx) => catalogue.refresh(tx));
    },
    stop: () => undefined,
  });
  runtime.addWorker(rematch);
  runtime.addWorker(linkingOf(runtime, parts));
  const { wake } = rematch;
  return {
    module: moduleOf(runtime, handlersOf(parts, wake)),
    strategies: runtime.strategies,
    start: () => runtime.start(),
  };
}

function linkingOf({ database, logger }: ServiceRuntime, parts: Parts) {
  return linkWorker({
    database,
    handler: new LinkReceiptsHandler(parts),
    onError: (error) => {
      logger.warn({ error }, 'linking receipts failed and is tried again');
    },
  });
}

interface Handlers {
  readonly decisions: DecideReceiptsHandler;
  readonly upsert: UpsertProductsHandler;
  readonly manual: DecideLinesHandler;
  readonly ruleSet: ReplaceRuleSetHandler;
  readonly forgetting: ForgetBarcodeHandler;
}

/** What the handlers share: one of each in a service. */
interface Parts {
  readonly database: Transactor;
  readonly numbering: StreamNumbering;
  readonly recent: RecentBlocks;
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
  readonly publication: ProductPublication;
  readonly clock: Clock;
}

function handlersOf(parts: Parts, onCodesLearned: () => void): Handlers {
  return {
    decisions: new DecideReceiptsHandler({ ...parts, unmatched: new UnmatchedProducts(parts.publication) }),
    upsert: new UpsertProductsHandler({ ...parts, onCodesLearned }),
    manual: new DecideLinesHandler(parts),
    ruleSet: new ReplaceRuleSetHandler(parts),
    forgetting: new ForgetBarcodeHandler(parts),
  };
}

class NomenclatureModule {}

function moduleOf(
  runtime: ServiceRuntime,
  { decisions, upsert, manual, ruleSet, forgetting }: Handlers,
): DynamicModule {
  const operations: Operations = {
    runtime,
    details: () => readRematchStatus(runtime.database),
    redrive: () => Promise.resolve(null),
  };
  return {
    module: NomenclatureModule,
    controllers: [
      DocumentsConsumer,
      ProductsController,
      UpsertProductsController,
      LinesToDecideController,
      DecideLinesController,
      RuleSetController,
      createOperationsController('nomenclature', NOMENCLATURE_OPERATIONS),
      createQuarantineController('nomenclature', NOMENCLATURE_OPERATIONS),
      createInspectionController('nomenclature', NOMENCLATURE_OPERATIONS),
    ],
    providers: [
      { provide: TOKEN_VERIFIER, useValue: runtime.host.verifier },
      { provide: NOMENCLATURE_PRODUCTS, useValue: new ProductsQuery(runtime.database) },
      { provide: NOMENCLATURE_DATABASE, useValue: runtime.database },
      { provide: NOMENCLATURE_LINES, useValue: new LinesToDecideQuery(runtime.database) },
      { provide: NOMENCLATURE_FORGET, useValue: forgetting },
      { provide: NOMENCLATURE_RULES, useValue: ruleSet },
      { provide: NOMENCLATURE_MANUAL, useValue: manual },
      { provide: NOMENCLATURE_UPSERT, useValue: upsert },
      { provide: NOMENCLATURE_DECISIONS, useValue: decisions },
      { provide: NOMENCLATURE_OPERATIONS, useValue: operations },
    ],
  };
}
