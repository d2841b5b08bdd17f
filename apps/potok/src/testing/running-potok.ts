import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { ingestionConfigFields, ingestionSettings } from '@potok/ingestion-service/ingestion-config';
import { createIngestionService, INGESTION_SCHEMA } from '@potok/ingestion-service/ingestion-service';
import {
  nomenclatureConfigFields,
  nomenclatureSettings,
} from '@potok/nomenclature-service/nomenclature-config';
import {
  createNomenclatureService,
  NOMENCLATURE_SCHEMA,
} from '@potok/nomenclature-service/nomenclature-service';
import { OrganisationPart } from '@potok/organisation-service/organisation-part';
import { AdminTokenVerifier } from '@potok/platform-auth/admin-token';
import { checkBearer } from '@potok/platform-auth/bearer-guard';
import { mintToken } from '@potok/platform-auth/token';
import { parseConfig } from '@potok/platform-config/load-config';
import { createHttpApp, listen } from '@potok/platform-http/create-http-app';
import { HealthRegistry } from '@potok/platform-http/health';
import { httpConfigFields } from '@potok/platform-http/http-config';
import { ShutdownSequence } from '@potok/platform-http/shutdown-sequence';
import { provisionServiceSchema } from '@potok/platform-postgres/provision';
import type { ServiceHost } from '@potok/platform-service/service-host';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { reportingConfigFields, reportingSettings } from '@potok/reporting-service/reporting-config';
import { createReportingService, REPORTING_SCHEMA } from '@potok/reporting-service/reporting-service';
import { stockConfigFields, stockSettings } from '@potok/stock-service/stock-config';
import { createStockService, STOCK_SCHEMA } from '@potok/stock-service/stock-service';
import { z } from 'zod';

class RootModule {}
Module({})(RootModule);

const schema = z.object({
  ...httpConfigFields,
  ...ingestionConfigFields,
  ...nomenclatureConfigFields,
  ...stockConfigFields,
  ...reportingConfigFields,
});

export const SCHEMAS = [
  INGESTION_SCHEMA.schema,
  NOMENCLATURE_SCHEMA.schema,
  STOCK_SCHEMA.schema,
  REPORTING_SCHEMA.schema,
] as const;
type SchemaName = (typeof SCHEMAS)[number];

export interface RunningPotok {
  readonly address: string;
  readonly adminToken: string;
  readonly test: TestDatabase;
  /** URL of each service's role. */
  readonly urls: Readonly<Record<SchemaName, string>>;
  stop(): Promise<void>;
}

/** All services in this process, on a database of their own, as the app potok puts them together. */
export async function startPotok(brokers: readonly string[]): Promise<RunningPotok> {
  const test = await createTestDatabase();
  const urls = await provision(test);
  const adminToken = mintToken();
  const config = parseConfig(schema, {
    INGESTION_DATABASE_URL: urls.ingestion,
    NOMENCLATURE_DATABASE_URL: urls.nomenclature,
    STOCK_DATABASE_URL: urls.stock,
    REPORTING_DATABASE_URL: urls.reporting,
    VAULT_KEY: randomBytes(32).toString('base64'),
    STOCK_FOLD_INTERVAL_MS: '200',
  });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const host = hostOf(brokers, adminToken);
  const services = [
    createIngestionService(ingestionSettings(config.value), host, new OrganisationPart()),
    createNomenclatureService(nomenclatureSettings(config.value), host),
    createStockService(stockSettings(config.value), host),
    createReportingService(reportingSettings(config.value), host),
  ];
  const app = await createHttpApp(
    { module: RootModule, imports: services.map((service) => service.module) },
    {
      config: config.value,
      logger: host.logger,
      health: host.health,
      shutdown: host.shutdown,
      metricsText: () => Promise.resolve(''),
      checkHeaders: checkBearer,
      openApi: { title: 'Potok', description: 'test', version: '0' },
    },
  );
  for (const strategy of services.flatMap((service) => service.strategies))
    app.connectMicroservice({ strategy });
  await Promise.all([app.startAllMicroservices(), ...services.map((service) => service.start())]);
  const address = await listen(app, config.value);
  const stop = async () => {
    await host.shutdown.run();
    await test.drop();
  };
  return { address, adminToken, test, urls, stop };
}

function hostOf(brokers: readonly string[], adminToken: string): ServiceHost {
  const logger = new SilentLogger();
  return {
    clock: { nowMs: () => Date.now() },
    logger,
    health: new HealthRegistry(),
    shutdown: new ShutdownSequence({ logger, timeoutMs: 15_000 }),
    verifier: new AdminTokenVerifier(adminToken),
    kafka: {
      brokers,
      topics: { replicationFactor: 1, minInsyncReplicas: 1, flushInbox: false },
      requestTimeoutMs: 3_000,
      publishes: true,
    },
    onFatal: (service, failure) => {
      throw new Error(`${service} gave up`, { cause: failure });
    },
  };
}

/** Schemas and roles of every service in the database of the test. */
export async function provision(test: TestDatabase): Promise<Record<SchemaName, string>> {
  const of = (name: SchemaName) =>
    provisionServiceSchema({
      adminUrl: test.adminUrl,
      schema: name,
      role: `${test.role}_${name}`,
      password: name,
      ...(name === REPORTING_SCHEMA.schema ? { views: viewsOf(test) } : {}),
    });
  return {
    ingestion: await of('ingestion'),
    nomenclature: await of('nomenclature'),
    stock: await of('stock'),
    reporting: await of('reporting'),
  };
}

/** The reader is the test database's own. */
function viewsOf({ role }: TestDatabase) {
  return { schema: REPORTING_SCHEMA.views.schema, reader: `${role}_bi`, readerPassword: role };
}
