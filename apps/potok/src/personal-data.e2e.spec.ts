import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { waitFor } from '@potok/platform-testing/wait-for';
import { CANARIES, canariesIn, receiptWithCanaries } from './testing/canaries';
import { SpanCollector, startPotokProcess } from './testing/potok-process';
import type { PotokProcess } from './testing/potok-process';

/**
 * Canaries in every field that may hold personal data, sent the way registers send: they are found in the inbox and,
 * encrypted, in ingestion's tables, and nowhere else.
 */
const SERIES = '7380440800000088';
const INBOX = 'internal.register.inbox.v1';

let broker: OwnBroker;
let collector: SpanCollector;
let potok: PotokProcess;
let deviceToken: string;
/** Everything that was answered over HTTP, requests for raw bytes left out. */
const answers: Buffer[] = [];

beforeAll(async () => {
  broker = await startOwnBroker();
  collector = await SpanCollector.open();
  potok = await startPotokProcess(broker.brokers, collector);
  await organise();
  await sendCanaries();
  await untilQuiet();
  await askEverything();
});

afterAll(async () => {
  await potok.stop();
  await collector.close();
  await broker.stop();
});

interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly bearer?: string;
  readonly contentType?: string;
}

async function ask(address: string, asked: Ask = {}): Promise<Record<string, unknown>> {
  const { method = 'GET', body, bearer = potok.adminToken, contentType = 'application/json' } = asked;
  const response = await fetch(`${potok.address}${address}`, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      ...(body === undefined ? {} : { 'content-type': contentType }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  answers.push(bytes);
  const text = bytes.toString();
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text };
}

async function organise(): Promise<void> {
  const put = (address: string, body: object) => ask(address, { method: 'PUT', body });
  await put('/v1/organisation/legal-entities/ooo', { inn: '7707083893', name: 'ООО' });
  const store = { name: 'Магазин', legalEntityId: 'ooo', timeZone: 'Europe/Moscow' };
  await put('/v1/organisation/stores/store-1', store);
  await put('/v1/organisation/registers/store-1-1', { storeId: 'store-1', name: 'Касса' });
  const registration = { scheme: 'fn', series: SERIES, registerId: 'store-1-1' };
  await ask('/v1/organisation/registrations', { method: 'POST', body: registration });
  const enrolment = { name: 'Агент', scope: { stores: ['store-1'] } };
  const { enrolmentCode } = await ask('/v1/organisation/credentials', { method: 'POST', body: enrolment });
  const issued = await ask('/v1/organisation/credentials/token', { method: 'POST', body: { enrolmentCode } });
  deviceToken = String(issued.token);
}

function identity(number: number): object {
  return { scheme: 'fn', series: SERIES, number };
}

async function sendCanaries(): Promise<void> {
  const whole = receiptWithCanaries(identity(1), { occurredAtLocal: '2026-03-02T12:15:07' });
  const lines = [
    whole,
    receiptWithCanaries(identity(2)),
    receiptWithCanaries(identity(3), { operation: 'return' }),
    receiptWithCanaries(identity(4), { type: 'shiftClosed', lines: [] }),
    receiptWithCanaries(identity(5), { type: `горшок ${CANARIES.mailInName}` }),
    { ...whole, variant: CANARIES.unknownNested },
    { ...whole, totalKopecks: 777 },
    receiptWithCanaries(identity(6), { operation: CANARIES.cashierName }),
    receiptWithCanaries(identity(7), { totalKopecks: CANARIES.buyerPhone }),
    receiptWithCanaries({ scheme: CANARIES.buyerName, series: CANARIES.buyerPhone }),
    receiptWithCanaries({ scheme: 'fn', series: 'unregistered', number: 8 }),
    receiptWithCanaries(identity(9), { registerId: 'store-9-9' }),
    JSON.stringify(receiptWithCanaries(identity(10))).slice(0, -5),
    receiptWithCanaries(identity(11), { pad: 'x'.repeat(300_000) }),
  ];
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const ndjson = { method: 'POST', bearer: deviceToken, contentType: 'application/x-ndjson', body };
  const answer = await ask('/v1/ingestion/documents', ndjson);
  expect(answer).toMatchObject({ accepted: 8, held: 2, rejected: 4, retry: 0 });
  await ask('/v1/ingestion/documents', { ...ndjson, contentType: 'text/plain' });
  await ask('/v1/ingestion/documents', { ...ndjson, bearer: 'ptk_nobody' });
  await ask('/v1/organisation/stores/store-1', { method: 'PUT', body });
  await ask('/v1/organisation/stores/store-1', {
    method: 'PUT',
    body: { name: { secret: CANARIES.buyerPhone } },
  });
}

/** Until nothing is on its way any more: every receipt's lines are in stock, no consumer lags. */
async function untilQuiet(): Promise<void> {
  await waitFor(
    async () => {
      const states = await Promise.all(
        ['ingestion', 'nomenclature', 'stock', 'reporting'].map((service) => ask(`/v1/${service}/status`)),
      );
      const consumers = states.flatMap(({ consumers: all }) => all as { lag: number }[]);
      const publication = states.flatMap(({ publication: all }) => all as { events: number }[]);
      const receipts = await ask('/v1/stock/balances?storeId=store-1&limit=100');
      return (
        consumers.every(({ lag }) => lag === 0) &&
        publication.every(({ events }) => events === 0) &&
        JSON.stringify(receipts).includes('"quantityMilli":')
      );
    },
    { what: 'everything to be applied', timeoutMs: 90_000, everyMs: 500 },
  );
}

/** Every route that reads, with what may be asked of it; raw bytes are for whoever may read the archive. */
async function askEverything(): Promise<void> {
  const { paths } = (await ask('/openapi.json')) as { paths: Record<string, Record<string, unknown>> };
  const values: Record<string, string> = {
    scheme: 'fn',
    series: SERIES,
    storeId: 'store-1',
    registerId: 'store-1-1',
    entryId: '1',
  };
  const query =
    'storeId=store-1&registerId=store-1-1&from=2020-01-01&to=2030-01-01&dateFrom=2020-01-01&dateTo=2030-01-01&limit=100';
  for (const [address, methods] of Object.entries(paths)) {
    if (!('get' in methods) || address.endsWith('/bytes') || address.endsWith('/quarantine/{entryId}'))
      continue;
    const filled = address.replace(
      /\{(\w+)\}/g,
      (_whole, name: string) => values[name] ?? CANARIES.buyerName,
    );
    for (const tail of ['', `?${query}`, `?${query}&format=csv`]) await ask(encodeURI(filled) + tail);
  }
  const list = await ask('/v1/ingestion/quarantine?limit=100');
  expect((list.entries as object[]).length).toBeGreaterThanOrEqual(6);
}

function topicNames(): string[] {
  const file = path.resolve(__dirname, '..', '..', '..', 'docs', 'reference', 'topics.json');
  const topics = JSON.parse(readFileSync(file, 'utf8')) as { name: string; partitions: number }[];
  return topics.map(({ name }) => name);
}

async function topicBytes(topic: string): Promise<Buffer> {
  const admin = new KafkajsAdmin(new KafkaConnection({ brokers: broker.brokers, clientId: 'test' }));
  const parts: Buffer[] = [];
  try {
    for (const partition of (await admin.bounds(topic)).keys()) {
      await admin.readPartition({ topic, partition }, (records) => {
        for (const { key, value, headers } of records) {
          parts.push(
            Buffer.from(String(key)),
            value ?? Buffer.alloc(0),
            Buffer.from(JSON.stringify(headers)),
          );
          parts.push(...Object.values(headers).map((header) => Buffer.from(header ?? '')));
        }
      });
    }
  } finally {
    await admin.close();
  }
  return Buffer.concat(parts);
}

/** All values of a table; blocks of events inflated. */
async function tableBytes(schema: string, table: string): Promise<Buffer> {
  const database = potok.test.connect({ url: potok.test.adminUrl });
  const { rows } = await database.query(`SELECT * FROM "${schema}"."${table}"`);
  const parts = rows.flatMap((row) => Object.values(row)).map(bytesOf);
  return Buffer.concat(parts);
}

function bytesOf(value: unknown): Buffer {
  if (!Buffer.isBuffer(value))
    return Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value, text) ?? ''));
  try {
    return Buffer.concat([value, ...decodeEventBlock(value)]);
  } catch {
    return value;
  }
}

function text(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

it('the canaries did arrive: the inbox has all of them', async () => {
  const found = canariesIn(await topicBytes(INBOX));
  expect(found.sort()).toEqual(Object.keys(CANARIES).sort());
});

it.each(topicNames().filter((name) => name !== INBOX))('the topic %s holds none', async (topic) => {
  expect(canariesIn(await topicBytes(topic))).toEqual([]);
});

it('the topics are not empty: documents, receipts, movements and rows for BI went through', async () => {
  for (const topic of [
    'retail.register.documents.v1',
    'retail.sales.receipts.v1',
    'retail.stock.movements.v1',
  ]) {
    expect([topic, (await topicBytes(topic)).length > 500]).toEqual([topic, true]);
  }
});

it('no table of any schema holds one in clear, the vault, the archive and the quarantine included', async () => {
  const { rows: tables } = await potok.test
    .connect({ url: potok.test.adminUrl })
    .query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
    );
  expect(tables.length).toBeGreaterThan(40);
  const found: Record<string, string[]> = {};
  for (const { schema, name } of tables) {
    const canaries = canariesIn(await tableBytes(schema, name));
    if (canaries.length > 0) found[`${schema}.${name}`] = canaries;
  }
  expect(found).toEqual({});
});

it('neither answers, exports nor errors repeat one', () => {
  const found = answers.map((answer) => ({
    canaries: canariesIn(answer),
    answer: answer.toString().slice(0, 500),
  }));
  expect(found.filter(({ canaries }) => canaries.length > 0)).toEqual([]);
  expect(answers.length).toBeGreaterThan(50);
});

it('logs, metrics and spans hold none', async () => {
  const metrics = await (await fetch(`${potok.address}/metrics`)).text();
  expect(metrics).toContain('potok_ingestion_lines_answered_total');
  expect(canariesIn(Buffer.from(metrics))).toEqual([]);
  expect(potok.log().length).toBeGreaterThan(1_000);
  expect(canariesIn(Buffer.from(potok.log()))).toEqual([]);
  const spans = await waitFor(() => collector.bytes().length > 1_000 && collector.bytes(), { what: 'spans' });
  expect(canariesIn(spans)).toEqual([]);
});
