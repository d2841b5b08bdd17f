import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCli } from '../program';

let server: Server;
let asked: { readonly route: string; readonly body: unknown }[];
let answers: Readonly<Record<string, unknown>>;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const route = `${String(request.method)} ${String(request.url)}`;
      asked.push({ route, body: text === '' ? null : (JSON.parse(text) as unknown) });
      const answer = answers[route];
      const problem = { title: 'There is no such conflict', remedy: 'List them.' };
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? problem));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

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

const documentId = '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d';
const otherId = '8d0c5a52-6f0e-5c9b-9b7e-3f1c2f6a7d10';
const decision = {
  decisionNo: '1',
  kind: 'keep',
  documentId,
  otherDocumentId: null,
  conflictNo: '17',
  revision: null,
  decidedBy: 'admin',
  decidedAt: '2026-03-02T09:15:00.000Z',
  reason: 'as printed',
};
const summary = {
  conflictNo: '17',
  kind: 'conflict',
  state: 'open',
  documentId,
  joinedIds: [],
  storeId: 'store-0007',
  scheme: 'fn',
  series: '7380440800123456',
  number: 4711,
  field: '/totalKopecks',
  receivedAt: '2026-03-02T09:15:00.000Z',
  decision: null,
};

describe('the commands about decisions', () => {
  it('list conflicts of a store, page by page', async () => {
    const route = 'GET /v1/ingestion/conflicts?state=open&limit=1&storeId=store-0007';
    answers = { [route]: { conflicts: [summary], next: '17' } };
    const { exitCode, out } = await run('conflicts', 'list', '--store', 'store-0007', '--limit', '1');
    expect(exitCode).toBe(0);
    expect(out).toContain('store-0007  7380440800123456  4711    /totalKopecks');
    expect(out).toContain('more: --before 17');
  });

  it('show both sides of a conflict', async () => {
    const differences = [{ field: '/totalKopecks', standing: 300, held: null }];
    answers = {
      'GET /v1/ingestion/conflicts/17': { ...summary, standing: {}, held: null, others: [], differences },
    };
    const { out } = await run('conflicts', 'show', '17');
    expect(out).toContain('/totalKopecks  300     -');
  });

  it('decide with a reason, and refuse to without one', async () => {
    answers = { 'POST /v1/ingestion/conflicts/17/keep': decision };
    const { exitCode, out } = await run('conflicts', 'keep', '17', '--reason', 'as printed', '--json', '-');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual(decision);
    expect(asked[0]?.body).toEqual({ reason: 'as printed', overrule: false });
    expect((await run('conflicts', 'keep', '17')).exitCode).toBe(2);
    const unknown = await run('conflicts', 'revise', '99', '--reason', 'as printed');
    expect(unknown.exitCode).toBe(1);
    expect(unknown.error).toContain('There is no such conflict. List them.');
  });

  it('merge two documents', async () => {
    const merged = { ...decision, kind: 'merge', otherDocumentId: otherId, revision: 2, conflictNo: null };
    answers = {
      'POST /v1/ingestion/merges': {
        decision: merged,
        contradicts: 'totalKopecks',
        survivorRevision: 2,
        mergedRevision: 2,
        followed: 1,
      },
    };
    const reason = ['--reason', 'one sale'];
    const { out } = await run('conflicts', 'merge', '--survivor', documentId, '--merged', otherId, ...reason);
    expect(asked[0]?.body).toEqual({ survivorId: documentId, mergedId: otherId, reason: 'one sale' });
    expect(out).toContain('they contradict in totalKopecks');
    expect(out).toContain('held copies taken in: 1');
  });

  it('withdraw a document and tell its history', async () => {
    const withdrawn = { ...decision, kind: 'withdraw', revision: 2, conflictNo: null };
    const recordedAt = '2026-03-02T09:15:01.000Z';
    const revision = {
      revision: 1,
      revisionKind: 'original',
      storeId: 'store-0007',
      streamSeq: 3,
      recordedAt,
    };
    answers = {
      [`POST /v1/ingestion/documents/${documentId}/withdraw`]: withdrawn,
      [`GET /v1/ingestion/documents/${documentId}/history`]: {
        documentId,
        revisions: [revision],
        decisions: [withdrawn],
      },
    };
    const done = await run('documents', 'withdraw', documentId, '--reason', 'a test receipt');
    expect(done.out).toContain(`withdraw ${documentId}: revision 2, by admin`);
    const { out } = await run('documents', 'history', documentId);
    expect(out).toContain('original  store-0007');
  });

  it('start, list, show and stop remaps', async () => {
    const remap = {
      remapNo: '3',
      scheme: 'fn',
      series: '7380440800123456',
      fromNumber: 120,
      toNumber: null,
      state: 'running',
      moved: 5,
      unmoved: 0,
      startedBy: 'admin',
      startedAt: '2026-03-02T09:15:00.000Z',
      finishedAt: null,
      reason: 'moved to store 7',
    };
    answers = {
      'POST /v1/ingestion/remaps': remap,
      'GET /v1/ingestion/remaps': { remaps: [remap] },
      'GET /v1/ingestion/remaps/3': remap,
      'POST /v1/ingestion/remaps/3/stop': { ...remap, state: 'stopped' },
    };
    const series = ['--series', '7380440800123456', '--from', '120'];
    await run('remap', 'start', ...series, '--reason', 'moved to store 7');
    expect(asked[0]?.body).toEqual({
      scheme: 'fn',
      series: '7380440800123456',
      fromNumber: 120,
      toNumber: null,
      reason: 'moved to store 7',
    });
    expect((await run('remap', 'list')).out).toContain('running');
    expect((await run('remap', 'show', '3')).out).toContain('running');
    expect((await run('remap', 'stop', '3')).out).toContain('stopped');
  });
});
