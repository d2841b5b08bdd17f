import { createMetrics } from '@potok/platform-telemetry/metrics';
import type { MetricCatalogue } from '@potok/platform-telemetry/metrics';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConnectionBound } from './connection-bound';
import { httpProblems, ProblemError } from './problem';

export const httpMetrics = {
  requests: {
    kind: 'counter',
    name: 'potok_http_requests',
    description: 'Requests answered',
    labels: ['method', 'route', 'status'],
  },
  duration: {
    kind: 'histogram',
    name: 'potok_http_request_duration_seconds',
    description: 'From the headers of a request to the end of its answer',
    labels: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  inHand: {
    kind: 'gauge',
    name: 'potok_http_requests_in_hand',
    description: 'Requests not yet answered',
    labels: [],
  },
  evicted: {
    kind: 'counter',
    name: 'potok_http_connections_evicted',
    description: 'Connections without a request that were closed to make room for others',
    labels: [],
  },
} as const satisfies MetricCatalogue;

const RETRY_AFTER_S = 1;

export interface RequestGuards {
  readonly connectionsMax: number;
  readonly requestsMax: number;
  /** Anyone may send these: they hold no place before their body is there. */
  readonly isPublic: (request: FastifyRequest) => boolean;
}

/** Headers of every answer. `isClosing`: the process is ending, connections are asked to go. */
export function stampAnswers(server: FastifyInstance, isClosing: () => boolean): void {
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (isClosing()) void reply.header('connection', 'close');
    done();
  });
}

/** Counts requests, measures them, and refuses what is over `requestsMax`; probes are always let in. */
export function guardRequests(server: FastifyInstance, guards: RequestGuards): void {
  const { requestsMax, isPublic } = guards;
  const metrics = createMetrics('platform-http', httpMetrics);
  new ConnectionBound(guards.connectionsMax, () => {
    metrics.evicted.add(1);
  }).attach(server);
  const held = new WeakSet<FastifyRequest>();
  let inHand = 0;
  metrics.inHand.observe((report) => {
    report(inHand);
  });
  const take = (request: FastifyRequest, reply: FastifyReply): ProblemError | undefined => {
    if (held.has(request)) return undefined;
    held.add(request);
    inHand += 1;
    reply.raw.once('close', () => {
      inHand -= 1;
    });
    if (inHand <= requestsMax || isProbe(request.url)) return undefined;
    return new ProblemError(httpProblems.unavailable, { retryAfterS: RETRY_AFTER_S });
  };
  server.addHook('onRequest', (request, reply, done) => {
    done(isPublic(request) ? undefined : take(request, reply));
  });
  server.addHook('preValidation', (request, reply, done) => {
    done(take(request, reply));
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    metrics.requests.add(1, { method, route, status: String(reply.statusCode) });
    metrics.duration.record(reply.elapsedTime / 1_000, { method, route });
    done();
  });
}

function isProbe(address: string): boolean {
  return address.startsWith('/health/') || address === '/metrics';
}
