import { validateCompletenessStatedV1 } from '@potok/ingestion-contracts/generated/validators';
import {
  chainCompleteness,
  heartbeatAnswer,
  holesAnswer,
  registerCompleteness,
  resendRequests,
  shiftsAnswer,
  storeCompleteness,
} from '@potok/ingestion-contracts/completeness-http';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
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
  service = await startIngestion(broker.brokers, {
    COMPLETENESS_EVERY_MS: '100',
    COMPLETENESS_TAIL_GRACE_MS: '0',
    RESEND_AFTER_SECONDS: '1',
  });
  await call('PUT', '/v1/organisation/legal-entities/ooo', {
    body: { inn: '7707083893', name: 'ООО «Ромашка»' },
  });
  const store = { name: 'Магазин', legalEntityId: 'ooo', timeZone: 'Europe/Moscow' };
  await call('PUT', '/v1/organisation/stores/store-1', { body: store });
  for (const register of ['store-1-1', 'store-1-2']) {
    await call('PUT', `/v1/organisation/registers/${register}`, {
      body: { storeId: 'store-1', name: 'Касса' },
    });
  }
  const registration = { scheme: 'fn', series: SERIES, registerId: 'store-1-1' };
  await call('POST', '/v1/organisation/registrations', { body: registration });
  token = await enrol({ registers: ['store-1-1'] });
});
afterAll(async () => {
  await service.stop();
  await broker.stop();
});

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

interface Asked {
  readonly body?: unknown;
  readonly bearer?: string;
}

async function call(method: string, path: string, asked: Asked = {}): Promise<Answered> {
  const { body, bearer = service.adminToken } = asked;
  const response = await fetch(`${service.address}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

async function enrol(scope: object): Promise<string> {
  const created = await call('POST', '/v1/organisation/credentials', { body: { name: 'Агент', scope } });
  const { enrolmentCode } = created.body;
  return String(
    (await call('POST', '/v1/organisation/credentials/token', { body: { enrolmentCode } })).body.token,
  );
}

function document(number: number, overrides: object): object {
  const named = { identities: [{ scheme: 'fn', series: SERIES, number }] };
  return { ...named, occurredAtLocal: '2026-03-02T12:15:07', shift: { number: 31 }, ...overrides };
}

function receipt(number: number, receiptNumber: number): object {
  return document(number, {
    type: 'receipt',
    shift: { number: 31, receiptNumber },
    operation: 'sale',
    totalKopecks: 100,
    payments: [{ fiscalKind: 'cash', amountKopecks: 100 }],
    lines: [{ lineNo: 1, name: 'Хлеб', quantityMilli: 1000, amountKopecks: 100 }],
  });
}

async function send(...documents: readonly object[]): Promise<void> {
  for (const one of documents) {
    expect((await call('POST', '/v1/ingestion/documents', { body: one, bearer: token })).body).toMatchObject({
      accepted: 1,
    });
  }
}

async function beat(lastNumber: number) {
  const series = [{ scheme: 'fn', series: SERIES, lastNumber, unsent: 0 }];
  const heartbeat = { deviceTime: '2026-03-02T09:30:00.000Z', series };
  return heartbeatAnswer.parse(
    (await call('POST', '/v1/ingestion/heartbeats', { body: heartbeat, bearer: token })).body,
  );
}

const CHAIN = '/v1/ingestion/completeness';

async function untilChain(expected: object): Promise<void> {
  await waitFor(
    async () => {
      const chain = chainCompleteness.parse((await call('GET', CHAIN)).body);
      return Object.entries(expected).every(([name, value]) => chain[name as keyof typeof chain] === value);
    },
    { what: `the chain to be ${JSON.stringify(expected)}`, timeoutMs: 30_000 },
  );
}

it('notices a hole, asks the sender for it at its heartbeats, and closes it when the document comes', async () => {
  await send(document(10, { type: 'shiftOpened' }), receipt(11, 1), receipt(13, 3));
  expect(await beat(13)).toMatchObject({ accepted: 1, rejected: 0 });
  await untilChain({ holesOpen: 1, incomplete: 1, numbersMissing: 1 });
  await waitFor(async () => (await beat(13)).resend.length === 1, { what: 'the request', timeoutMs: 30_000 });
  const asked = await call('GET', '/v1/ingestion/registers/store-1-1/resend-requests', { bearer: token });
  expect(resendRequests.parse(asked.body).requests).toMatchObject([{ series: SERIES, from: 12, to: 12 }]);
  const { holes } = holesAnswer.parse(
    (await call('GET', '/v1/ingestion/holes?storeId=store-1&state=open')).body,
  );
  expect(holes).toMatchObject([{ from: 12, class: 'receipts', registerId: 'store-1-1' }]);
  await send(receipt(12, 2));
  await untilChain({ holesOpen: 0, complete: 1, numbersMissing: 0 });
  expect((await beat(13)).resend).toEqual([]);
  await send(document(14, { type: 'shiftClosed', closeReport: { receiptCount: 4 } }));
  await untilChain({ reportsDiffering: 1, shiftsIncomplete: 1 });
});

it('answers by register, store and shift, each caller what concerns him', async () => {
  const own = await call('GET', '/v1/ingestion/registers/store-1-1/completeness', { bearer: token });
  const stated = registerCompleteness.parse(own.body);
  expect(stated).toMatchObject({
    registerId: 'store-1-1',
    holesOpen: 0,
    status: 'incomplete',
    documentsSeq: 5,
  });
  const store = storeCompleteness.parse(
    (await call('GET', '/v1/ingestion/stores/store-1/completeness')).body,
  );
  expect(store.registers.map(({ registerId, silent }) => [registerId, silent])).toEqual([
    ['store-1-1', false],
    ['store-1-2', true],
  ]);
  const [{ completeUpTo, completeUpToBasis: basis } = stated] = store.registers;
  expect(store.decidedBy).toEqual({ registerId: 'store-1-1', completeUpTo, basis });
  expect(chainCompleteness.parse((await call('GET', CHAIN)).body)).toMatchObject({
    completeUpTo,
    decidedBy: completeUpTo === null ? null : store.decidedBy,
  });
  const { shifts } = shiftsAnswer.parse((await call('GET', '/v1/ingestion/shifts?differing=true')).body);
  expect(shifts).toMatchObject([
    { number: 31, report: { result: 'countsOnly', differences: [{ stated: 4, counted: 3 }] } },
  ]);
  const foreign = await call('GET', '/v1/ingestion/registers/store-1-2/completeness', { bearer: token });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'forbidden']);
  const unheard = await call('GET', '/v1/ingestion/registers/store-1-2/completeness');
  expect([unheard.status, unheard.body.code]).toEqual([404, 'nothingStated']);
  expect((await call('GET', CHAIN, { bearer: token })).status).toBe(403);
  expect((await call('POST', '/v1/ingestion/heartbeats', { body: [] })).status).toBe(403);
});

it('publishes valid statements without holes, and identical ones when they are published again', async () => {
  const before = await published();
  expect(before.length).toBeGreaterThan(3);
  expect(before.map(({ seq }) => seq)).toEqual(before.map((_, index) => index + 1));
  for (const { value } of before) expect(validateCompletenessStatedV1(JSON.parse(value))).toBe(true);
  const again = { topic: completenessTopic.name, streamKey: 'store-1', fromSeq: 1 };
  expect((await call('POST', '/v1/ingestion/republish', { body: again })).status).toBe(202);
  await waitFor(async () => (await published()).length >= 2 * before.length, {
    what: 'the statements to be published again',
    timeoutMs: 30_000,
  });
  expect((await published()).slice(before.length, 2 * before.length)).toEqual(before);
});

interface Published {
  readonly seq: number;
  readonly value: string;
  readonly headers: string;
}

async function published(): Promise<Published[]> {
  const admin = new KafkajsAdmin(new KafkaConnection({ brokers: broker.brokers, clientId: 'test' }));
  const records: Published[] = [];
  try {
    for (let partition = 0; partition < completenessTopic.partitions; partition += 1) {
      await admin.readPartition({ topic: completenessTopic.name, partition }, (batch) => {
        for (const { value, headers } of batch) {
          const text = String(value);
          const { streamSeq } = JSON.parse(text) as { streamSeq: number };
          records.push({ seq: streamSeq, value: text, headers: JSON.stringify(headers) });
        }
      });
    }
  } finally {
    await admin.close();
  }
  return records;
}
