import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Route } from './controllers';
import { httpProblems, ProblemError } from './problem';

/** Refuses a request by its headers alone: throws ProblemError. Resolves when its body may be read. */
export type HeadersCheck = (route: Route, request: FastifyRequest) => Promise<void>;

/** An open route has small bodies, and says how small: anyone can send them. */
const PUBLIC_BODY_BYTES_MAX = 16 * 1024;

/** Fastify's routes by method and address. */
export class RouteTable {
  private readonly routes = new Map<string, Route>();

  add(method: string, openApiAddress: string, route: Route): void {
    this.routes.set(`${method.toUpperCase()} ${openApiAddress.replace(/\{(\w+)\}/g, ':$1')}`, route);
  }

  find({ method, routeOptions }: FastifyRequest): Route | undefined {
    return this.routes.get(`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? ''}`);
  }
}

/**
 * Nobody's body is waited for before it is known who sends it: a crowd that is not known could otherwise hold every
 * place with bodies that never end.
 */
export function checkBeforeBodies(
  server: FastifyInstance,
  table: RouteTable,
  check: HeadersCheck | undefined,
): void {
  server.addHook('onRequest', async (request) => {
    if (request.is404) throw new ProblemError(httpProblems.routeUnknown);
    const route = table.find(request);
    if (route === undefined) return;
    if (route.access === 'public') checkPublicBody(route, request);
    else await check?.(route, request);
  });
}

function checkPublicBody({ notes }: Route, { headers }: FastifyRequest): void {
  if (notes.rawBody !== undefined) return;
  if (headers['transfer-encoding'] !== undefined) throw new ProblemError(httpProblems.lengthRequired);
  if (Number(headers['content-length'] ?? 0) > PUBLIC_BODY_BYTES_MAX) {
    const detail = `the limit is ${String(PUBLIC_BODY_BYTES_MAX)} bytes`;
    throw new ProblemError(httpProblems.bodyTooLarge, { detail });
  }
}
