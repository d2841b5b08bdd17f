import { createMetrics } from '@potok/platform-telemetry/metrics';
import type { MetricCatalogue } from '@potok/platform-telemetry/metrics';
import type { FastifyInstance } from 'fastify';
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
} as const satisfies MetricCatalogue;

const RETRY_AFTER_S = 1;

export interface RequestGuards {
  readonly requestsMax: number;
  /** True once the process is ending: connections are asked to go. */
  readonly isClosing: () => boolean;
}

/** Counts requests, measures them, and refuses what is over `requestsMax`; probes are always let in. */
export function guardRequests(server: FastifyInstance, { requestsMax, isClosing }: RequestGuards): void {
  const metrics = createMetrics('platform-http', httpMetrics);
  let inHand = 0;
  metrics.inHand.observe((report) => {
    report(inHand);
  });
  server.addHook('onRequest', (request, reply, done) => {
    inHand += 1;
    reply.raw.once('close', () => {
      inHand -= 1;
    });
    void reply.header('x-content-type-options', 'nosniff');
    if (isClosing()) void reply.header('connection', 'close');
    if (inHand <= requestsMax || isProbe(request.url)) done();
    else done(new ProblemError(httpProblems.unavailable, { retryAfterS: RETRY_AFTER_S }));
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
