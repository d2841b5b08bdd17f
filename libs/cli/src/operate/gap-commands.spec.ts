import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCli } from '../program';

const hole = {
  holeId: 17,
  storeId: 'store-0007',
  registerId: 'store-0007-1',
  scheme: 'fn',
  series: '7380440800123456',
  from: 1205,
  to: 1206,
  state: 'open',
  class: 'receipts',
  reason: 'missing',
  receiptsMin: 2,
  receiptsMax: 2,
  shiftNumber: 31,
  evidence: 'between receipt 17 of shift 31 and receipt 20 of shift 31',
  noticedAt: '2026-03-02T09:16:10.000Z',
  resendRequestedAt: null,
  closedAt: null,
  closedBy: null,
  note: null,
};
const summary = {
  storeId: 'store-0007',
  registerId: 'store-0007-1',
  status: 'incomplete',
  completeUpTo: '2026-03-02T09:15:00.000Z',
  completeUpToBasis: 'documents',
  lastHeardAt: null,
  silentSeconds: null,
  silent: true,
  beginningsUnknown: 1,
  heldBackBy: {
    scheme: 'fn',
    series: '7380440800000001',
    completeUpTo: '2026-03-02T09:15:00.000Z',
    lastDocumentAt: '2026-03-01T09:15:00.000Z',
  },
  heldBackSeconds: 90_061,
  heldBack: true,
  holesOpen: 1,
  numbersMissing: 2,
  shiftsIncomplete: 1,
  reportsDiffering: 0,
};
const counts = { registers: 9, complete: 8, open: 0, incomplete: 1, unprovable: 0, silent: 1, heldBack: 1 };
const changed = { scheme: 'fn', series: '7380440800000001', registerIds: ['store-0007-1'] };
const answers: Readonly<Record<string, unknown>> = {
  'GET /v1/ingestion/holes?state=open&limit=100&storeId=store-0007': { holes: [hole], next: null },
  'GET /v1/ingestion/completeness?limit=100': {
    asOf: '2026-03-02T09:20:00.000Z',
    completeUpTo: '2026-03-02T09:15:00.000Z',
    decidedBy: { registerId: 'store-0007-1', completeUpTo: '2026-03-02T09:15:00.000Z', basis: 'documents' },
    ...counts,
    holesOpen: 1,
    beginningsUnknown: 3,
    numbersMissing: 2,
    shiftsIncomplete: 1,
    reportsDiffering: 0,
    notComplete: [summary],
    next: null,
  },
  'POST /v1/ingestion/series/fn/7380440800000001/ended': changed,
  'POST /v1/ingestion/series/fn/7380440800000001/beginning': changed,
  'GET /v1/ingestion/completeness-decisions?limit=100': {
    decisions: [
      {
        decisionNo: 4,
        kind: 'fnEnded',
        scheme: 'fn',
        series: '7380440800000001',
        holeId: null,
        decidedBy: 'admin',
        decidedAt: '2026-03-02T10:00:00.000Z',
        body: { how: 'lost', act: 'act 7' },
      },
    ],
    next: null,
  },
  'POST /v1/ingestion/holes/17/close': { ...hole, closedBy: 'admin', note: 'burnt' },
};

let server: Server;
let bodies: string[];

beforeEach(async () => {
  bodies = [];
  server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => {
      const answer = answers[`${String(request.method)} ${String(request.url)}`];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function run(...cliArguments: string[]): Promise<{ readonly exitCode: number; readonly out: string }> {
  let out = '';
  const { port } = server.address() as AddressInfo;
  const exitCode = await runCli({
    arguments: cliArguments,
    environment: { POTOK_URL: `http://127.0.0.1:${String(port)}`, POTOK_TOKEN: 'secret' },
    terminal: false,
    writeOut: (text) => (out += text),
    writeError: () => undefined,
  });
  return { exitCode, out };
}

it('lists the gaps of a store for people and for programs', async () => {
  const { exitCode, out } = await run('gaps', 'list', '--store', 'store-0007');
  expect(exitCode).toBe(0);
  expect(out).toMatch(
    /17\s+store-0007-1\s+fn 7380440800123456\s+1205–1206\s+receipts\s+missing\s+2\s+between receipt 17/,
  );
  const json = await run('gaps', 'list', '--store', 'store-0007', '--json', '-');
  expect(JSON.parse(json.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ holes: [{ holeId: 17 }] });
});

it('says how complete the chain is and names the registers that want looking at', async () => {
  const { out } = await run('gaps', 'registers');
  expect(out).toContain('registers 9, complete 8, open 0, incomplete 1, unprovable 0, silent 1, heldBack 1');
  expect(out).toContain('complete up to 2026-03-02T09:15:00.000Z: that of store-0007-1, by documents');
  expect(out).toContain('of 3 registers it is not known where a series begins');
  expect(out).toMatch(
    /store-0007-1\s+incomplete\s+2026-03-02T09:15:00.000Z\s+documents\s+1\s+2\s+0\s+never heard\s+1\s+fn 7380440800000001, nothing for 25 h/,
  );
});

it('closes a gap with words, and not without', async () => {
  expect((await run('gaps', 'close', '17')).exitCode).toBe(2);
  const { exitCode, out } = await run('gaps', 'close', '17', '--reason', 'burnt');
  expect([exitCode, out.trim()]).toEqual([0, 'closed by admin: burnt']);
  expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([{ reason: 'burnt' }]);
});

it('ends a ФН that has stopped, and shows who did and why', async () => {
  expect((await run('gaps', 'end', 'fn', '7380440800000001', '--how', 'lost')).exitCode).toBe(2);
  const { exitCode, out } = await run(
    ...['gaps', 'end', 'fn', '7380440800000001', '--how', 'lost', '--act', 'act 7'],
  );
  expect([exitCode, out.trim()]).toEqual([0, 'fn 7380440800000001 has ended; restated: store-0007-1']);
  expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([{ how: 'lost', act: 'act 7' }]);
  const decisions = await run('gaps', 'decisions');
  expect(decisions.out).toMatch(
    /4\s+2026-03-02T10:00:00.000Z\s+admin\s+fnEnded\s+fn 7380440800000001\s+.*act 7/,
  );
});

it('states where a series begins', async () => {
  const { exitCode, out } = await run(
    ...['gaps', 'begin', 'fn', '7380440800000001', '--from', '1', '--reason', 'new ФН'],
  );
  expect([exitCode, out.trim()]).toEqual([0, 'fn 7380440800000001 begins with 1; restated: store-0007-1']);
  expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([{ fromNumber: 1, reason: 'new ФН' }]);
});
