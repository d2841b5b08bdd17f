import { once } from 'node:events';
import * as net from 'node:net';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseConfig } from '@potok/platform-config/load-config';
import { SilentLogger } from '@potok/platform-telemetry/logger';
import type { LogFields } from '@potok/platform-telemetry/logger';
import { z } from 'zod';
import { createHttpApp, listen } from './create-http-app';
import { HealthRegistry } from './health';
import { httpConfigFields } from './http-config';
import { ndjsonLines } from './ndjson-lines';
import { setRouteAccess } from './route-metadata';
import { declareProblems, ProblemError } from './problem';
import { AcceptsRawBody, Answers, AnswersProblems } from './route-decorators';
import type { RawBody } from './route-decorators';
import { ShutdownSequence } from './shutdown-sequence';
import { queryInteger, ZodBody, ZodParams, ZodQuery } from './zod-input';

const problems = declareProblems({
  parcelUnknown: { status: 404, title: 'No such parcel', remedy: 'Look at the list.' },
});
const parcel = z.object({
  name: z.string().min(1).describe('Its name'),
  grams: z.int().min(0).describe('Grams'),
});
const parcelPath = z.object({ parcelId: z.string().max(4).describe('Id') });
const page = z.object({ limit: queryInteger(1, 100).default(10).describe('How many') });

/** What the guards of platform-auth note on a route, without guarding it. */
function Access(access: 'public' | readonly string[]): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: { value?: unknown }) => {
    const decorated = descriptor?.value ?? target;
    if (typeof decorated === 'function') setRouteAccess(decorated, access);
  };
}

@Controller('parcels/v1')
@Access(['parcels:read'])
class ParcelController {
  private release: () => void = () => undefined;

  @Get('parcels/:parcelId')
  @Answers({ status: 200, description: 'The parcel', schema: parcel })
  @AnswersProblems(problems.parcelUnknown)
  read(
    @ZodParams(parcelPath) path: z.output<typeof parcelPath>,
    @ZodQuery(page) query: z.output<typeof page>,
  ): object {
    if (path.parcelId === 'p-9') throw new ProblemError(problems.parcelUnknown, { detail: 'p-9' });
    if (path.parcelId === 'bug') throw new Error('secret insides');
    return { ...path, ...query };
  }

  @Post('parcels')
  @HttpCode(201)
  @Access(['parcels:write'])
  create(@ZodBody(parcel) body: z.output<typeof parcel>): object {
    return body;
  }

  @Post('raw')
  @HttpCode(200)
  @Access('public')
  @AcceptsRawBody(parcel)
  async raw(@Body() body: RawBody): Promise<object> {
    if (Buffer.isBuffer(body)) return { whole: body.toString() };
    const lengths: number[] = [];
    for await (const lines of ndjsonLines(body, {
      lineBytesMax: 1_000,
      bytesMax: 50_000,
      linesMax: 10_000,
    })) {
      lengths.push(...lines.map((line) => line.bytes.length));
    }
    return { lengths };
  }

  @Get('slow')
  @Access('public')
  slow(): Promise<string> {
    return new Promise((resolve) => {
      this.release = () => {
        resolve('done');
      };
    });
  }

  @Get('release')
  @Access('public')
  let(): string {
    this.release();
    return 'released';
  }
}

@Module({ controllers: [ParcelController] })
class ParcelModule {}

@Controller('open')
class OpenController {
  @Get()
  read(): string {
    return 'anyone';
  }
}

@Module({ controllers: [OpenController] })
class OpenModule {}

class RecordingLogger extends SilentLogger {
  readonly errors: LogFields[] = [];
  override error(fields?: LogFields): void {
    this.errors.push(fields ?? {});
  }
}

interface Started {
  readonly app: NestFastifyApplication;
  readonly address: string;
  readonly health: HealthRegistry;
  readonly shutdown: ShutdownSequence;
  readonly logger: RecordingLogger;
}

async function start(
  environment: Record<string, string> = {},
  module: Parameters<typeof createHttpApp>[0] = ParcelModule,
): Promise<Started> {
  const parsed = parseConfig(z.object(httpConfigFields), environment);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const logger = new RecordingLogger();
  const health = new HealthRegistry();
  const shutdown = new ShutdownSequence({ logger, timeoutMs: 5_000 });
  const app = await createHttpApp(module, {
    config: parsed.value,
    logger,
    health,
    shutdown,
    metricsText: () => Promise.resolve('potok_up 1\n'),
    openApi: { title: 'Parcels', description: 'Test', version: '1' },
  });
  const address = await listen(app, parsed.value);
  return { app, address, health, shutdown, logger };
}

const json = { 'content-type': 'application/json' };
const ndjson = { 'content-type': 'application/x-ndjson' };
const gzip = { 'content-encoding': 'gzip' };

describe('an HTTP app', () => {
  let started: Started;
  beforeAll(async () => {
    started = await start({ HTTP_JSON_BYTES_MAX: '20000', HTTP_NDJSON_BYTES_MAX: '3000000' });
  });
  afterAll(() => started.app.close());

  async function send(
    address: string,
    init: RequestInit = {},
  ): Promise<{ response: Response; body: unknown }> {
    const response = await fetch(`${started.address}${address}`, init);
    const text = await response.text();
    return { response, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  it('gives handlers what the schemas made of path, query and body', async () => {
    const read = await send('/parcels/v1/parcels/p-1?limit=5');
    expect(read.body).toEqual({ parcelId: 'p-1', limit: 5 });
    const body = JSON.stringify({ name: 'n', grams: 1 });
    const created = await send('/parcels/v1/parcels', {
      method: 'POST',
      headers: json,
      body,
    });
    expect(created.response.status).toBe(201);
    expect(created.body).toEqual({ name: 'n', grams: 1 });
  });

  it('names every field that does not fit, and the way out', async () => {
    const body = JSON.stringify({ grams: -1 });
    const answer = await send('/parcels/v1/parcels', {
      method: 'POST',
      headers: json,
      body,
    });
    expect(answer.response.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'validationFailed',
      errors: [
        { pointer: '/name', code: 'required' },
        { pointer: '/grams', code: 'too_small' },
      ],
    });
    expect(answer.body).toHaveProperty('remedy');
    const read = await send('/parcels/v1/parcels/far-too-long');
    expect(read.body).toMatchObject({ code: 'validationFailed', errors: [{ pointer: '/path/parcelId' }] });
  });

  it.each([
    ['NUL', '{"name":"a\\u0000b","grams":1}', '/name'],
    ['half a surrogate pair', '{"name":"\\ud800","grams":1}', '/name'],
    ['NUL in the name of a member', '{"name":"n","grams":1,"\\u0000":1}', ''],
  ])('takes no text that cannot be stored: %s', async (_what, body, pointer) => {
    const answer = await send('/parcels/v1/parcels', { method: 'POST', headers: json, body });
    expect(answer.body).toMatchObject({ status: 422, code: 'validationFailed', errors: [{ pointer }] });
    const read = await send('/parcels/v1/parcels/%00');
    expect(read.body).toMatchObject({ code: 'validationFailed', errors: [{ pointer: '/path/parcelId' }] });
  });

  it('refuses a name in the query that nobody knows: a mistyped filter would answer with everything', async () => {
    const answer = await send('/parcels/v1/parcels/p-1?limit=5&limits=3');
    expect(answer.response.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'validationFailed',
      errors: [{ pointer: '/query', code: 'unrecognized_keys', message: 'Unrecognized key: "limits"' }],
    });
  });

  it('answers the declared problems of a service', async () => {
    const answer = await send('/parcels/v1/parcels/p-9');
    expect(answer.response.status).toBe(404);
    expect(answer.body).toMatchObject({
      code: 'parcelUnknown',
      detail: 'p-9',
      type: 'urn:potok:problem:parcelUnknown',
    });
  });

  it('never shows its insides: an errorId that stands in the log', async () => {
    const answer = await send('/parcels/v1/parcels/bug');
    expect(answer.response.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('insides');
    const { errorId } = answer.body as { errorId: string };
    expect(started.logger.errors).toContainEqual(expect.objectContaining({ errorId }));
  });

  it.each([
    ['routeUnknown', 404, '/nowhere', {}],
    ['malformedJson', 400, '/parcels/v1/parcels', { method: 'POST', headers: json, body: '{' }],
    [
      'malformedJson',
      400,
      '/parcels/v1/parcels',
      { method: 'POST', headers: json, body: '{"__proto__":{"name":"n"}}' },
    ],
    [
      'unsupportedMediaType',
      415,
      '/parcels/v1/parcels',
      { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<x/>' },
    ],
    ['unsupportedMediaType', 415, '/parcels/v1/parcels', { method: 'POST', headers: ndjson, body: '{}\n' }],
    [
      'unsupportedEncoding',
      415,
      '/parcels/v1/raw',
      { method: 'POST', headers: { ...json, 'content-encoding': 'br' }, body: '{}' },
    ],
    [
      'malformedEncoding',
      400,
      '/parcels/v1/raw',
      { method: 'POST', headers: { ...ndjson, ...gzip }, body: 'not gzip at all' },
    ],
    [
      'malformedEncoding',
      400,
      '/parcels/v1/raw',
      {
        method: 'POST',
        headers: { ...ndjson, ...gzip },
        body: gzipSync('{}\n'.repeat(1_000)).subarray(0, 20),
      },
    ],
    ['bodyTooLarge', 413, '/parcels/v1/raw', { method: 'POST', headers: json, body: 'x'.repeat(20_001) }],
    [
      'bodyTooLarge',
      413,
      '/parcels/v1/raw',
      { method: 'POST', headers: { ...json, ...gzip }, body: gzipSync('x'.repeat(20_001)) },
    ],
    [
      'bodyTooLarge',
      413,
      '/parcels/v1/raw',
      { method: 'POST', headers: ndjson, body: `${'x'.repeat(100)}\n`.repeat(600) },
    ],
  ])('answers %s with %i', async (code, status, address, init) => {
    const answer = await send(address, init);
    expect(answer.body).toMatchObject({ code, status });
    expect(answer.response.status).toBe(status);
  });

  it('hands raw bodies over: JSON as its bytes, NDJSON as a stream, gzip inflated', async () => {
    const whole = await send('/parcels/v1/raw', { method: 'POST', headers: json, body: '{"a": 1.0}' });
    expect(whole.body).toEqual({ whole: '{"a": 1.0}' });
    const lines = gzipSync('{"a":1}\n\n{"b":22}');
    const stream = await send('/parcels/v1/raw', {
      method: 'POST',
      headers: { ...ndjson, ...gzip },
      body: lines,
    });
    expect(stream.body).toEqual({ lengths: [7, 8] });
  });

  it('documents every route from the schemas that check it, problems included', async () => {
    const { body } = await send('/openapi.json');
    const document = body as {
      openapi: string;
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const read = document.paths['/parcels/v1/parcels/{parcelId}']?.['get'];
    expect(read?.['parameters']).toEqual([
      expect.objectContaining({ name: 'parcelId', in: 'path', required: true, description: 'Id' }),
      expect.objectContaining({ name: 'limit', in: 'query', required: false }),
    ]);
    expect(JSON.stringify(read?.['responses'])).toContain('parcelUnknown');
    expect(read?.['security']).toEqual([{ bearer: [] }]);
    const create = document.paths['/parcels/v1/parcels']?.['post'];
    expect(create?.['requestBody']).toMatchObject({
      content: { 'application/json': { schema: { properties: { grams: { type: 'integer', minimum: 0 } } } } },
    });
    expect(create?.['description']).toContain('parcels:write');
    expect(document.paths['/parcels/v1/raw']?.['post']?.['security']).toEqual([]);
    expect(JSON.stringify(document.paths['/parcels/v1/raw'])).toContain('application/x-ndjson');
    expect((await send('/docs')).response.status).toBe(200);
    expect((await send('/docs/swagger-ui-bundle.js')).response.status).toBe(200);
  });

  it('tells health apart: ready is to be of use, live is to be alive at all', async () => {
    expect((await send('/metrics')).body).toBe('potok_up 1\n');
    started.health.addReadiness('broker', () => ({ ok: false, detail: 'no answer' }));
    const ready = await send('/health/ready');
    expect(ready.response.status).toBe(503);
    expect(ready.body).toMatchObject({ checks: { broker: { ok: false, detail: 'no answer' } } });
    expect((await send('/health/live')).response.status).toBe(200);
    started.health.addLiveness('consumer', () => ({ ok: false, detail: 'died' }));
    expect((await send('/health/live')).response.status).toBe(503);
  });
});

describe('limits of an HTTP app', () => {
  it('cuts off a request that never ends its headers', async () => {
    const started = await start({ HTTP_HEADERS_TIMEOUT_MS: '200', HTTP_REQUEST_TIMEOUT_MS: '400' });
    const { port, hostname } = new URL(started.address);
    const socket = net.connect(Number(port), hostname);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    socket.resume();
    await once(socket, 'close');
    await started.app.close();
  });

  it('cuts off a body that never ends', async () => {
    const started = await start({ HTTP_HEADERS_TIMEOUT_MS: '200', HTTP_REQUEST_TIMEOUT_MS: '400' });
    const { port, hostname } = new URL(started.address);
    const socket = net.connect(Number(port), hostname);
    socket.write('POST /parcels/v1/raw HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    socket.write('Content-Length: 1000\r\n\r\n{');
    socket.resume();
    await once(socket, 'close');
    await started.app.close();
  });

  it('refuses what is over requestsMax with 503 and Retry-After, but never a probe', async () => {
    const started = await start({ HTTP_REQUESTS_MAX: '1' });
    const slow = fetch(`${started.address}/parcels/v1/slow`);
    let refused = await fetch(`${started.address}/parcels/v1/parcels/p-1`);
    while (refused.status !== 503) refused = await fetch(`${started.address}/parcels/v1/parcels/p-1`);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${started.address}/health/live`)).status).toBe(200);
    started.app.get(ParcelController).let();
    expect(await (await slow).text()).toBe('done');
    await started.app.close();
  });

  it('will not start with a route that nobody guards', async () => {
    await expect(start({}, OpenModule)).rejects.toThrow('nobody said who may call OpenController.read');
  });

  it('finishes the request in hand when it is told to end, and takes no new one', async () => {
    const started = await start();
    const slow = fetch(`${started.address}/parcels/v1/slow`);
    const metricsBefore = await fetch(`${started.address}/metrics`);
    expect(metricsBefore.status).toBe(200);
    const order: string[] = [];
    started.shutdown.add('drain', 'test', async () => {
      order.push(`ready ${String((await started.health.ready()).ok)}`);
      started.app.get(ParcelController).let();
    });
    const clean = await started.shutdown.run();
    expect(await (await slow).text()).toBe('done');
    expect(order).toEqual(['ready false']);
    expect(clean).toBe(true);
    await expect(fetch(`${started.address}/metrics`)).rejects.toThrow();
  });
});
