import * as fs from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { runPotok } from './run-potok';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: { products?: { productId: string; name?: string; barcodes?: unknown[] }[] };
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** Answers as the service would: `answer` per request, the requests kept. */
class StubService {
  readonly received: Received[] = [];
  answer: (request: Received) => Reply = (request) => upserted(request);
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const received: Received = {
        method: request.method ?? '',
        url: request.url ?? '',
        authorization: request.headers.authorization ?? '',
        body: text === '' ? {} : (JSON.parse(text) as Received['body']),
      };
      this.received.push(received);
      const { status, headers = {}, body } = this.answer(received);
      response.writeHead(status, headers).end(JSON.stringify(body));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function upserted({ body }: Received, rejected: readonly object[] = []): Reply {
  const created = (body.products?.length ?? 0) - rejected.length;
  return {
    status: 200,
    body: { created, changed: 0, unchanged: 0, barcodesLearned: created, catalogueVersion: 7, rejected },
  };
}

let service: StubService;
let url: string;
let folder: string;

beforeEach(async () => {
  service = new StubService();
  url = await service.start();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
});

afterEach(() => {
  service.stop();
  fs.rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  const target = path.join(folder, name);
  fs.writeFileSync(target, content);
  return target;
}

async function run(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const environment = { POTOK_URL: url, POTOK_TOKEN: 'secret' };
  const exitCode = await runPotok(args, { environment, stdout, stderr });
  const textOf = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString('utf8') ?? '';
  return { exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
}

function csv(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, index) => `${String(index)};Товар ${String(index)};${String(index)}`,
  );
  return `код;наименование;штрихкод\n${lines.join('\n')}\n`;
}

describe('import products', () => {
  it('sends the rows in requests and reports one line of JSON at the end of standard output', async () => {
    const { exitCode, stdout } = await run('import', 'products', file('a.csv', csv(4500)), '--json', '-');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 4500, created: 4500, rejected: 0, rejectedFile: null });
    expect(service.received.map(({ body }) => body.products?.length)).toEqual([2000, 2000, 500]);
    expect(service.received[0]?.authorization).toBe('Bearer secret');
  });

  it('writes rejected rows with their line, code, field and reason beside the file and exits with 1', async () => {
    service.answer = (request) =>
      upserted(request, [
        { row: 1, productId: '2', code: 'barcodeTaken', field: 'barcodes', message: '=belongs to p-1' },
      ]);
    const source = file('b.csv', 'id,name,barcode,price\n1,A,11,1\n2,B,22,2\n3,C,33,three\n');
    const { exitCode, stdout } = await run('import', 'products', source);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('3 rows');
    expect(fs.readFileSync(`${source}.rejected.csv`, 'utf8')).toBe(
      '\ufeffline;productId;code;field;message\r\n' +
        `3;2;barcodeTaken;barcodes;'=belongs to p-1\r\n` +
        '4;;cellUnreadable;price;"""three"" is not readable as price"\r\n',
    );
  });

  it('makes one product of the rows of its barcodes', async () => {
    const source = file('c.csv', 'id;name;barcode\n1;A;11\n1;A;12\n1;A;11\n2;B;22\n');
    await run('import', 'products', source);
    expect(service.received[0]?.body.products).toEqual([
      { productId: '1', name: 'A', barcodes: [{ barcode: '11' }, { barcode: '12' }] },
      { productId: '2', name: 'B', barcodes: [{ barcode: '22' }] },
    ]);
  });

  it('reads windows-1251, and files compressed by gzip with tabs and quotes in names', async () => {
    const cp1251 = Buffer.concat([Buffer.from('id;name\n1;'), Buffer.from([0xd5, 0xeb, 0xe5, 0xe1])]);
    await run('import', 'products', file('d.csv', cp1251));
    expect(service.received[0]?.body.products).toEqual([{ productId: '1', name: 'Хлеб' }]);
    await run('import', 'products', file('e.tsv.gz', gzipSync('ID\tName\n5\t"Русь" сыр\n6\tСыр\n')));
    expect(service.received[1]?.body.products?.map(({ name }) => name)).toEqual(['"Русь" сыр', 'Сыр']);
  });

  it('repeats a request that was put off', async () => {
    service.answer = (request) =>
      service.received.length === 1
        ? { status: 503, headers: { 'retry-after': '0' }, body: {} }
        : upserted(request);
    expect((await run('import', 'products', file('f.csv', csv(1)))).exitCode).toBe(0);
    expect(service.received).toHaveLength(2);
  });
});

describe('every command', () => {
  it('exits with 2 on bad arguments and says which', async () => {
    expect(await run('import', 'products', path.join(folder, 'none.csv'))).toMatchObject({ exitCode: 2 });
    expect((await run('import', 'products')).exitCode).toBe(2);
    expect((await run('import', 'products', file('g.csv', csv(1)), '--encoding', 'koi8')).stderr).toContain(
      '--encoding',
    );
    expect((await run('nothing')).exitCode).toBe(2);
    expect((await run('import', 'products', file('h.csv', 'a;b\n1;2\n'))).stderr).toContain('productId');
    expect((await run('--help')).exitCode).toBe(0);
  });

  it('says a refusal in the words of the service and exits with 1', async () => {
    service.answer = () => ({ status: 403, body: { code: 'scopeMissing', title: 'The scope is missing' } });
    expect(await run('quarantine', 'list', 'stock')).toMatchObject({
      exitCode: 1,
      stderr: 'The scope is missing\n',
    });
  });

  it('lists and re-drives a quarantine, and asks for a republication of the owner', async () => {
    service.answer = ({ url: asked }) => ({
      status: 200,
      body: asked.endsWith('/redrive') ? { results: [{ outcome: 'failedAgain' }] } : { entries: [] },
    });
    expect((await run('quarantine', 'list', 'stock')).stdout).toContain('entry');
    expect((await run('quarantine', 'redrive', 'stock', '5')).exitCode).toBe(1);
    const republish = [
      'topics',
      'republish',
      'retail.sales.receipts.v1',
      '--store',
      'store-1',
      '--from',
      '3',
    ];
    expect((await run(...republish)).exitCode).toBe(0);
    expect(service.received.map(({ method, url: asked }) => `${method} ${asked}`)).toEqual([
      'GET /v1/stock/quarantine?state=open&limit=100',
      'POST /v1/stock/quarantine/5/redrive',
      'POST /v1/nomenclature/republish',
    ]);
    expect(service.received[2]?.body).toEqual({
      topic: 'retail.sales.receipts.v1',
      streamKey: 'store-1',
      fromSeq: 3,
    });
  });
});
