import { proveChain } from '@potok/proof-audit/conservation/prove-chain';
import { StageReader } from '@potok/proof-audit/conservation/stage-reader';
import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { waitFor } from '@potok/platform-testing/wait-for';
import { startPotok } from './testing/running-potok';
import type { RunningPotok } from './testing/running-potok';

const FN = '7380440800000001';
const MILK = '4600682000013';
const UNKNOWN = '4600682000099';

let broker: OwnBroker;
let potok: RunningPotok;
let device: string;

beforeAll(async () => {
  broker = await startOwnBroker();
  potok = await startPotok(broker.brokers);
  await makeChain();
});

afterAll(async () => {
  await potok.stop();
  await broker.stop();
});

interface Call {
  readonly method?: string;
  readonly body?: object;
  readonly token?: string;
}

async function call<T>(path: string, asked: Call = {}): Promise<T> {
  return JSON.parse(await answerOf(`/v1/${path}`, asked)) as T;
}

async function answerOf(path: string, { method = 'GET', body, token }: Call = {}): Promise<string> {
  const response = await fetch(potok.address + path, {
    method,
    headers: {
      authorization: `Bearer ${token ?? potok.adminToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
  return text;
}

function put(path: string, body: object): Promise<unknown> {
  return call(path, { method: 'PUT', body });
}

function post<T>(path: string, body: object, token?: string): Promise<T> {
  return call<T>(path, { method: 'POST', body, ...(token === undefined ? {} : { token }) });
}

async function makeChain(): Promise<void> {
  await put('organisation/legal-entities/romashka', { inn: '7707083893', name: 'ООО «Ромашка»' });
  for (const store of ['store-1', 'store-2']) {
    const named = { name: store, legalEntityId: 'romashka', timeZone: 'Europe/Moscow' };
    await put(`organisation/stores/${store}`, named);
    await put(`organisation/registers/${store}-1`, { storeId: store, name: 'Касса 1' });
  }
  await post('organisation/registrations', { scheme: 'fn', series: FN, registerId: 'store-1-1' });
  const cloud = { scheme: 'evotor', series: 'shop-a', registerId: 'store-1-1', numbering: 'opaque' };
  await post('organisation/registrations', cloud);
  const products = [{ productId: 'p-milk', name: 'Молоко 3,2 %', barcodes: [{ barcode: MILK }] }];
  await post('nomenclature/products', { products });
  const scope = { stores: ['store-1', 'store-2'] };
  const invited = await post<{ enrolmentCode: string }>('organisation/credentials', { name: 'Агент', scope });
  device = (await post<{ token: string }>('organisation/credentials/token', invited)).token;
}

const fiscalName = (number: number) => ({ scheme: 'fn', series: FN, number });
const webhookName = { scheme: 'evotor', series: 'shop-a', opaqueId: 'a-1' };

/** A sale of so many litres of milk at a rouble each. */
function sale(identities: readonly object[], litres: number): object {
  const amountKopecks = litres * 100;
  return {
    type: 'receipt',
    identities,
    operation: 'sale',
    occurredAtLocal: '2026-03-02T12:15:00',
    totalKopecks: amountKopecks,
    payments: [{ fiscalKind: 'cash', amountKopecks }],
    lines: [{ lineNo: 1, barcode: MILK, quantityMilli: litres * 1000, amountKopecks }],
  };
}

async function send(...documents: readonly object[]): Promise<void> {
  for (const document of documents) await post('ingestion/documents', document, device);
}

interface Figures {
  readonly litres: number;
  readonly roubles: number;
}

/** The ledger knows a store from its first posting on. */
async function litresOf(storeId: string): Promise<number> {
  const path = `stock/balances?storeId=${storeId}&productId=p-milk`;
  const none = { balances: [] };
  const { balances } = await call<{ balances: { quantityMilli: number }[] }>(path).catch((error: unknown) => {
    if (String(error).includes('storeUnknown')) return none;
    throw error;
  });
  const quantityMilli = balances.reduce((sum, balance) => sum + balance.quantityMilli, 0);
  return quantityMilli === 0 ? 0 : -quantityMilli / 1000;
}

async function figuresOf(storeId: string): Promise<Figures> {
  const litres = await litresOf(storeId);
  const period = 'from=2026-03-01&to=2026-03-31&groupBy=store';
  const { rows } = await call<{ rows: { storeId: string; revenueKopecks: number }[] }>(
    `reports/sales?${period}`,
  );
  const sales = rows.find((row) => row.storeId === storeId);
  return { litres, roubles: (sales?.revenueKopecks ?? 0) / 100 };
}

/** Stock and report of both stores: so many litres sold, at a rouble each, and sold beyond what has left. */
async function expectSold(first: number, second = 0, beyond = { second: 0 }): Promise<void> {
  const expected = [
    { litres: first, roubles: first },
    { litres: second, roubles: second + beyond.second },
  ];
  await waitFor(
    async () => {
      const figures = [await figuresOf('store-1'), await figuresOf('store-2')];
      if (JSON.stringify(figures) !== JSON.stringify(expected)) throw new Error(JSON.stringify(figures));
      return true;
    },
    { what: `${JSON.stringify(expected)} in stock and report`, timeoutMs: 30_000 },
  );
}

async function openConflict(): Promise<{ conflictNo: string; documentId: string; joinedIds: string[] }> {
  return waitFor(
    async () => {
      const { conflicts } = await call<{
        conflicts: { conflictNo: string; documentId: string; joinedIds: string[] }[];
      }>('ingestion/conflicts?state=open');
      return conflicts[0];
    },
    { what: 'an open conflict' },
  );
}

const reason = { reason: 'as printed on the tape' };

describe('what a person decides is what stock and report show', () => {
  it('a conflict that is kept changes nothing; one that is revised is reversed and posted anew', async () => {
    await send(sale([fiscalName(1)], 2), sale([fiscalName(2)], 3));
    await expectSold(5);
    await send(sale([fiscalName(1)], 20));
    await post(`ingestion/conflicts/${(await openConflict()).conflictNo}/keep`, reason);
    await send(sale([fiscalName(2)], 4));
    await post(`ingestion/conflicts/${(await openConflict()).conflictNo}/revise`, reason);
    await expectSold(6);
    const { movements } = await call<{ movements: { stockDeltaMilli: number }[] }>(
      'stock/explanation?storeId=store-1&productId=p-milk',
    );
    expect(movements.map(({ stockDeltaMilli }) => stockDeltaMilli)).toEqual([-2000, -3000, 3000, -4000]);
  });

  it('two documents that are merged count once', async () => {
    await send(sale([fiscalName(3)], 5), sale([webhookName], 5));
    await expectSold(16);
    await send(sale([webhookName, fiscalName(3)], 5));
    const [survivorId, mergedId] = (await openConflict()).joinedIds;
    await post('ingestion/merges', { survivorId, mergedId, ...reason });
    await expectSold(11);
  });

  it('a document that is withdrawn counts no more', async () => {
    await send(sale([fiscalName(4)], 7));
    await expectSold(18);
    const { movements } = await call<{ movements: { documentId: string; stockDeltaMilli: number }[] }>(
      'stock/explanation?storeId=store-1&productId=p-milk',
    );
    const documentId = movements.find(({ stockDeltaMilli }) => stockDeltaMilli === -7000)?.documentId ?? '';
    await post(`ingestion/documents/${documentId}/withdraw`, reason);
    await expectSold(11);
  });

  it('documents that move to another store leave the one and stand in the other', async () => {
    await post('organisation/registrations', {
      scheme: 'fn',
      series: FN,
      fromNumber: 0,
      toNumber: 1,
      registerId: 'store-1-1',
    });
    await post('organisation/registrations', {
      scheme: 'fn',
      series: FN,
      fromNumber: 2,
      registerId: 'store-2-1',
    });
    await post('ingestion/remaps', { scheme: 'fn', series: FN, fromNumber: 2, ...reason });
    await expectSold(2 + 5, 4);
    await send(sale([fiscalName(5)], 1));
    await expectSold(2 + 5, 5);
  });

  it('a correction that nothing explains moves as a person says, line by line', async () => {
    const correction = { type: 0, basisDate: '2026-03-02', kind: 'missedSale' };
    await send({ ...sale([fiscalName(1000)], 8), form: 'correction', correction });
    const { documentId, lineNo } = await undecidedLine();
    expect(lineNo).toBe(1);
    await expectSold(7, 5, { second: 8 });
    await decide({ documentId, stockEffect: 'out' });
    await expectSold(7, 5 + 8);
    await decide({ documentId, lines: [{ lineNo: 1, stockEffect: 'in' }] });
    await expectSold(7, 5 - 8, { second: 16 });
    await decide({ documentId, lines: [{ lineNo: 1, stockEffect: 'out' }] });
    await expectSold(7, 5 + 8);
    const decided = await call<{ decisions: { reason: string }[] }>(`nomenclature/decisions/${documentId}`);
    expect(decided.decisions).toHaveLength(3);
  });

  it('a line that no code explains stands where a person says, and a correction without lines by its lines', async () => {
    const line = { lineNo: 1, barcode: UNKNOWN, quantityMilli: 2000, amountKopecks: 200 };
    await send({ ...sale([fiscalName(1001)], 2), lines: [line] });
    const { documentId } = await unmatchedLine();
    await decide({ documentId, lines: [{ lineNo: 1, productId: 'p-milk' }] });
    await expectSold(7, 13 + 2);
    const correction = { type: 0, basisDate: '2026-03-02', kind: 'missedSale' };
    await send({ ...sale([fiscalName(1002)], 3), form: 'correction', correction, lines: [] });
    const bare = await undecidedLine();
    expect(bare.lineNo).toBe(0);
    const stated = { productId: 'p-milk', quantityMilli: 3000, amountKopecks: 300, stockEffect: 'out' };
    await decide({ documentId: bare.documentId, lines: [{ lineNo: 1, ...stated }] });
    await expectSold(7, 15 + 3);
  });

  it('and the proof of conservation is clean after all of it', async () => {
    const reader = new StageReader((_service, path) => answerOf(path));
    const { differences, unproved } = await waitFor(
      async () => {
        const proof = await proveChain({ reader, storeIds: null, progress: () => undefined });
        if (proof.differences.length > 0) throw new Error(JSON.stringify(proof.differences));
        return proof;
      },
      { what: 'a clean proof', timeoutMs: 30_000 },
    );
    expect({ differences, unproved }).toEqual({ differences: [], unproved: [] });
  });
});

interface QueuedLine {
  readonly documentId: string;
  readonly lineNo: number;
}

/** The only line of a queue; there is one as soon as the receipt has come. */
function queued(queue: string): Promise<QueuedLine> {
  return waitFor(
    async () => {
      const { lines } = await call<{ lines: QueuedLine[] }>(`nomenclature/${queue}?storeId=store-2`);
      return lines.length === 1 && lines[0];
    },
    { what: `a line of ${queue}`, timeoutMs: 30_000 },
  );
}

const undecidedLine = () => queued('undecided-lines');
const unmatchedLine = () => queued('unmatched-lines');

async function decide(decision: object): Promise<void> {
  const decisions = [{ ...decision, ...reason }];
  const answer = await post<{ results: { outcome: string }[] }>('nomenclature/decisions', { decisions });
  expect(answer.results).toMatchObject([{ outcome: 'decided' }]);
}
