import { NestFactory } from '@nestjs/core';
import type { DynamicModule, Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '@potok/platform-telemetry/logger';
import { NestLogger } from '@potok/platform-telemetry/nest-logger';
import type { FastifyInstance } from 'fastify';
import { registerBodyParsers } from './body-parsers';
import { assertRoutesAreGuarded, routesOf } from './controllers';
import type { Route } from './controllers';
import { registerDocsRoutes } from './docs-page';
import { checkBeforeBodies, RouteTable } from './early-checks';
import type { HeadersCheck } from './early-checks';
import type { HealthRegistry } from './health';
import type { HttpConfig } from './http-config';
import { buildOpenApi } from './openapi';
import type { OpenApiDocument, OpenApiOptions } from './openapi';
import { ProblemFilter } from './problem-filter';
import { registerProcessRoutes } from './process-routes';
import { guardRequests, stampAnswers } from './request-guards';
import type { ShutdownSequence } from './shutdown-sequence';
import { answerFrameworkError, answerWireError } from './wire-problems';

export interface HttpAppOptions {
  readonly config: HttpConfig;
  readonly logger: Logger;
  readonly health: HealthRegistry;
  readonly shutdown: ShutdownSequence;
  readonly metricsText: () => Promise<string>;
  readonly openApi: OpenApiOptions;
  /** Who sends a request is asked before its body is read. */
  readonly checkHeaders?: HeadersCheck;
}

const RATIO_GRACE_BYTES = 1024 * 1024;
const CONNECTIONS_CHECK_MS = 1_000;
const IDLE_SWEEP_MS = 50;

/**
 * A Nest application on Fastify around one root module, which may hold the modules of several services: each has its
 * own path prefix, all share the port, the process's health and its metrics. Call `listen` when it is to take traffic.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(options.config), {
    logger: new NestLogger(options.logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(options.logger));
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  stampAnswers(server, () => options.health.isClosing);
  const table = new RouteTable();
  checkBeforeBodies(server, table, options.checkHeaders);
  guardRequests(server, {
    connectionsMax: options.config.httpConnectionsMax,
    requestsMax: options.config.httpRequestsMax,
    isPublic: (request) => table.find(request)?.access === 'public',
  });
  registerBodyParsers(server, {
    jsonBytesMax: options.config.httpJsonBytesMax,
    ndjsonBytesMax: options.config.httpNdjsonBytesMax,
    ratioMax: options.config.httpInflationRatioMax,
    ratioGraceBytes: RATIO_GRACE_BYTES,
  });
  registerProcessRoutes(server, options);
  const routes = routesOf(app);
  assertRoutesAreGuarded(routes.values());
  const document = buildOpenApi(app, routes, options.openApi);
  fillTable(table, routes, document);
  registerDocsRoutes(server, document);
  addShutdownSteps(app, options);
  return app;
}

/** Initialises the modules and listens; answers the address. */
export async function listen(app: NestFastifyApplication, config: HttpConfig): Promise<string> {
  await app.listen({ host: config.httpHost, port: config.httpPort });
  return app.getUrl();
}

function createAdapter(config: HttpConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: Math.max(config.httpJsonBytesMax, config.httpNdjsonBytesMax),
    requestTimeout: config.httpRequestTimeoutMs,
    keepAliveTimeout: config.httpIdleTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerWireError,
    frameworkErrors: answerFrameworkError,
    http: { headersTimeout: config.httpHeadersTimeoutMs, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
  });
}

function fillTable(table: RouteTable, routes: ReadonlyMap<string, Route>, { paths }: OpenApiDocument): void {
  for (const [address, operations] of Object.entries(paths)) {
    for (const [method, { operationId }] of Object.entries(operations)) {
      const route = routes.get(operationId ?? '');
      if (route !== undefined) table.add(method, address, route);
    }
  }
}

/** Requests in hand are answered before `drain` ends; Nest's own hooks run when the pools close. */
function addShutdownSteps(app: NestFastifyApplication, { health, shutdown }: HttpAppOptions): void {
  const { server }: FastifyInstance = app.getHttpAdapter().getInstance();
  shutdown.add('readiness', 'readiness', () => {
    health.close();
  });
  let closed: Promise<void> = Promise.resolve();
  shutdown.add('intake', 'http', () => {
    if (server.listening) closed = closeGently(server);
  });
  shutdown.add('drain', 'http', () => closed);
  shutdown.add('pools', 'modules', () => app.close());
}

/** Listens no more; resolves when the last request is answered. A connection that falls idle is closed. */
function closeGently(server: FastifyInstance['server']): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => {
      server.closeIdleConnections();
    }, IDLE_SWEEP_MS);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
