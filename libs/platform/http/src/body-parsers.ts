import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inflate } from './inflate';
import type { InflationLimits } from './inflate';
import { boundedJsonParser } from './parse-json';
import { httpProblems, ProblemError } from './problem';
import type { RawBodyRouteConfig } from './route-decorators';

export const NDJSON_MEDIA_TYPE = 'application/x-ndjson';

export interface BodyLimits {
  /** A JSON body, inflated. */
  readonly jsonBytesMax: number;
  /** An NDJSON body: as received by its content-length, and inflated. */
  readonly ndjsonBytesMax: number;
  readonly ratioMax: number;
  readonly ratioGraceBytes: number;
}

/** JSON, NDJSON (only where a route takes raw bodies) and gzip; anything else is refused. */
export function registerBodyParsers(server: FastifyInstance, limits: BodyLimits): void {
  server.removeAllContentTypeParsers();
  const parseJson = boundedJsonParser(server.getDefaultJsonParser('error', 'error'));
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limits.jsonBytesMax },
    (request, body, done) => {
      if (takesRawBody(request)) {
        done(null, body);
        return;
      }
      parseJson(request, body as Buffer, done);
    },
  );
  server.addContentTypeParser(NDJSON_MEDIA_TYPE, (request, payload, done) => {
    if (takesRawBody(request)) done(null, payload);
    else done(new ProblemError(httpProblems.unsupportedMediaType));
  });
  server.addHook('preParsing', (request, _reply, payload, done) => {
    const decoded = decode(request, payload, limits);
    if (decoded instanceof ProblemError) done(decoded);
    else done(null, decoded);
  });
}

function takesRawBody(request: FastifyRequest): boolean {
  const config: object = request.routeOptions.config;
  return (config as RawBodyRouteConfig).rawBody === true;
}

function decode(request: FastifyRequest, payload: Readable, limits: BodyLimits): Readable | ProblemError {
  const bytesMax = isNdjson(request) ? limits.ndjsonBytesMax : limits.jsonBytesMax;
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
    return new ProblemError(httpProblems.bodyTooLarge, { detail: `the limit is ${String(bytesMax)} bytes` });
  }
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return payload;
  if (encoding !== 'gzip') return new ProblemError(httpProblems.unsupportedEncoding);
  const inflationLimits: InflationLimits = { ...limits, bytesMax };
  return inflate(payload, inflationLimits);
}

function isNdjson(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith(NDJSON_MEDIA_TYPE) ?? false;
}
