import type { DynamicModule } from '@nestjs/common';
import { productsTopic, receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { legalEntitiesTopic, registersTopic, storesTopic } from '@potok/organisation-contracts/topics';
import { TOKEN_VERIFIER } from '@potok/platform-auth/bearer-guard';
import { createOperationsController } from '@potok/platform-service/operations-controller';
import type { Operations } from '@potok/platform-service/operations-controller';
import type { HostedService } from '@potok/platform-service/run-app';
import type { DatabaseSettings, ServiceHost } from '@potok/platform-service/service-host';
import { ServiceRuntime } from '@potok/platform-service/service-runtime';
import { reportingMigrations } from './migrations/reporting-migrations';
import { REPORTING_OPERATIONS } from './reporting-tokens';
import { legalEntityCopy, productCopy, registerCopy, storeCopy } from './storage/read-copies';

export interface ReportingSettings {
  readonly database: DatabaseSettings;
  /** Bounds of one transaction of the receipts consumer. */
  readonly commitRecordsMax: number;
  readonly commitBytesMax: number;
  readonly commitLingerMs: number;
  /** Transactions of the receipts consumer at once, over disjoint partitions. */
  readonly parallelTransactions: number;
}

/** Schema and role in PostgreSQL. */
export const REPORTING_SCHEMA = { schema: 'reporting', role: 'potok_reporting' } as const;

/** Reporting: facts and aggregates of receipts, reports over them, exports. */
export function createReportingService(settings: ReportingSettings, host: ServiceHost): HostedService {
  const runtime = new ServiceRuntime(
    {
      name: 'reporting',
      database: settings.database,
      migrations: reportingMigrations,
      topics: [receiptsTopic, productsTopic, storesTopic, registersTopic, legalEntitiesTopic],
    },
    host,
  );
  runtime.addReadCopy(storeCopy);
  runtime.addReadCopy(registerCopy);
  runtime.addReadCopy(legalEntityCopy);
  runtime.addReadCopy(productCopy);
  return { module: moduleOf(runtime), strategies: runtime.strategies, start: () => runtime.start() };
}

class ReportingModule {}

function moduleOf(runtime: ServiceRuntime): DynamicModule {
  const operations: Operations = {
    runtime,
    details: () => Promise.resolve({}),
    redrive: () => Promise.resolve(null),
  };
  return {
    module: ReportingModule,
    controllers: [createOperationsController('reporting', REPORTING_OPERATIONS)],
    providers: [
      { provide: TOKEN_VERIFIER, useValue: runtime.host.verifier },
      { provide: REPORTING_OPERATIONS, useValue: operations },
    ],
  };
}
