import * as net from 'node:net';
import { waitFor } from '@potok/platform-testing/wait-for';
import { ChainClient, receiptOf } from './testing/chain-client';
import { startIngestion, startOwnBroker } from './testing/running-ingestion';
import type { RunningIngestion } from './testing/running-ingestion';

const SERIES = '7380440800123456';
const CONNECTIONS_MAX = 500;
const CONNECTIONS = 10_000;
const REQUESTS_MAX = 100;

let broker: Awaited<ReturnType<typeof startOwnBroker>>;
let service: RunningIngestion;
let chain: ChainClient;
let bearer: string;
const sockets = new Set<net.Socket>();

beforeAll(async () => {
  broker = await startOwnBroker();
  service = await startIngestion(broker.brokers, {
    HTTP_HEADERS_TIMEOUT_MS: '1500',
    HTTP_REQUEST_TIMEOUT_MS: '3000',
    HTTP_CONNECTIONS_MAX: String(CONNECTIONS_MAX),
    HTTP_REQUESTS_MAX: String(REQUESTS_MAX),
  });
  chain = new ChainClient(service);
  await chain.organise(SERIES);
  bearer = (await chain.enrol({ stores: ['store-1'] })).token;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});
afterAll(async () => {
  await service.stop();
  await broker.stop();
});

interface Wire {
  readonly socket: net.Socket;
  readonly received: () => string;
  readonly closed: Promise<void>;
}

function connect(): Wire {
  const { hostname, port } = new URL(service.address);
  const socket = net.connect(Number(port), hostname);
  sockets.add(socket);
  const wire = { text: '' };
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    wire.text += data.toString();
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  return { socket, received: () => wire.text, closed };
}

function head(fields: readonly string[], token = bearer): string {
  const first = ['POST /v1/ingestion/documents HTTP/1.1', 'host: potok', `authorization: Bearer ${token}`];
  return `${[...first, ...fields].join('\r\n')}\r\n\r\n`;
}

const NDJSON = 'content-type: application/x-ndjson';

function problemIn(text: string): Record<string, unknown> {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
}

async function sendsWell(number: number): Promise<void> {
  const answer = await chain.sendLines([receiptOf(SERIES, number)], { bearer });
  expect(answer.body).toMatchObject({ accepted: 1 });
}

describe('a body that is cut in the middle', () => {
  it('is not answered; what had arrived may be sent again without harm', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => JSON.stringify(receiptOf(SERIES, index + 1)));
    const body = `${lines.join('\n')}\n`;
    const wire = connect();
    wire.socket.write(head([NDJSON, `content-length: ${String(Buffer.byteLength(body))}`]));
    wire.socket.write(body.slice(0, -200));
    await new Promise((resolve) => setTimeout(resolve, 200));
    wire.socket.destroy();
    await wire.closed;
    expect(wire.received()).toBe('');
    expect((await chain.sendLines(lines, { bearer })).body).toMatchObject({ accepted: 50 });
    const numbers = lines.map((_line, index) => index + 1);
    await chain.untilTaken(SERIES, numbers);
  });

  it('whose sender still listens: nothing half-taken is called accepted', async () => {
    const wire = connect();
    wire.socket.write(head([NDJSON, 'content-length: 5000']));
    wire.socket.end(`${JSON.stringify(receiptOf(SERIES, 60))}\n{"type":"rec`);
    await wire.closed;
    expect(wire.received()).not.toContain('"accepted"');
    if (wire.received() !== '') expect(problemIn(wire.received())).toMatchObject({ code: 'badRequest' });
    await sendsWell(60);
  });
});

describe('what is no HTTP', () => {
  it.each<[string, string, number, string]>([
    ['garbage', 'горшок\r\n\r\n', 400, 'badRequest'],
    ['a header without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431, 'headersTooLarge'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
      'badRequest',
    ],
    [
      'an address that cannot be decoded',
      'GET /v1/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      400,
      'badRequest',
    ],
    [
      'no such address',
      'GET /v1/nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      404,
      'routeUnknown',
    ],
  ])('%s', async (_what, text, status, code) => {
    const wire = connect();
    wire.socket.write(text);
    await wire.closed;
    expect(wire.received()).toContain(`HTTP/1.1 ${String(status)} `);
    expect(wire.received().toLowerCase()).toContain('content-type: application/problem+json');
    expect(problemIn(wire.received())).toMatchObject({ status, code });
    expect(String(problemIn(wire.received()).remedy).length).toBeGreaterThan(0);
  });
});

describe('a body that takes long to read', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  it.each<[string, string, string, number, string]>([
    ['too deep', '/v1/organisation/stores/store-1', deep, 400, 'jsonTooComplex'],
    [
      'too many values',
      '/v1/organisation/stores/store-1',
      `[${'1,'.repeat(100_000)}1]`,
      400,
      'jsonTooComplex',
    ],
    ['too large', '/v1/organisation/stores/store-1', ' '.repeat(2_000_000), 413, 'bodyTooLarge'],
  ])('%s', async (_what, path, body, status, code) => {
    const headers = { authorization: `Bearer ${service.adminToken}`, 'content-type': 'application/json' };
    const response = await fetch(`${service.address}${path}`, { method: 'PUT', headers, body });
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ code })]);
  });

  it('from nobody: a small one, of stated length, or none', async () => {
    const path = `${service.address}/v1/organisation/credentials/token`;
    const headers = { 'content-type': 'application/json' };
    const large = await fetch(path, { method: 'POST', headers, body: deep });
    expect([large.status, await large.json()]).toMatchObject([413, { code: 'bodyTooLarge' }]);
    const wire = connect();
    const head =
      'POST /v1/organisation/credentials/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json';
    wire.socket.write(`${head}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n1\r\n{\r\n`);
    await waitFor(() => wire.received().includes('HTTP/1.1 411 '), { what: 'an answer' });
  });
});

describe('a client that sends one byte a second', () => {
  it.each<[string, string]>([
    ['in its headers', 'POST /v1/ingestion/documents HTTP/1.1\r\nhost: x\r\nauthorization: Bearer'],
    ['in its body', ''],
  ])('%s: it is sent away when its time is over', async (_where, text) => {
    const wire = connect();
    wire.socket.write(text === '' ? head([NDJSON, 'content-length: 500']) : text);
    const dripping = setInterval(() => wire.socket.write('x'), 300);
    try {
      await wire.closed;
    } finally {
      clearInterval(dripping);
    }
    expect(wire.received()).toContain('HTTP/1.1 408 ');
    expect(problemIn(wire.received())).toMatchObject({ code: 'requestTimeout' });
    await sendsWell(61);
  });

  it('as many of them as requests may be in hand, without a token: the others are served meanwhile', async () => {
    const crawlers = Array.from({ length: REQUESTS_MAX + 50 }, connect);
    for (const { socket } of crawlers) {
      socket.write(head(['content-type: application/json', 'content-length: 5000'], 'ptk_nobody'));
      socket.write('{');
    }
    await sendsWell(62);
    await waitFor(() => crawlers.every(({ received }) => received().includes('HTTP/1.1 401 ')), {
      what: 'each of them to be sent away',
    });
  });
});

it('10,000 connections that say nothing: they make room for those who do', async () => {
  await sendsWell(70);
  const served: number[] = [];
  for (let opened = 0; opened < CONNECTIONS; opened += 250) {
    for (let index = 0; index < 250; index += 1) connect();
    const number = 100 + opened;
    await sendsWell(number);
    served.push(number);
  }
  expect(served).toHaveLength(CONNECTIONS / 250);
  const open = await new Promise<number>((resolve) => {
    service.app.getHttpServer().getConnections((_error: Error | null, count: number) => {
      resolve(count);
    });
  });
  expect(open).toBeLessThanOrEqual(CONNECTIONS_MAX);
  await waitFor(async () => (await fetch(`${service.address}/health/ready`)).ok, { what: 'readiness' });
  await chain.untilTaken(SERIES, served);
});
