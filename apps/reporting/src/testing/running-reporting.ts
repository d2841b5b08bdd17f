import { Module } from '@nestjs/common';
import { AdminTokenVerifier } from '@potok/platform-auth/admin-token';
import { mintToken } from '@potok/platform-auth/token';
import { parseConfig } from '@potok/platform-config/load-config';
import { createHttpApp, listen } from '@potok/platform-http/create-http-app';
import { HealthRegistry } from '@potok/platform-http/health';
import { httpConfigFields } from '@potok/platform-http/http-config';
import { ShutdownSequence } from '@potok/platform-http/shutdown-sequence';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { waitFor } from '@potok/platform-testing/wait-for';
import { reportingConfigFields, reportingSettings } from '@potok/reporting-service/reporting-config';
import { createReportingService } from '@potok/reporting-service/reporting-service';
import { z } from 'zod';

class RootModule {}
Module({})(RootModule);

const schema = z.object({ ...httpConfigFields, ...reportingConfigFields });

/** The service in this process, on a database of its own. */
export interface RunningReporting {
  readonly address: string;
  readonly adminToken: string;
  readonly test: TestDatabase;
  stop(): Promise<void>;
}

export async function startReporting(
  brokers: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningReporting> {
  const test = await createTestDatabase();
  const adminToken = mintToken();
  const parsed = parseConfig(schema, { REPORTING_DATABASE_URL: test.url, ...environment });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const logger = new SilentLogger();
  const health = new HealthRegistry();
  const shutdown = new ShutdownSequence({ logger, timeoutMs: 15_000 });
  const service = createReportingService(reportingSettings(parsed.value), {
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
  });
  const app = await createHttpApp(
    { module: RootModule, imports: [service.module] },
    {
      config: parsed.value,
      logger,
      health,
      shutdown,
      metricsText: () => Promise.resolve(''),
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
  return { address, adminToken, test, stop };
}
