import { gzipSync } from 'node:zlib';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { validateDocumentRegisteredV1 } from '@potok/ingestion-contracts/generated/validators';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { waitFor } from '@potok/platform-testing/wait-for';
import { ChainClient, lineAnswers, receiptOf } from './testing/chain-client';
import type { Answered } from './testing/chain-client';
import { startIngestion, startOwnBroker } from './testing/running-ingestion';
import type { RunningIngestion } from './testing/running-ingestion';

/**
 * What registers really send, each with the outcome of register-document §3. Around every bad line stand two good
 * ones: they are accepted, and archived in the end, whatever stood between them.
 */
const SERIES = '7380440800123456';

let broker: Awaited<ReturnType<typeof startOwnBroker>>;
let service: RunningIngestion;
let chain: ChainClient;
let bearer: string;
const numbers = { next: 1 };
const goodNumbers: number[] = [];
/** Of the contract, by what was published. */
const breaches: unknown[] = [];

beforeAll(async () => {
  broker = await startOwnBroker();
  service = await startIngestion(broker.brokers);
  chain = new ChainClient(service);
  await chain.organise(SERIES);
  bearer = (await chain.enrol({ stores: ['store-1'] })).token;
});
afterAll(async () => {
  await service.stop();
  await broker.stop();
});

function receipt(overrides: object = {}): Record<string, unknown> {
  const number = numbers.next;
  numbers.next += 1;
  return receiptOf(SERIES, number, overrides);
}

function good(): Record<string, unknown> {
  goodNumbers.push(numbers.next);
  return receipt();
}

function numberOf(document: Record<string, unknown>): number {
  const [identity] = document.identities as { number: number }[];
  return identity?.number ?? -1;
}

/** Sends the lines between two good ones, which must be accepted; answers what was said of the others. */
async function between(...lines: readonly unknown[]): Promise<Answered> {
  const answer = await chain.sendLines([good(), ...lines, good()], { bearer });
  expect(answer.status).toBe(200);
  const bad = lineAnswers(answer);
  expect(bad.every(({ line }) => line > 1 && line < lines.length + 2)).toBe(true);
  return answer;
}

async function document(number: number): Promise<Record<string, unknown>> {
  return waitFor(async () => (await published()).get(number), { what: `document ${String(number)}` });
}

async function published(): Promise<Map<number, Record<string, unknown>>> {
  const admin = new KafkajsAdmin(new KafkaConnection({ brokers: broker.brokers, clientId: 'test' }));
  const found = new Map<number, Record<string, unknown>>();
  try {
    for (let partition = 0; partition < documentsTopic.partitions; partition += 1) {
      await admin.readPartition({ topic: documentsTopic.name, partition }, (records) => {
        for (const { value } of records) {
          const event = JSON.parse(String(value)) as { document: Record<string, unknown> };
          if (!validateDocumentRegisteredV1(event))
            breaches.push(...(validateDocumentRegisteredV1.errors ?? []));
          found.set(numberOf(event.document), event.document);
        }
      });
    }
  } finally {
    await admin.close();
  }
  return found;
}

function findingsOf(found: Record<string, unknown>): string[] {
  return (found.findings as { code: string }[]).map(({ code }) => code);
}

describe('rejected: no readable identity, no authority, over the limits', () => {
  it.each<[string, unknown, string, string | undefined]>([
    ['invalid JSON in the middle of a batch', '{"type":"receipt",', 'invalidJson', undefined],
    ['10,000-deep nesting', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'nestedTooDeep', undefined],
    [
      'deep nesting inside a good receipt',
      JSON.stringify(receiptOf(SERIES, 1)).replace(
        '}',
        `,"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
      ),
      'nestedTooDeep',
      undefined,
    ],
    ['a bare value', '12', 'notAnObject', undefined],
    ['null', 'null', 'notAnObject', undefined],
    [
      'a lone surrogate in the identity',
      '{"type":"receipt","identities":[{"scheme":"fn","series":"73804\\ud800","number":1}]}',
      'invalidUnicode',
      '/identities',
    ],
    [
      'a NUL in the identity',
      '{"type":"receipt","identities":[{"scheme":"fn","series":"73804\\u0000","number":1}]}',
      'identityUnreadable',
      '/identities',
    ],
    [
      '1e400 as a number of the series',
      receiptOf(SERIES, 1, { identities: [] }),
      'identityUnreadable',
      '/identities',
    ],
    [
      'someone else’s register',
      receiptOf(SERIES, 1, { registerId: 'store-2-1' }),
      'registerNotInScope',
      '/registerId',
    ],
    [
      'an unknown store’s register',
      receiptOf(SERIES, 1, { registerId: 'store-9-1' }),
      'registerUnknown',
      '/registerId',
    ],
    [
      'a second registerId that is someone else’s: the last one of duplicate keys counts',
      JSON.stringify(receiptOf(SERIES, 1, { registerId: 'store-1-1', second: 0 })).replace(
        '"second":0',
        '"registerId":"store-2-1"',
      ),
      'registerNotInScope',
      '/registerId',
    ],
  ])('%s', async (_what, line, code, field) => {
    const answer = await between(line);
    expect(answer.body).toMatchObject({ accepted: 2, held: 0, rejected: 1, retry: 0 });
    const [said] = lineAnswers(answer);
    expect(said).toMatchObject({ line: 2, outcome: 'rejected', code });
    expect(said?.field).toBe(field);
    expect(said?.remedy?.length).toBeGreaterThan(0);
    const bytes = Buffer.from(typeof line === 'string' ? line : JSON.stringify(line));
    const entry = await chain.quarantined((one) => one.reason === code && one.byteLength === bytes.length);
    expect((await chain.quarantinedBytes(entry)).equals(bytes)).toBe(true);
  });

  it('1e400 as the number of an identity', async () => {
    const answer = await between(
      `{"type":"receipt","identities":[{"scheme":"fn","series":"${SERIES}","number":1e400}]}`,
    );
    expect(lineAnswers(answer)).toMatchObject([
      { line: 2, code: 'identityUnreadable', field: '/identities' },
    ]);
  });

  it('bytes that are no UTF-8', async () => {
    const [first, second] = [good(), good()].map((line) => Buffer.from(`${JSON.stringify(line)}\n`));
    const bad = Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0xff, 0x22, 0x7d, 0x0a]);
    const answer = await chain.sendBody(Buffer.concat([first ?? bad, bad, second ?? bad]), { bearer });
    expect(answer.body).toMatchObject({ accepted: 2, rejected: 1 });
    expect(lineAnswers(answer)).toMatchObject([{ line: 2, code: 'invalidUnicode' }]);
    const entry = await chain.quarantined(
      ({ byteLength, reason }) => byteLength === 8 && reason === 'invalidUnicode',
    );
    expect((await chain.quarantinedBytes(entry)).equals(bad.subarray(0, -1))).toBe(true);
  });

  it('a line of 50 MB: its head, length and hash are kept, its neighbours are accepted', async () => {
    const long = receiptOf(SERIES, 1, { note: 'ж'.repeat(25_000_000) });
    const text = JSON.stringify(long);
    const answer = await between(long);
    expect(answer.body).toMatchObject({ accepted: 2, rejected: 1 });
    expect(lineAnswers(answer)).toMatchObject([{ line: 2, code: 'lineTooLong' }]);
    const entry = await chain.quarantined(({ reason }) => reason === 'lineTooLong');
    expect(entry.origin).toMatchObject({ wholeByteLength: Buffer.byteLength(text) });
    expect(entry.origin.wholeSha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await chain.quarantinedBytes(entry)).length).toBe(64 * 1024);
  });

  it('a last line that ends in the middle: it is named as cut, not as somebody’s bad JSON', async () => {
    const cut = JSON.stringify(receipt()).slice(0, 120);
    const answer = await chain.sendLines([good(), good(), cut], { bearer });
    expect(answer.body).toMatchObject({ accepted: 2, rejected: 1 });
    expect(lineAnswers(answer)).toMatchObject([{ line: 3, outcome: 'rejected', code: 'bodyTruncated' }]);
    await chain.quarantined(({ reason }) => reason === 'bodyTruncated');
  });
});

describe('held: the identity is readable, the body is not usable', () => {
  it.each<[string, object | string, string, string | undefined]>([
    ['an unknown operation', { operation: 'barter' }, 'operationUnknown', '/operation'],
    ['no operation', { operation: undefined }, 'operationUnknown', '/operation'],
    ['no total', { totalKopecks: undefined }, 'totalMissing', '/totalKopecks'],
    ['1e400 as the total', '"totalKopecks":1e400', 'amountOutOfRange', '/totalKopecks'],
    ['an amount over the limit', { totalKopecks: 1e15 }, 'amountOutOfRange', '/totalKopecks'],
    ['a total that is a text', { totalKopecks: '100' }, 'bodyUnusable', '/totalKopecks'],
    [
      'a negative quantity',
      { lines: [{ lineNo: 1, quantityMilli: -1, amountKopecks: 1 }] },
      'quantityOutOfRange',
      '/lines/0/quantityMilli',
    ],
    [
      'line numbers that repeat',
      { lines: [1, 1].map((lineNo) => ({ lineNo, quantityMilli: 1, amountKopecks: 1 })) },
      'lineNumbersRepeat',
      '/lines/1/lineNo',
    ],
    ['lines that are no list', { lines: { 0: 'x' } }, 'bodyUnusable', '/lines'],
  ])('%s', async (_what, fault, code, field) => {
    const line = receipt(typeof fault === 'string' ? {} : fault);
    const number = numberOf(line);
    const text = JSON.stringify(line);
    const answer = await between(
      typeof fault === 'string' ? text.replace('"totalKopecks":100', fault) : line,
    );
    expect(answer.body).toMatchObject({ accepted: 2, held: 1, rejected: 0, retry: 0 });
    const [said] = lineAnswers(answer);
    expect(said).toMatchObject({ line: 2, outcome: 'held', code });
    expect(said?.field).toBe(field);
    expect(said?.remedy?.length).toBeGreaterThan(0);
    await chain.untilTaken(SERIES, [number]);
  });
});

describe('accepted: a till’s defect never refuses a real receipt', () => {
  it.each<[string, object, string]>([
    ['a clock in 1970', { occurredAtLocal: '1970-01-01T00:00:00' }, 'clockImplausible'],
    ['a clock in 2099', { occurredAtLocal: '2099-12-31T23:59:59' }, 'clockImplausible'],
    ['a time that is none', { occurredAtLocal: 'вчера' }, 'clockImplausible'],
    ['a total that is not the sum of the lines', { totalKopecks: 99_900 }, 'totalMismatch'],
    ['fractions of a kopeck', { totalKopecks: 100.5 }, 'amountRounded'],
    [
      'a price with fractions of a kopeck',
      { lines: [{ lineNo: 1, name: 'x', quantityMilli: 3000, amountKopecks: 100, priceKopecks: 33.3333 }] },
      'priceFraction',
    ],
    [
      'a price beyond all numbers',
      {
        lines: [
          {
            lineNo: 1,
            name: 'x',
            quantityMilli: 1000,
            amountKopecks: 100,
            priceKopecks: 1e300,
            listPriceKopecks: -1e300,
          },
        ],
      },
      'priceImplausible',
    ],
    [
      'fractions of a kopeck of tax and discount',
      {
        lines: [
          {
            lineNo: 1,
            name: 'x',
            quantityMilli: 1000,
            amountKopecks: 100,
            vat: { rate: '20', amountKopecks: 16.6667 },
            discounts: [{ origin: 'till', amountKopecks: 0.5 }],
          },
        ],
      },
      'amountRounded',
    ],
    ['no lines at all', { lines: [] }, 'linesMissing'],
    [
      'a quantity of zero',
      { lines: [{ lineNo: 1, name: 'x', quantityMilli: 0, amountKopecks: 100 }] },
      'quantityZero',
    ],
    ['a type nobody knows', { type: 'горшок' }, 'unknownType'],
  ])('%s', async (_what, defect, finding) => {
    const line = receipt(defect);
    expect((await between(line)).body).toMatchObject({ accepted: 3, held: 0, rejected: 0 });
    expect(findingsOf(await document(numberOf(line)))).toContain(finding);
  });

  it('__proto__ and constructor are fields like any other that nobody knows', async () => {
    const line = receipt();
    const text = JSON.stringify(line).replace(
      '{',
      '{"__proto__":{"type":"shiftClosed","polluted":true},"constructor":{"prototype":{"polluted":true}},',
    );
    expect((await between(text)).body).toMatchObject({ accepted: 3 });
    expect(await document(numberOf(line))).toMatchObject({ type: 'receipt' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('lone surrogates and NULs in texts: the receipt counts, the letters are replaced', async () => {
    const line = receipt({ channel: 'N' });
    const text = JSON.stringify(line)
      .replace('"Хлеб"', '"a\\ud800b\\u0000c"')
      .replace('"N"', '"\\udfff\\u0000"');
    expect((await between(text)).body).toMatchObject({ accepted: 3 });
    expect(await document(numberOf(line))).toMatchObject({
      channel: '\ufffd\ufffd',
      lines: [{ name: 'a\ufffdb\ufffdc' }],
    });
  });

  it('duplicate keys: the last one counts, in the edge and in the intake', async () => {
    const line = receipt();
    const text = JSON.stringify(line).replace('"totalKopecks":100', '"totalKopecks":7,"totalKopecks":100');
    expect((await between(text)).body).toMatchObject({ accepted: 3 });
    expect(await document(numberOf(line))).toMatchObject({ totalKopecks: 100 });
  });

  it('the same identity with other bytes is a variant, with another core a conflict that is held', async () => {
    const line = receipt();
    await chain.sendLines([line], { bearer });
    await chain.untilTaken(SERIES, [numberOf(line)]);
    const other = { ...line, note: 'another copy' };
    const contradicting = { ...line, totalKopecks: 200 };
    expect((await between(line, other, contradicting)).body).toMatchObject({ accepted: 5 });
    const { documentId } = await document(numberOf(line));
    const view = await waitFor(
      async () => {
        const { body } = await chain.call('GET', `/v1/ingestion/documents/${String(documentId)}`);
        const kinds = (body.observations as { kind: string }[]).map(({ kind }) => kind);
        return kinds.includes('conflict') && kinds;
      },
      { what: 'the conflict' },
    );
    expect(view).toEqual(expect.arrayContaining(['original', 'repeat', 'variant', 'conflict']));
    const entry = await chain.quarantined(({ reason }) => reason === 'conflict');
    expect(entry.detail).toBe('/totalKopecks');
  });
});

describe('requests that are refused whole', () => {
  it('an empty body is an empty batch', async () => {
    const answer = await chain.sendBody('', { bearer });
    expect([answer.status, answer.body]).toEqual([
      200,
      { accepted: 0, held: 0, rejected: 0, retry: 0, lines: [] },
    ]);
    expect((await chain.sendBody('\n\r\n\n', { bearer })).body).toMatchObject({ accepted: 0, rejected: 0 });
    const json = await chain.sendBody('', { bearer, contentType: 'application/json' });
    expect([json.status, lineAnswers(json)[0]?.code]).toEqual([200, 'invalidJson']);
  });

  it('a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, 0x20), { level: 9 });
    const answer = await chain.sendBody(bomb, { bearer, encoding: 'gzip' });
    expect([answer.status, answer.body.code]).toEqual([413, 'compressionRatio']);
    expect(String(answer.body.remedy).length).toBeGreaterThan(0);
  });

  it('lines without number', async () => {
    const answer = await chain.sendBody('1\n'.repeat(200_000), { bearer });
    expect([answer.status, answer.body.code]).toEqual([413, 'bodyTooLarge']);
    expect(answer.body.detail).toBe('the limit is 5000 lines');
  });

  it('a gzip body that is cut, and one that is none', async () => {
    const whole = gzipSync(
      Array.from({ length: 2_000 }, () => JSON.stringify(receiptOf(SERIES, 1))).join('\n'),
    );
    const cut = await chain.sendBody(whole.subarray(0, whole.length - 100), { bearer, encoding: 'gzip' });
    expect([cut.status, cut.body.code]).toEqual([400, 'malformedEncoding']);
    const none = await chain.sendBody('{"type":"receipt"}', { bearer, encoding: 'gzip' });
    expect([none.status, none.body.code]).toEqual([400, 'malformedEncoding']);
    const zip = await chain.sendBody('x', { bearer, encoding: 'deflate' });
    expect([zip.status, zip.body.code]).toEqual([415, 'unsupportedEncoding']);
  });

  it('nobody’s token, and a revoked credential', async () => {
    expect((await chain.sendBody('{}', { bearer: 'ptk_nobody' })).body.code).toBe('unauthenticated');
    expect((await chain.sendBody('{}', {})).body.code).toBe('unauthenticated');
    const { token, credentialId } = await chain.enrol({ stores: ['store-1'] });
    expect((await chain.sendLines([good()], { bearer: token })).body).toMatchObject({ accepted: 1 });
    await chain.call('DELETE', `/v1/organisation/credentials/${credentialId}`);
    const refused = await waitFor(
      async () => {
        const answer = await chain.sendLines([receiptOf(SERIES, 1)], { bearer: token });
        return answer.status === 401 && answer;
      },
      { what: 'the revocation', timeoutMs: 60_000 },
    );
    expect(refused.body).toMatchObject({
      code: 'unauthenticated',
      remedy: expect.stringContaining('enrolled') as string,
    });
  });
});

it('every good neighbour is archived in the end, and the process is the same and alive', async () => {
  await chain.untilTaken(SERIES, goodNumbers);
  const { confirmed } = (await chain.call('GET', `/v1/ingestion/series/fn/${SERIES}/status?from=0&to=100000`))
    .body as { confirmed: { from: number; to: number }[] };
  const missing = goodNumbers.filter(
    (number) => !confirmed.some(({ from, to }) => from <= number && number <= to),
  );
  expect(missing).toEqual([]);
  await published();
  expect(breaches).toEqual([]);
  expect((await fetch(`${service.address}/health/live`)).status).toBe(200);
  expect((await fetch(`${service.address}/health/ready`)).status).toBe(200);
});
