import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ingestionConfigFields, ingestionSettings } from '@potok/ingestion-service/ingestion-config';
import { createIngestionService } from '@potok/ingestion-service/ingestion-service';
import { OrganisationPart } from '@potok/organisation-service/organisation-part';
import { AdminTokenVerifier } from '@potok/platform-auth/admin-token';
import { checkBearer } from '@potok/platform-auth/bearer-guard';
import { mintToken } from '@potok/platform-auth/token';
import { parseConfig } from '@potok/platform-config/load-config';
import { startInfra } from '@potok/platform-dev-infra/infra';
import type { Infra } from '@potok/platform-dev-infra/infra';
import { createHttpApp, listen } from '@potok/platform-http/create-http-app';
import { HealthRegistry } from '@potok/platform-http/health';
import { httpConfigFields } from '@potok/platform-http/http-config';
import { ShutdownSequence } from '@potok/platform-http/shutdown-sequence';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { requireInfra } from '@potok/platform-testing/test-infra';
import { waitFor } from '@potok/platform-testing/wait-for';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import { z } from 'zod';

class RootModule {}
Module({})(RootModule);

/** A broker whose topics nobody else writes: contract topics have one name for all. */
export async function startOwnBroker(): Promise<{
  readonly brokers: string[];
  readonly infra: Infra;
  stop(): Promise<void>;
}> {
  const folder = mkdtempSync(path.join(tmpdir(), 'potok-broker-'));
  const { PATH, HOME, JAVA_HOME } = process.env;
  const infra = await startInfra({
    checkoutFolder: folder,
    environment: { PATH, HOME, JAVA_HOME, DATABASE_URL: requireInfra().databaseUrl },
    report: () => undefined,
  });
  const stop = async () => {
    await infra.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { brokers: infra.kafkaBrokers, infra, stop };
}

/** The service in this process, on a database of its own. */
export interface RunningIngestion {
  readonly address: string;
  readonly adminToken: string;
  readonly test: TestDatabase;
  readonly app: NestFastifyApplication;
  stop(): Promise<void>;
}

const schema = z.object({ ...httpConfigFields, ...ingestionConfigFields });

export async function startIngestion(
  brokers: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningIngestion> {
  const test = await createTestDatabase();
  const adminToken = mintToken();
  const parsed = parseConfig(schema, {
    INGESTION_DATABASE_URL: test.url,
    VAULT_KEY: randomBytes(32).toString('base64'),
    ...environment,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const logger = new SilentLogger();
  const health = new HealthRegistry();
  const shutdown = new ShutdownSequence({ logger, timeoutMs: 15_000 });
  const service = createIngestionService(
    ingestionSettings(parsed.value),
    {
      clock: { nowMs: () => Date.now() },
      logger,
      health,
      shutdown,
      verifier: new AdminTokenVerifier(adminToken),
      kafka: {
        brokers,
        topics: { replicationFactor: 1, minInsyncReplicas: 1, flushInbox: false },
        publishes: true,
        requestTimeoutMs: 3_000,
      },
      onFatal: (_name, failure) => {
        throw new Error('the service gave up', { cause: failure });
      },
    },
    new OrganisationPart(),
  );
  const app = await createHttpApp(
    { module: RootModule, imports: [service.module] },
    {
      config: parsed.value,
      logger,
      health,
      shutdown,
      metricsText: () => Promise.resolve(''),
      checkHeaders: checkBearer,
      openApi: { title: 'test', description: 'test', version: '0' },
    },
  );
  for (const strategy of service.strategies) app.connectMicroservice({ strategy });
  const address = await listen(app, parsed.value);
  await Promise.all([app.startAllMicroservices(), service.start()]);
  await waitFor(async () => (await fetch(`${address}/health/ready`)).ok, { what: 'readiness' });
  const stop = async () => {
    await shutdown.run();
    await test.drop();
  };
  return { address, adminToken, test, app, stop };
}
