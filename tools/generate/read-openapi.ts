import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { ingestionConfigFields, ingestionSettings } from '@potok/ingestion-service/ingestion-config';
import { createIngestionService } from '@potok/ingestion-service/ingestion-service';
import {
  nomenclatureConfigFields,
  nomenclatureSettings,
} from '@potok/nomenclature-service/nomenclature-config';
import { createNomenclatureService } from '@potok/nomenclature-service/nomenclature-service';
import { OrganisationPart } from '@potok/organisation-service/organisation-part';
import { loadConfig } from '@potok/platform-config/load-config';
import { createHttpApp } from '@potok/platform-http/create-http-app';
import { HealthRegistry } from '@potok/platform-http/health';
import { httpConfigFields } from '@potok/platform-http/http-config';
import { ShutdownSequence } from '@potok/platform-http/shutdown-sequence';
import { kafkaSettings, serviceConfigFields } from '@potok/platform-service/service-config';
import type { HostedService } from '@potok/platform-service/run-app';
import type { ServiceHost } from '@potok/platform-service/service-host';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import { createLiveProof } from '@potok/proof-audit/live-proof/live-proof';
import { liveProofConfigFields } from '@potok/proof-audit/live-proof/live-proof-config';
import { reportingConfigFields, reportingSettings } from '@potok/reporting-service/reporting-config';
import { createReportingService } from '@potok/reporting-service/reporting-service';
import { stockConfigFields, stockSettings } from '@potok/stock-service/stock-config';
import { createStockService } from '@potok/stock-service/stock-service';
import { z } from 'zod';

/** The parts of an OpenAPI document that the reference reads. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

export interface OpenApiOperation {
  /** Who may call it. */
  readonly description?: string;
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
}

const SHUTDOWN_TIMEOUT_MS = 5_000;
/** Nothing connects while a document is made: what must be set is set to what nobody has. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/nowhere';
const ENVIRONMENT = {
  KAFKA_BROKERS: '127.0.0.1:1',
  INGESTION_DATABASE_URL: NOWHERE,
  NOMENCLATURE_DATABASE_URL: NOWHERE,
  STOCK_DATABASE_URL: NOWHERE,
  REPORTING_DATABASE_URL: NOWHERE,
  VAULT_KEY: Buffer.alloc(32).toString('base64'),
};

const FIELDS = {
  ...httpConfigFields,
  ...serviceConfigFields,
  ...ingestionConfigFields,
  ...nomenclatureConfigFields,
  ...stockConfigFields,
  ...reportingConfigFields,
  ...liveProofConfigFields,
};
type Config = z.output<z.ZodObject<typeof FIELDS>>;

/** The apps that answer over HTTP, and what each hosts: as their `main.ts` says it. */
const APPS: Readonly<Record<string, (config: Config, host: ServiceHost) => readonly HostedService[]>> = {
  'register-ingestion': (config, host) => [
    createIngestionService(ingestionSettings(config), host, new OrganisationPart()),
  ],
  nomenclature: (config, host) => [createNomenclatureService(nomenclatureSettings(config), host)],
  'stock-ledger': (config, host) => [createStockService(stockSettings(config), host)],
  reporting: (config, host) => [
    createReportingService(reportingSettings(config), host),
    createLiveProof(config, host, ''),
  ],
};

class ApiModule {}
Module({})(ApiModule);

/** What each app serves under `/openapi.json`, made without a broker and a database. */
export async function readOpenApi(): Promise<ReadonlyMap<string, OpenApi>> {
  const config = loadConfig(z.object(FIELDS), ENVIRONMENT);
  const documents = new Map<string, OpenApi>();
  for (const [app, create] of Object.entries(APPS)) {
    documents.set(app, await documentOf(app, config, create));
  }
  return documents;
}

async function documentOf(
  app: string,
  config: Config,
  create: (config: Config, host: ServiceHost) => readonly HostedService[],
): Promise<OpenApi> {
  const logger = new SilentLogger();
  const host: ServiceHost = {
    clock: { nowMs: () => 0 },
    logger,
    health: new HealthRegistry(),
    shutdown: new ShutdownSequence({ logger, timeoutMs: SHUTDOWN_TIMEOUT_MS }),
    verifier: { verify: () => Promise.resolve(null) },
    kafka: kafkaSettings(config),
    onFatal: () => undefined,
  };
  const modules = create(config, host).map(({ module }) => module);
  const http = await createHttpApp(
    { module: ApiModule, imports: modules },
    {
      config,
      logger,
      health: host.health,
      shutdown: host.shutdown,
      metricsText: () => Promise.resolve(''),
      openApi: { title: `Potok: ${app}`, description: 'Potok', version: '0.1.0' },
    },
  );
  const answer = await http.getHttpAdapter().getInstance().inject('/openapi.json');
  await host.shutdown.run();
  return answer.json<OpenApi>();
}
