import { httpProblems } from '@potok/platform-http/problem';
import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { seededRandom } from '@potok/platform-testing/seeded-random';
import { waitFor } from '@potok/platform-testing/wait-for';
import { operationsOf, RequestFuzzer } from './testing/request-fuzzer';
import type { FuzzedOperation, FuzzedRequest } from './testing/request-fuzzer';
import { startPotok } from './testing/running-potok';
import type { RunningPotok } from './testing/running-potok';

const SEED = 20_261_124;
const REQUESTS_PER_OPERATION = 24;
const AT_ONCE = 8;
const SERIES = '7380440800000077';
const KNOWN_IDS = ['ooo', 'store-1', 'store-1-1', SERIES, 'fn', '4600682000013', 'milk'];

let broker: OwnBroker;
let potok: RunningPotok;
let deviceToken: string;

beforeAll(async () => {
  broker = await startOwnBroker();
  potok = await startPotok(broker.brokers);
  deviceToken = await organise();
});

afterAll(async () => {
  await potok.stop();
  await broker.stop();
});

async function send(path: string, init: RequestInit & { readonly bearer?: string } = {}): Promise<Response> {
  const { bearer = potok.adminToken, headers, ...rest } = init;
  return fetch(`${potok.address}${path}`, {
    ...rest,
    headers: { authorization: `Bearer ${bearer}`, ...(headers as Record<string, string> | undefined) },
  });
}

async function put(path: string, body: object, method = 'PUT'): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await send(path, { method, body: JSON.stringify(body), headers });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function organise(): Promise<string> {
  await put('/v1/organisation/legal-entities/ooo', { inn: '7707083893', name: 'ООО' });
  await put('/v1/organisation/stores/store-1', {
    name: 'Магазин',
    legalEntityId: 'ooo',
    timeZone: 'Europe/Moscow',
  });
  await put('/v1/organisation/registers/store-1-1', { storeId: 'store-1', name: 'Касса' });
  await put(
    '/v1/organisation/registrations',
    { scheme: 'fn', series: SERIES, registerId: 'store-1-1' },
    'POST',
  );
  const scope = { stores: ['store-1'] };
  const { enrolmentCode } = await put('/v1/organisation/credentials', { name: 'Агент', scope }, 'POST');
  const { token } = await put('/v1/organisation/credentials/token', { enrolmentCode }, 'POST');
  return String(token);
}

interface Fault {
  readonly why: string;
  readonly request: FuzzedRequest;
  readonly status: number;
  readonly answer: string;
}

const CODES_OF_ALL = new Set(Object.keys(httpProblems));

/** What is wrong with the answer; null when it is as documented. */
function faultOf(operation: FuzzedOperation, response: Response, answer: string): string | null {
  const { status } = response;
  if (status < 400) return null;
  if (status === 503 && response.headers.get('retry-after') !== null) return null;
  if (status >= 500) return 'the server failed';
  if (!(response.headers.get('content-type') ?? '').startsWith('application/problem+json'))
    return 'an error that is no problem document';
  const problem = JSON.parse(answer) as Record<string, unknown>;
  const code = String(problem.code);
  if (problem.status !== status) return 'the status in the body is another one';
  if (typeof problem.remedy !== 'string' || problem.remedy === '') return 'no remedy';
  if (operation.codes.get(status)?.has(code) === true || CODES_OF_ALL.has(code)) return null;
  return `${code} is not among the documented codes`;
}

async function attempt(
  operation: FuzzedOperation,
  request: FuzzedRequest,
  bearer: string | null,
): Promise<Fault | null> {
  const { method, path, contentType, encoding, body } = request;
  const response = await fetch(`${potok.address}${path}`, {
    method,
    headers: {
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(contentType === null ? {} : { 'content-type': contentType }),
      ...(encoding === null ? {} : { 'content-encoding': encoding }),
    },
    ...(body === null ? {} : { body }),
  });
  const answer = await response.text();
  const why = faultOf(operation, response, answer);
  return why === null ? null : { why, request, status: response.status, answer };
}

it('answers whatever is asked: never 5xx, every refusal a problem with a documented code', async () => {
  const document = (await (await send('/openapi.json')).json()) as Parameters<typeof operationsOf>[0];
  const operations = operationsOf(document);
  expect(operations.length).toBeGreaterThan(20);
  const fuzzer = new RequestFuzzer(seededRandom(SEED), KNOWN_IDS);
  const bearers = [potok.adminToken, potok.adminToken, potok.adminToken, deviceToken, 'ptk_nobody', null];
  const faults: Fault[] = [];
  for (let round = 0; round < REQUESTS_PER_OPERATION; round += AT_ONCE) {
    for (const operation of operations) {
      const device = operation.takesLines ? [deviceToken] : [];
      const requests = Array.from({ length: AT_ONCE }, () => ({
        request: fuzzer.request(operation),
        bearer: fuzzer.pick([...bearers, ...device, ...device]),
      }));
      const found = await Promise.all(
        requests.map(({ request, bearer }) => attempt(operation, request, bearer)),
      );
      faults.push(...found.filter((fault) => fault !== null));
    }
  }
  expect(faults.slice(0, 10)).toEqual([]);
  expect((await fetch(`${potok.address}/health/live`)).status).toBe(200);
});

it('still carries a receipt to stock, and nothing of what was asked stands in the way of a consumer', async () => {
  const receipt = {
    type: 'receipt',
    registerId: 'store-1-1',
    identities: [{ scheme: 'agent', series: 'after-the-storm', number: 1 }],
    occurredAtLocal: '2026-03-02T12:15:07',
    operation: 'sale',
    totalKopecks: 100,
    lines: [{ lineNo: 1, name: 'Хлеб', barcode: '4600682000013', quantityMilli: 1000, amountKopecks: 100 }],
  };
  const { token } = await deviceOf();
  await put(
    '/v1/organisation/registrations',
    { scheme: 'agent', series: 'after-the-storm', registerId: 'store-1-1' },
    'POST',
  );
  await waitFor(
    async () => {
      const response = await send('/v1/ingestion/documents', {
        method: 'POST',
        bearer: token,
        body: JSON.stringify(receipt),
        headers: { 'content-type': 'application/x-ndjson' },
      });
      return ((await response.json()) as { accepted?: number }).accepted === 1;
    },
    { what: 'the receipt to be accepted' },
  );
  await waitFor(
    async () => {
      const found = await send('/v1/stock/balances?storeId=store-1&limit=1000');
      return JSON.stringify(await found.json()).includes('"quantityMilli":-');
    },
    { what: 'the receipt in stock', timeoutMs: 60_000 },
  );
  for (const service of ['nomenclature', 'stock', 'reporting']) {
    const { entries } = (await (await send(`/v1/${service}/quarantine?state=open`)).json()) as {
      entries: object[];
    };
    expect([service, entries]).toEqual([service, []]);
  }
});

async function deviceOf(): Promise<{ readonly token: string }> {
  const scope = { stores: ['store-1'] };
  const { enrolmentCode } = await put('/v1/organisation/credentials', { name: 'Агент 2', scope }, 'POST');
  const { token } = await put('/v1/organisation/credentials/token', { enrolmentCode }, 'POST');
  return { token: String(token) };
}
