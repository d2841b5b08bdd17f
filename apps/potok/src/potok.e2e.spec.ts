import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { waitFor } from '@potok/platform-testing/wait-for';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { Database } from '@potok/platform-postgres/database';
import { SCHEMAS, startPotok } from './testing/running-potok';
import type { RunningPotok } from './testing/running-potok';

const STORE = 'store-1';
const REGISTER = 'store-1-1';
const FN = '7380440800000001';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let broker: OwnBroker;
let potok: RunningPotok;

beforeAll(async () => {
  broker = await startOwnBroker();
  potok = await startPotok(broker.brokers);
});

afterAll(async () => {
  await potok.stop();
  await broker.stop();
});

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly contentType?: string;
  readonly traceparent?: string;
}

async function call<T>(path: string, options: Call = {}): Promise<T> {
  const { method = 'GET', body, token, contentType, traceparent } = options;
  const response = await fetch(`${potok.address}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? potok.adminToken}`,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
  return JSON.parse(text) as T;
}

describe('all modules in one process', () => {
  it('have separate pools, groups and schemas', async () => {
    const { rows } = await potok.test.database.query<{ application_name: string; usename: string }>(
      `SELECT DISTINCT application_name, usename FROM pg_stat_activity
       WHERE datname = current_database() AND application_name IN ('register-ingestion', 'nomenclature', 'stock-ledger')
       ORDER BY application_name`,
    );
    expect(rows.map((row) => row.application_name)).toEqual([
      'nomenclature',
      'register-ingestion',
      'stock-ledger',
    ]);
    expect(new Set(rows.map((row) => row.usename)).size).toBe(3);
    expect(await groups()).toEqual(
      expect.arrayContaining([
        'register-ingestion.inbox',
        'nomenclature.documents',
        'stock-ledger.receipts',
        'stock-ledger.products-copy',
        'stock-ledger.stores-copy',
        'stock-ledger.completeness',
      ]),
    );
  });

  it('keep their tables to themselves: no role reads the schema of another', async () => {
    for (const own of SCHEMAS) {
      const database = new Database({ url: potok.urls[own], applicationName: 'test', poolMax: 1 });
      for (const schema of SCHEMAS) {
        const read = database.query(`SELECT count(*) FROM ${schema}.consumer_position`);
        if (schema === own) await expect(read).resolves.toBeDefined();
        else await expect(read).rejects.toThrow('permission denied');
      }
      await database.close();
    }
  });
});

async function groups(): Promise<string[]> {
  const admin = new KafkaConnection({ brokers: broker.brokers, clientId: 'test' }).client().admin();
  await admin.connect();
  const found = await admin.listGroups();
  await admin.disconnect();
  return found.groups.map(({ groupId }) => groupId);
}

interface AsOf {
  readonly asOf: { readonly incompleteRegisters: readonly { readonly status: string }[] };
}

interface Balances {
  readonly balances: readonly { readonly productId: string; readonly quantityMilli: number }[];
}

interface Explanation {
  readonly balance: { readonly quantityMilli: number };
  readonly movements: readonly { readonly documentId: string; readonly stockDeltaMilli: number }[];
}

describe('a receipt', () => {
  let token: string;

  beforeAll(async () => {
    token = await makeShop();
  });

  it('travels from a register to the balance, and the balance leads back to it', async () => {
    const lines = [1, 2].map((number) => JSON.stringify(saleOf(number)));
    const answer = await call('/v1/ingestion/documents', {
      method: 'POST',
      token,
      traceparent: TRACEPARENT,
      contentType: 'application/x-ndjson',
      body: lines.join('\n'),
    });
    expect(answer).toMatchObject({ accepted: 2, held: 0, rejected: 0, retry: 0 });
    const balances = await waitForBalance(-4000);
    expect(balances).toEqual([
      { storeId: STORE, locationId: STORE, productId: 'p-milk', quantityMilli: -4000 },
      expect.objectContaining({ quantityMilli: -2000 }),
    ]);
    const explained = await call<Explanation>(`/v1/stock/explanation?storeId=${STORE}&productId=p-milk`);
    expect(explained.balance.quantityMilli).toBe(-4000);
    expect(explained.movements.map((movement) => movement.stockDeltaMilli)).toEqual([-2000, -2000]);
    const documentId = explained.movements[0]?.documentId ?? '';
    const document = await call(`/v1/ingestion/documents/${documentId}`);
    expect(document).toMatchObject({ documentId, document: { identities: [{ scheme: 'fn', series: FN }] } });
    await expectReport(documentId);
    const status = await call(`/v1/ingestion/series/fn/${FN}/status`, { token });
    expect(status).toMatchObject({ confirmed: [{ from: 1, to: 2 }], held: [] });
    for (const topic of [
      'retail.register.documents.v1',
      'retail.sales.receipts.v1',
      'retail.stock.movements.v1',
    ]) {
      // A balance is answered as soon as it is committed, its movements are published a moment later.
      await waitFor(async () => (await tracesOn(topic)).length >= 2, { what: `both receipts on ${topic}` });
      expect(await tracesOn(topic)).toEqual([TRACEPARENT, TRACEPARENT]);
    }
  });

  it('that is missing is told beside the balance and beside its explanation', async () => {
    await call('/v1/ingestion/documents', { method: 'POST', token, body: saleOf(5) });
    const missing = { registerId: REGISTER, status: 'incomplete', numbersMissing: 2 };
    const expected = [{ ...missing, completeUpTo: '2026-03-02T09:15:00.000Z' }];
    const question = `storeId=${STORE}&productId=p-milk`;
    const balances = await waitFor(
      async () => {
        const answer = await call<AsOf>(`/v1/stock/balances?${question}`);
        return answer.asOf.incompleteRegisters.some(({ status }) => status === 'incomplete') && answer;
      },
      { what: 'the register among those that are not complete' },
    );
    expect(balances.asOf.incompleteRegisters).toEqual(expected);
    for (const answer of ['movements', 'explanation']) {
      const { asOf } = await call<AsOf>(`/v1/stock/${answer}?${question}`);
      expect(asOf.incompleteRegisters).toEqual(expected);
    }
  });
});

/** The same receipts as turnover, down to the document, and as a table that a spreadsheet opens. */
async function expectReport(documentId: string): Promise<void> {
  const period = 'from=2026-03-01&to=2026-03-31';
  const sales = await waitFor(
    async () => {
      const answer = await call<{ rows: { receipts: number }[] }>(
        `/v1/reports/sales?${period}&groupBy=store,date`,
      );
      return answer.rows[0]?.receipts === 2 && answer;
    },
    { what: 'the receipts in a report' },
  );
  expect(sales).toMatchObject({
    asOf: { stores: [{ storeId: STORE, streamSeq: 2, rootSeq: 2 }] },
    rows: [
      { storeId: STORE, storeName: 'Магазин 1', date: '2026-03-02', revenueKopecks: 60_000, purchases: 2 },
    ],
    next: null,
  });
  const down = await call<{ rows: { documentId: string; matchedKopecks: number }[] }>(
    `/v1/reports/documents?${period}&productId=p-milk&storeId=${STORE}`,
  );
  expect(down.rows).toHaveLength(2);
  expect(down.rows[0]).toMatchObject({ documentId, matchedKopecks: 20_000 });
  const csv = await fetch(`${potok.address}/v1/reports/sales?${period}&groupBy=date&format=csv`, {
    headers: { authorization: `Bearer ${potok.adminToken}` },
  });
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(csv.headers.get('content-disposition')).toContain('sales-2026-03-01-2026-03-31.csv');
  const [heading, row] = Buffer.from(await csv.arrayBuffer())
    .toString('utf8')
    .split('\r\n');
  expect(heading).toMatch(/^\uFEFFДата;Выручка, руб\.;/);
  expect(row).toMatch(/^2026-03-02;600,00;600,00;0,00;/);
}

/** The trace of each event on the topic, as its header says. */
async function tracesOn(topic: string): Promise<string[]> {
  const admin = new KafkajsAdmin(new KafkaConnection({ brokers: broker.brokers, clientId: 'test' }));
  const traces: string[] = [];
  for (const partition of (await admin.bounds(topic)).keys()) {
    await admin.readPartition({ topic, partition }, (records) => {
      traces.push(...records.map(({ headers }) => String(headers['traceparent'])));
    });
  }
  await admin.close();
  return traces;
}

async function makeShop(): Promise<string> {
  const put = (path: string, body: object) => call(`/v1/organisation/${path}`, { method: 'PUT', body });
  const post = <T>(path: string, body: object) => call<T>(path, { method: 'POST', body });
  await put('legal-entities/romashka', { inn: '7707083893', name: 'ООО «Ромашка»' });
  await put(`stores/${STORE}`, { name: 'Магазин 1', legalEntityId: 'romashka', timeZone: 'Europe/Moscow' });
  await put(`registers/${REGISTER}`, { storeId: STORE, name: 'Касса 1' });
  await post('/v1/organisation/registrations', { scheme: 'fn', series: FN, registerId: REGISTER });
  await post('/v1/nomenclature/products', {
    products: [{ productId: 'p-milk', name: 'Молоко 3,2 %', barcodes: [{ barcode: '4600682000013' }] }],
  });
  const { enrolmentCode } = await post<{ enrolmentCode: string }>('/v1/organisation/credentials', {
    name: 'Касса 1',
    scope: { registers: [REGISTER] },
  });
  const issued = await post<{ token: string }>('/v1/organisation/credentials/token', { enrolmentCode });
  return issued.token;
}

function saleOf(number: number): object {
  return {
    type: 'receipt',
    identities: [{ scheme: 'fn', series: FN, number }],
    operation: 'sale',
    occurredAtLocal: '2026-03-02T12:15:00',
    totalKopecks: 30_000,
    payments: [{ fiscalKind: 'cash', amountKopecks: 30_000 }],
    lines: [
      { lineNo: 1, barcode: '4600682000013', name: 'Молоко', quantityMilli: 2000, amountKopecks: 20_000 },
      {
        lineNo: 2,
        barcode: '4600682000099',
        name: 'Неизвестное',
        quantityMilli: 1000,
        amountKopecks: 10_000,
      },
    ],
  };
}

async function waitForBalance(quantityMilli: number): Promise<Balances['balances']> {
  return waitFor(
    async () => {
      const { balances } = await call<Balances>(`/v1/stock/balances?storeId=${STORE}`);
      return balances.some((balance) => balance.quantityMilli === quantityMilli) && balances;
    },
    { what: 'the balance of the product' },
  );
}
