import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { authConfigFields } from '@potok/platform-auth/auth-config';
import { openAdminToken } from '@potok/platform-auth/admin-token';
import { checkBearer } from '@potok/platform-auth/bearer-guard';
import { loadConfig } from '@potok/platform-config/load-config';
import type { Environment } from '@potok/platform-config/load-config';
import { createHttpApp, listen } from '@potok/platform-http/create-http-app';
import { HealthRegistry } from '@potok/platform-http/health';
import { httpConfigFields } from '@potok/platform-http/http-config';
import { ShutdownSequence, shutDownOnSignals } from '@potok/platform-http/shutdown-sequence';
import { createLogger } from '@potok/platform-telemetry/pino-logger';
import type { Telemetry } from '@potok/platform-telemetry/start-telemetry';
import { z } from 'zod';
import { kafkaSettings, serviceConfigFields } from './service-config';
import { EXIT_RESTART } from './service-host';
import type { ServiceHost } from './service-host';

/** One service as an app hosts it. */
export interface HostedService {
  readonly module: DynamicModule;
  /** Transports to connect to the Nest application: the service's consumers. */
  readonly strategies: readonly CustomTransportStrategy[];
  /** Resolves when it runs. */
  start(): Promise<void>;
}

export const appConfigFields = {
  ...httpConfigFields,
  ...serviceConfigFields,
  ...authConfigFields,
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Lines below it are not written'),
};

type AppConfig = z.output<z.ZodObject<typeof appConfigFields>>;

export interface App<Fields extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  /** Beside `appConfigFields`. */
  readonly configFields: Fields;
  readonly environment: Environment;
  readonly telemetry: Telemetry;
  readonly services: (
    config: AppConfig & z.output<z.ZodObject<Fields>>,
    host: ServiceHost,
  ) => readonly HostedService[] | Promise<readonly HostedService[]>;
}

class AppModule {}
Module({})(AppModule);

/**
 * Starts an app: configuration, one host for all of its services, HTTP (live at once, ready when the services are),
 * then the services. It ends on SIGTERM and SIGINT in the order of the shutdown sequence.
 */
export async function runApp<Fields extends z.ZodRawShape>(app: App<Fields>): Promise<void> {
  const schema = z.object({ ...appConfigFields, ...app.configFields });
  // The schema is the union of both shapes; zod cannot express that for a generic shape.
  const config = loadConfig(schema, app.environment) as AppConfig & z.output<z.ZodObject<Fields>>;
  const logger = createLogger({ service: app.name, level: config.logLevel });
  const shutdown = new ShutdownSequence({ logger, timeoutMs: config.shutdownTimeoutMs });
  const host: ServiceHost = {
    clock: { nowMs: () => Date.now() },
    logger,
    health: new HealthRegistry(),
    shutdown,
    verifier: await openAdminToken(config, logger),
    kafka: kafkaSettings(config),
    onFatal: (service, failure) => {
      logger.error({ service, failure }, 'a service cannot go on: the process ends to be started again');
      void shutdown.run().then(() => process.exit(EXIT_RESTART));
    },
  };
  const services = await app.services(config, host);
  const http = await createHttpApp(
    { module: AppModule, imports: services.map((service) => service.module) },
    {
      config,
      logger,
      health: host.health,
      shutdown,
      metricsText: () => app.telemetry.metricsText(),
      checkHeaders: checkBearer,
      openApi: { title: app.title, description: 'Potok', version: '0.1.0' },
    },
  );
  shutdown.add('telemetry', 'telemetry', () => app.telemetry.shutdown());
  shutDownOnSignals(shutdown);
  for (const strategy of services.flatMap((service) => service.strategies))
    http.connectMicroservice({ strategy });
  logger.info({ address: await listen(http, config) }, 'HTTP is there');
  await Promise.all([http.startAllMicroservices(), ...services.map((service) => service.start())]);
  logger.info({}, 'everything runs');
}
