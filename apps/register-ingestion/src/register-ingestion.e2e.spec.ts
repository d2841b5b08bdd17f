import { gzipSync } from 'node:zlib';
import { validateDocumentRegisteredV1 } from '@potok/ingestion-contracts/generated/validators';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { waitFor } from '@potok/platform-testing/wait-for';
import { startIngestion, startOwnBroker } from './testing/running-ingestion';
import type { RunningIngestion } from './testing/running-ingestion';

const SERIES = '7380440800123456';

let broker: Awaited<ReturnType<typeof startOwnBroker>>;
let service: RunningIngestion;
let token: string;

beforeAll(async () => {
  broker = await startOwnBroker();
  service = await startIngestion(broker.brokers);
  await organise();
  token = await enrol({ stores: ['store-1'] });
});
afterAll(async () => {
  await service.stop();
  await broker.stop();
});

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  bearer = service.adminToken,
): Promise<Answered> {
  const response = await fetch(`${service.address}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answered['body'],
  };
}

async function sendLines(lines: readonly unknown[], bearer = token, gzip = false): Promise<Answered> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const response = await fetch(`${service.address}/v1/ingestion/documents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/x-ndjson',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    },
    body: gzip ? gzipSync(text) : text,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answered['body'],
  };
}

async function organise(): Promise<void> {
  await call('PUT', '/v1/organisation/legal-entities/ooo', { inn: '7707083893', name: 'ООО «Ромашка»' });
  for (const store of ['store-1', 'store-2']) {
    const put = { name: store, legalEntityId: 'ooo', timeZone: 'Europe/Moscow' };
    expect((await call('PUT', `/v1/organisation/stores/${store}`, put)).status).toBe(200);
    const register = { storeId: store, name: 'Касса 1' };
    expect((await call('PUT', `/v1/organisation/registers/${store}-1`, register)).status).toBe(200);
  }
  const registration = { scheme: 'fn', series: SERIES, registerId: 'store-1-1' };
  expect((await call('POST', '/v1/organisation/registrations', registration)).status).toBe(200);
}

async function enrol(scope: object): Promise<string> {
  const created = await call('POST', '/v1/organisation/credentials', { name: 'Агент', scope });
  expect(created.status).toBe(201);
  const issued = await call('POST', '/v1/organisation/credentials/token', {
    enrolmentCode: created.body.enrolmentCode,
  });
  expect(issued.status).toBe(201);
  return String(issued.body.token);
}

function receipt(number: number, overrides: object = {}): Record<string, unknown> {
  return {
    type: 'receipt',
    identities: [{ scheme: 'fn', series: SERIES, number }],
    occurredAtLocal: '2026-03-02T12:15:07',
    operation: 'sale',
    totalKopecks: 100,
    payments: [{ fiscalKind: 'cash', amountKopecks: 100 }],
    lines: [{ lineNo: 1, name: 'Хлеб', barcode: '4600682000013', quantityMilli: 1000, amountKopecks: 100 }],
    ...overrides,
  };
}

async function confirmed(to: number): Promise<unknown> {
  return waitFor(
    async () => {
      const { body } = await call(
        'GET',
        `/v1/ingestion/series/fn/${SERIES}/status?from=1&to=${String(to)}`,
        undefined,
        token,
      );
      return JSON.stringify(body.confirmed) === JSON.stringify([{ from: 1, to }]) && body;
    },
    { what: `numbers 1–${String(to)} to be confirmed`, timeoutMs: 60_000 },
  );
}

it('carries documents from an enrolled device to the public topic, confirmed by series', async () => {
  const answer = await sendLines(Array.from({ length: 50 }, (_, index) => receipt(index + 1)));
  expect(answer.body).toEqual({ accepted: 50, held: 0, rejected: 0, retry: 0, lines: [] });
  const gzipped = await sendLines(
    Array.from({ length: 50 }, (_, index) => receipt(index + 51)),
    token,
    true,
  );
  expect(gzipped.body).toMatchObject({ accepted: 50 });
  await confirmed(100);
  const values = await waitFor(
    async () => {
      const found = await publishedValues();
      return found.length >= 100 && found;
    },
    { what: 'a hundred documents on the topic' },
  );
  expect(values).toHaveLength(100);
  expect(values.every((value) => validateDocumentRegisteredV1(value))).toBe(true);
});

async function publishedValues(): Promise<unknown[]> {
  const admin = new KafkajsAdmin(new KafkaConnection({ brokers: broker.brokers, clientId: 'test' }));
  const values: unknown[] = [];
  try {
    for (let partition = 0; partition < documentsTopic.partitions; partition += 1) {
      await admin.readPartition({ topic: documentsTopic.name, partition }, (records) => {
        for (const { value } of records) values.push(JSON.parse(String(value)));
      });
    }
  } finally {
    await admin.close();
  }
  return values;
}
