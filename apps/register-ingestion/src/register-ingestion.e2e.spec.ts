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
  service = await startIngestion(broker.brokers, {
    EDGE_ACKNOWLEDGE_WITHIN_MS: '1500',
    EDGE_SENDER_REQUESTS_MAX: '4',
    HTTP_INFLATION_RATIO_MAX: '50',
    HTTP_NDJSON_BYTES_MAX: String(8 * 1024 * 1024),
  });
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
  await call('PUT', '/v1/organisation/legal-entities/ooo', {
    body: { inn: '7707083893', name: 'ООО «Ромашка»' },
  });
  for (const store of ['store-1', 'store-2']) {
    const put = { name: store, legalEntityId: 'ooo', timeZone: 'Europe/Moscow' };
    expect((await call('PUT', `/v1/organisation/stores/${store}`, { body: put })).status).toBe(200);
    const register = { storeId: store, name: 'Касса 1' };
    expect((await call('PUT', `/v1/organisation/registers/${store}-1`, { body: register })).status).toBe(200);
  }
  const registration = { scheme: 'fn', series: SERIES, registerId: 'store-1-1' };
  expect((await call('POST', '/v1/organisation/registrations', { body: registration })).status).toBe(200);
}

async function enrol(scope: object): Promise<string> {
  const created = await call('POST', '/v1/organisation/credentials', { body: { name: 'Агент', scope } });
  expect(created.status).toBe(201);
  const issued = await call('POST', '/v1/organisation/credentials/token', {
    body: {
      enrolmentCode: created.body.enrolmentCode,
    },
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
      const { body } = await call('GET', `/v1/ingestion/series/fn/${SERIES}/status?from=1&to=${String(to)}`, {
        bearer: token,
      });
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

it('answers line by line: one bad line never refuses its neighbours', async () => {
  const lines = [
    receipt(201),
    '{"type":"receipt",',
    '[1,2]',
    { type: 'receipt', identities: [] },
    receipt(202, { operation: undefined }),
    receipt(203, { totalKopecks: 1e15 }),
    '',
    receipt(204, { registerId: 'store-2-1' }),
    receipt(205, { registerId: 'nowhere' }),
    `{"deep":${'['.repeat(40)}${']'.repeat(40)}}`,
    receipt(206, { note: 'x'.repeat(300 * 1024) }),
    receipt(207),
  ];
  const { status, body } = await sendLines(lines);
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 2, held: 2, rejected: 7, retry: 0 });
  const answers = body.lines as {
    line: number;
    outcome: string;
    code: string;
    field?: string;
    remedy: string;
  }[];
  expect(answers.map(({ line, outcome, code }) => [line, outcome, code])).toEqual([
    [2, 'rejected', 'invalidJson'],
    [3, 'rejected', 'notAnObject'],
    [4, 'rejected', 'identityUnreadable'],
    [5, 'held', 'operationUnknown'],
    [6, 'held', 'amountOutOfRange'],
    [8, 'rejected', 'registerNotInScope'],
    [9, 'rejected', 'registerUnknown'],
    [10, 'rejected', 'nestedTooDeep'],
    [11, 'rejected', 'lineTooLong'],
  ]);
  expect(answers[4]?.field).toBe('/totalKopecks');
  expect(answers.every(({ remedy }) => remedy.length > 0)).toBe(true);
  const listed = await waitFor(
    async () => {
      const { body: list } = await call('GET', '/v1/ingestion/quarantine?limit=100');
      const entries = list.entries as { reason: string; entryId: string; byteLength: number }[];
      return entries.length >= 9 && entries;
    },
    { what: 'nine lines in quarantine' },
  );
  expect(listed.map(({ reason }) => reason).sort()).toEqual(answers.map(({ code }) => code).sort());
  const overlong = listed.find(({ reason }) => reason === 'lineTooLong');
  const shown = await call('GET', `/v1/ingestion/quarantine/${String(overlong?.entryId)}`);
  expect(Buffer.from(String(shown.body.bytes), 'base64').length).toBe(64 * 1024);
});

it('answers every line when asked to', async () => {
  const response = await fetch(`${service.address}/v1/ingestion/documents?answers=all`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(receipt(300), null, 2),
  });
  expect(await response.json()).toMatchObject({ accepted: 1, lines: [{ line: 1, outcome: 'accepted' }] });
});

it('takes a held series in by itself once it is registered, and drives a line again by API', async () => {
  const series = '7380440800555555';
  const identities = [{ scheme: 'fn', series, number: 1 }];
  expect((await sendLines([receipt(1, { identities })])).body).toMatchObject({ accepted: 1 });
  const path = `/v1/ingestion/series/fn/${series}/status`;
  await waitFor(async () => JSON.stringify((await call('GET', path)).body.held) === '[{"from":1,"to":1}]', {
    what: 'the document to be held',
  });
  await call('POST', '/v1/organisation/registrations', {
    body: { scheme: 'fn', series, registerId: 'store-1-1' },
  });
  await waitFor(
    async () => JSON.stringify((await call('GET', path)).body.confirmed) === '[{"from":1,"to":1}]',
    {
      what: 'the document to follow its registration',
    },
  );
  const { body } = await call('GET', '/v1/ingestion/quarantine?reason=operationUnknown&state=open');
  const [entry] = body.entries as { entryId: string }[];
  const redriven = await call('POST', `/v1/ingestion/quarantine/${String(entry?.entryId)}/redrive`);
  expect(redriven.body).toMatchObject({
    results: [{ outcome: 'heldAgain', detail: 'operationUnknown /operation' }],
  });
  const dismiss = (reason: string) =>
    call('POST', `/v1/ingestion/quarantine/${String(entry?.entryId)}/dismiss`, { body: { reason } });
  expect((await dismiss('')).status).toBe(422);
  expect(await dismiss('a till under test')).toMatchObject({
    status: 200,
    body: { state: 'dismissed', closedReason: 'a till under test', consequence: 'numbersReleased' },
  });
  expect(await dismiss('again')).toMatchObject({ status: 409, body: { code: 'quarantineEntryClosed' } });
});

it('shows a document and restores its bytes for who may read the archive', async () => {
  const values = (await publishedValues()) as {
    documentId: string;
    document: { identities: { number: number }[] };
  }[];
  const { documentId = '' } = values.find(({ document }) => document.identities[0]?.number === 7) ?? {};
  const view = await call('GET', `/v1/ingestion/documents/${documentId}`);
  expect(view.body).toMatchObject({ documentId, storeId: 'store-1', revision: 1 });
  const bytes = await fetch(`${service.address}/v1/ingestion/documents/${documentId}/observations/1/bytes`, {
    headers: { authorization: `Bearer ${service.adminToken}` },
  });
  expect(await bytes.text()).toBe(JSON.stringify(receipt(7)));
  const asDevice = await call('GET', `/v1/ingestion/documents/${documentId}/observations/1/bytes`, {
    bearer: token,
  });
  expect(asDevice.status).toBe(403);
});

it('refuses bombs and bodies over the limit', async () => {
  const bomb = await fetch(`${service.address}/v1/ingestion/documents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    },
    body: gzipSync(Buffer.alloc(7 * 1024 * 1024, 0x20)),
  });
  expect(bomb.status).toBe(413);
  expect(((await bomb.json()) as { code: string }).code).toBe('compressionRatio');
  const large = await sendLines(Array.from({ length: 40 }, () => 'x'.repeat(250 * 1024)));
  expect(large.status).toBe(413);
});

it('lets nobody in without a valid token, and a revoked device within seconds no more', async () => {
  expect((await sendLines([receipt(1)], 'ptk_none')).status).toBe(401);
  expect((await sendLines([receipt(1)], service.adminToken)).status).toBe(403);
  const created = await call('POST', '/v1/organisation/credentials', {
    body: {
      name: 'x',
      scope: { registers: ['store-1-1'] },
    },
  });
  const code = { enrolmentCode: created.body.enrolmentCode };
  const issued = await call('POST', '/v1/organisation/credentials/token', { body: code });
  expect((await call('POST', '/v1/organisation/credentials/token', { body: code })).status).toBe(401);
  const bearer = String(issued.body.token);
  expect((await sendLines([receipt(1)], bearer)).body).toMatchObject({ accepted: 1 });
  await call('POST', '/v1/organisation/registrations', {
    body: {
      scheme: 'fn',
      series: 'second',
      registerId: 'store-2-1',
    },
  });
  await waitFor(
    async () => (await call('GET', '/v1/ingestion/series/fn/second/status', { bearer })).status === 403,
    { what: 'somebody else’s series to be refused' },
  );
  await call('DELETE', `/v1/organisation/credentials/${String(created.body.credentialId)}`);
  await waitFor(async () => (await sendLines([receipt(1)], bearer)).status === 401, {
    what: 'the revocation',
    timeoutMs: 60_000,
  });
});

it('turns senders away with Retry-After while the broker is silent, and loses nothing of what it acknowledged', async () => {
  const pid = broker.infra.pids().get('broker') ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => sendLines([receipt(400 + index)])),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.slice(-2)).toEqual([503, 503]);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const numbers = Array.from({ length: 6 }, (_, index) => 400 + index);
  await waitFor(async () => (await sendLines(numbers.map((number) => receipt(number)))).body.accepted === 6, {
    what: 'the broker to be back',
    timeoutMs: 60_000,
  });
  await waitFor(
    async () => {
      const { body } = await call('GET', `/v1/ingestion/series/fn/${SERIES}/status?from=400&to=405`);
      return JSON.stringify(body.confirmed) === '[{"from":400,"to":405}]';
    },
    { what: 'what was acknowledged to be confirmed', timeoutMs: 60_000 },
  );
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
