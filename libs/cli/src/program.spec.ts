import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runCli } from './program';

interface Received {
  readonly route: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

type Answer = (received: Received) => { readonly status: number; readonly body: unknown };

let folder: string;
let server: Server;
let received: Received[];
let answer: Answer;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'potok-cli-'));
  received = [];
  server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const one = {
    route: `${String(request.method)} ${String(request.url)}`,
    authorization: request.headers.authorization,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
  received.push(one);
  const { status, body } = answer(one);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function run(...cliArguments: string[]) {
  let out = '';
  let error = '';
  const { port } = server.address() as AddressInfo;
  const exitCode = await runCli({
    arguments: cliArguments,
    environment: { POTOK_URL: `http://127.0.0.1:${String(port)}`, POTOK_TOKEN: 'secret' },
    terminal: false,
    writeOut: (text) => (out += text),
    writeError: (text) => (error += text),
  });
  return { exitCode, out, error };
}

function fileOf(text: string): string {
  const file = path.join(folder, 'products.csv');
  writeFileSync(file, text);
  return file;
}

const upserted = (created: number, rejected: object[] = []) => ({
  status: 200,
  body: { created, changed: 0, unchanged: 0, barcodesLearned: 0, catalogueVersion: 1, rejected },
});
const productsOf = ({ body }: Received) => (body as { products: { productId: string }[] }).products;

describe('import products', () => {
  it('sends all rows in batches of at most a thousand and ends with one line of JSON', async () => {
    answer = (request) => upserted(productsOf(request).length);
    const rows = Array.from({ length: 2_500 }, (_, row) => `${String(row + 1)};Товар`).join('\n');
    const { exitCode, out } = await run(
      'import',
      'products',
      fileOf(`код;наименование\n${rows}\n`),
      '--json',
      '-',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rows: 2_500, created: 2_500, rejected: 0, rejectedFile: null });
    const sizes = received.map((request) => productsOf(request).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(new Set(received.flatMap(productsOf).map(({ productId }) => productId)).size).toBe(2_500);
    expect(received[0]).toMatchObject({
      route: 'POST /v1/nomenclature/products',
      authorization: 'Bearer secret',
    });
  });

  it('writes rejected rows beside the file, formulas disarmed, and exits with 1; mended they come back whole', async () => {
    const refusal = { row: 1, productId: '2', code: 'barcodeTaken', field: 'barcodes', message: 'of p-9' };
    answer = () => upserted(1, [refusal]);
    const file = fileOf('код;наименование;цена\n1;Хлеб;10\n2;=cmd();20\n3;Сок;дорого\n');
    const { exitCode, out } = await run('import', 'products', file);
    expect(exitCode).toBe(1);
    expect(out).toContain('3 rows: 1 created');
    const rejected = readFileSync(`${file}.rejected.csv`, 'utf8')
      .replace('\uFEFF', '')
      .trim()
      .split('\r\n')
      .sort();
    expect(rejected).toEqual([
      `3;barcodeTaken;barcodes;of p-9;2;'=cmd();20`,
      '4;fieldInvalid;price;"дорого: roubles such as 1234,50 are expected";3;Сок;дорого',
      'rejected_line;rejected_code;rejected_field;rejected_message;код;наименование;цена',
    ]);
    answer = () => upserted(1);
    const again = await run('import', 'products', `${file}.rejected.csv`);
    expect(again.error).not.toContain('unknown columns');
    expect(received.at(-1)?.body).toEqual({
      products: [{ productId: '2', name: '=cmd()', priceKopecks: 2000 }],
    });
  });

  it('keeps the order of rows of one product', async () => {
    answer = () => upserted(1);
    await run('import', 'products', fileOf('код;наименование\n1;Старое\n1;Новое\n'));
    expect(received.map(({ body }) => body)).toEqual([
      { products: [{ productId: '1', name: 'Старое' }] },
      { products: [{ productId: '1', name: 'Новое' }] },
    ]);
  });

  it('sends nothing in a dry run and names unknown columns', async () => {
    const { exitCode, error } = await run(
      'import',
      'products',
      fileOf('код;имя;наименование\n1;x;Хлеб\n'),
      '--dry-run',
    );
    expect({ exitCode, requests: received.length }).toEqual({ exitCode: 0, requests: 0 });
    expect(error).toContain('unknown columns are not imported: имя');
  });

  it('repeats a request that was put off, and fails on one that was refused', async () => {
    const file = fileOf('код;наименование\n1;Хлеб\n');
    answer = () => (received.length === 1 ? { status: 503, body: {} } : upserted(1));
    expect((await run('import', 'products', file)).exitCode).toBe(0);
    expect(received).toHaveLength(2);
    answer = () => ({ status: 403, body: { title: 'Not allowed' } });
    const { exitCode, error } = await run('import', 'products', file);
    expect(exitCode).toBe(1);
    expect(error).toContain('403 Not allowed');
  });
});

describe('Arguments', () => {
  it.each([
    [['import', 'products']],
    [['import', 'products', 'no-such-file.csv']],
    [['import', 'products', 'x.csv', '--encoding', 'koi8']],
    [['consumers', 'seek', '--service', 'stock', '--consumer', 'c', '--partition', '0', '--to', 'begin']],
    [['quarantine', 'list', '--service', 'elsewhere']],
    [['quarantine', 'list', '--service', 'stock', '--state', 'lost']],
    [['topics', 'republish', '--topic', 'unknown', '--store', 's', '--from', '1']],
    [['topics', 'drift']],
    [['credentials', 'enrol', '--name', 'Agent']],
    [['credentials', 'list', '--state', 'lost']],
    [['nonsense']],
    [[]],
  ])('%j exit with 2', async (cliArguments) => {
    expect((await run(...cliArguments)).exitCode).toBe(2);
    expect(received).toEqual([]);
  });

  it('that ask for help exit with 0 and show an example', async () => {
    const { exitCode, out } = await run('import', 'products', '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('Examples:');
  });
});

describe('Commands of the operator', () => {
  it('republish asks the service that owns the topic', async () => {
    answer = () => ({ status: 202, body: { requested: true } });
    const topic = 'retail.stock.movements.v1';
    expect(
      (await run('topics', 'republish', '--topic', topic, '--store', 's-1', '--from', '7')).exitCode,
    ).toBe(0);
    expect(received[0]).toMatchObject({
      route: 'POST /v1/stock/republish',
      body: { topic, streamKey: 's-1', fromSeq: 7 },
    });
  });

  it('seek sends the position', async () => {
    answer = () => ({ status: 200, body: { topic: 't', position: 5 } });
    const place = ['--service', 'stock', '--consumer', 'a.b', '--partition', '3', '--to', 'earliest'];
    expect((await run('consumers', 'seek', ...place)).exitCode).toBe(0);
    expect(received[0]).toMatchObject({
      route: 'POST /v1/stock/consumers/a.b/seek',
      body: { partition: 3, to: 'earliest' },
    });
  });

  it('quarantine list says how to read on', async () => {
    const entry = { state: 'open', reason: 'invalidJson', source: 'intake', count: 1, lastSeenAt: 't' };
    answer = () => ({ status: 200, body: { entries: [{ ...entry, entryId: '17' }], next: '17' } });
    const { out } = await run('quarantine', 'list', '--service', 'stock', '--limit', '1', '--before', '18');
    expect(received[0]?.route).toBe('GET /v1/stock/quarantine?state=open&limit=1&before=18');
    expect(out).toContain('more: --before 17');
  });

  it('quarantine dismiss wants a reason and says what it means', async () => {
    const dismissed = { entryId: '17', closedBy: 'admin', subjectStillOpen: true };
    answer = () => ({ status: 200, body: { ...dismissed, consequence: 'effectLeftOut' } });
    const dismiss = ['quarantine', 'dismiss', '17', '--service', 'stock'];
    expect((await run(...dismiss)).exitCode).toBe(2);
    expect(received).toEqual([]);
    const { exitCode, out } = await run(...dismiss, '--reason', 'never sold');
    expect(exitCode).toBe(0);
    expect(received[0]).toMatchObject({
      route: 'POST /v1/stock/quarantine/17/dismiss',
      body: { reason: 'never sold' },
    });
    expect(out).toContain('17 dismissed by admin');
    expect(out).toContain('left out for ever');
    expect(out).toContain('other entries about the same are open');
  });

  it('credentials are listed with what they may speak for: revoke wants their id', async () => {
    const credential = (credentialId: string, state: string, scope: object) => ({
      credentialId,
      name: 'Agent',
      scope,
      state,
      createdAt: '2026-03-02T09:15:00.000Z',
    });
    answer = () => ({
      status: 200,
      body: [
        credential('dev-1', 'enrolled', { stores: ['s-1', 's-2', 's-3', 's-4'] }),
        credential('dev-2', 'revoked', { system: '1c' }),
      ],
    });
    const all = await run('credentials', 'list');
    expect(all.out).toMatch(/dev-1 +enrolled +Agent +s-1, s-2, s-3 and 1 more/);
    expect(all.out).toMatch(/dev-2 +revoked +Agent +system 1c/);
    const { out } = await run('credentials', 'list', '--state', 'revoked');
    expect(out).not.toContain('dev-1');
  });

  it('exchange needs no token', async () => {
    answer = () => ({ status: 201, body: { credentialId: 'c', token: 't' } });
    const { out } = await run('credentials', 'exchange', 'code-1234');
    expect(out).toContain('token t');
    expect(received[0]?.authorization).toBeUndefined();
  });

  it('status exits with 1 when a stream is halted', async () => {
    const halted = [{ streamKey: 's-1', epoch: 1, expectedSeq: 7, reason: 'gap' }];
    const statusOf = (haltedStreams: object[]) => ({
      service: 'x',
      consumers: [{ consumer: 'x.read', topic: 't', lag: 3, haltedStreams }],
      publication: [{ topic: 'u', events: 2, haltedPartitions: 0 }],
      dirtyRows: 0,
      quarantineOpen: 1,
    });
    answer = () => ({ status: 200, body: statusOf([]) });
    expect((await run('status')).exitCode).toBe(0);
    answer = () => ({ status: 200, body: statusOf(halted) });
    const { exitCode, out } = await run('status');
    expect(exitCode).toBe(1);
    expect(out).toContain('x.read: s-1 waits for 7 (gap)');
  });
});

describe('The doctor', () => {
  const ok = { check: 'database', level: 'ok', detail: 'PostgreSQL 15', remedy: null };
  const halted = { check: 'halts', level: 'fail', detail: 'store-9 waits', remedy: 'topics republish' };
  const chain = {
    registers: 3,
    silent: 1,
    holesOpen: 2,
    numbersMissing: 5,
    shiftsIncomplete: 0,
    reportsDiffering: 0,
    heldBack: 0,
  };

  it('asks every service, and says what fails and what to do', async () => {
    answer = ({ route }) => {
      if (route === 'GET /health/ready') return { status: 200, body: { status: 'ok', checks: {} } };
      if (route.includes('completeness')) return { status: 200, body: chain };
      const checks = route.includes('stock') ? [ok, halted] : [ok];
      return { status: 200, body: { service: 'x', checks } };
    };
    const { exitCode, error, out } = await run('doctor', '--json', '-');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ failed: 1 });
    expect(error).toMatch(/FAIL {2}stock: halts: store-9 waits\n\s+→ topics republish/);
    expect(error).toContain('2 gaps, 5 numbers missing, 1 registers silent');
  });

  it('says where nothing answers', async () => {
    const { exitCode, error, out } = await run('doctor', '--url', 'http://127.0.0.1:1', '--json', '-');
    expect(exitCode).toBe(1);
    expect(error).toContain('no answer');
    expect(JSON.parse(out)).toMatchObject({ failed: 1 });
  });

  it('names the token where it is refused', async () => {
    answer = ({ route }) =>
      route === 'GET /health/ready'
        ? { status: 200, body: { status: 'ok', checks: {} } }
        : { status: 401, body: { code: 'unauthenticated', title: 'Nobody is known by these credentials' } };
    const { exitCode, out } = await run('doctor');
    expect(exitCode).toBe(1);
    expect(out).toMatch(/FAIL {2}stock: service: .*401.*\n\s+→ Ask with a token .*--token-file/);
  });

  it('takes a token file or a report file that cannot be used for bad arguments, before it asks', async () => {
    const unread = await run('doctor', '--token-file', path.join(folder, 'none'));
    expect(unread).toMatchObject({ exitCode: 2, out: '' });
    expect(unread.error).toContain('cannot be read: name it by --token-file');
    const unwritten = await run('doctor', '--json', path.join(folder, 'none', 'report.json'));
    expect(unwritten).toMatchObject({ exitCode: 2, out: '' });
    expect(unwritten.error).toMatch(/--json .*report.json cannot be written/);
    expect(received).toEqual([]);
  });

  it('finds a service at the address that has it', async () => {
    answer = ({ route }) => {
      if (route === 'GET /health/ready') return { status: 200, body: { status: 'ok', checks: {} } };
      if (route.includes('completeness')) return { status: 200, body: { ...chain, silent: 0, holesOpen: 0 } };
      return { status: 200, body: { service: 'x', checks: [ok] } };
    };
    const { port } = server.address() as AddressInfo;
    const elsewhere = createServer((_request, response) => {
      const body = JSON.stringify({
        code: 'routeUnknown',
        title: 'There is nothing at this address',
        checks: {},
        status: 'ok',
      });
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(body);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const other = (elsewhere.address() as AddressInfo).port;
    const urls = `http://127.0.0.1:${String(other)},http://127.0.0.1:${String(port)}`;
    const { exitCode } = await run('doctor', '--url', urls);
    elsewhere.close();
    expect(exitCode).toBe(0);
  });
});

describe('privacy erase', () => {
  const person = (subjectNo: number) => ({
    subjectNo,
    kind: 'employee',
    stated: { name: 'Иванова' },
    knownSince: '2026-03-02T09:15:00.000Z',
    documents: 3,
  });
  const erasure = {
    subjectNos: [7],
    documents: 3,
    quarantineEntries: 1,
    heldDocuments: 0,
    inboxFreeAt: '2026-03-09T09:15:00.000Z',
  };
  const request = ['privacy', 'erase', '--person', 'Иванова', '--reason', 'request 17'];

  it('erases the one who is known by that, and says what is gone', async () => {
    answer = ({ route }) => ({
      status: 200,
      body: route.endsWith('/find') ? { persons: [person(7)] } : erasure,
    });
    const { exitCode, out } = await run(...request);
    expect(exitCode).toBe(0);
    expect(out).toContain('erased: 7');
    expect(out).toContain('nobody can restore any more: 3');
  });

  it('asks who is meant where several are, and erases nobody', async () => {
    answer = () => ({ status: 200, body: { persons: [person(7), person(8)] } });
    const refused = await run(...request);
    expect(refused.exitCode).toBe(2);
    expect(refused.error).toContain('--subject');
    expect(received.map(({ route }) => route)).toEqual(['POST /v1/ingestion/persons/find']);
    answer = ({ route }) => ({
      status: 200,
      body: route.endsWith('/find') ? { persons: [person(7), person(8)] } : erasure,
    });
    expect((await run(...request, '--subject', '7')).exitCode).toBe(0);
    expect(received.at(-1)?.body).toMatchObject({ person: 'Иванова', subjectNos: [7] });
  });
});
