import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HealthRegistry, HealthReport } from './health';

export interface ProcessRoutes {
  readonly health: HealthRegistry;
  /** The body of `/metrics`. */
  readonly metricsText: () => Promise<string>;
}

/** `/health/live`, `/health/ready`, `/metrics`: one of each per process, open to whoever reaches the port. */
export function registerProcessRoutes(server: FastifyInstance, { health, metricsText }: ProcessRoutes): void {
  server.get('/health/live', async (_request, reply) => answerHealth(reply, await health.live()));
  server.get('/health/ready', async (_request, reply) => answerHealth(reply, await health.ready()));
  server.get('/metrics', async (_request, reply) => {
    const text = await metricsText();
    return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(text);
  });
}

function answerHealth(reply: FastifyReply, report: HealthReport): FastifyReply {
  return reply
    .status(report.ok ? 200 : 503)
    .header('cache-control', 'no-store')
    .send({ status: report.ok ? 'ok' : 'unavailable', checks: report.checks });
}
