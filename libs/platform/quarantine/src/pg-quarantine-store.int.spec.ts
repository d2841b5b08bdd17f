import { createHash } from 'node:crypto';
import { present } from '@potok/kernel/assert';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { PgQuarantineStore } from './pg-quarantine-store';
import { QUARANTINE_BYTES_MAX } from './quarantine';
import type { BytesCipher, QuarantineEntry } from './quarantine';
import { quarantineMigrations } from './quarantine-migrations';

let test: TestDatabase;
const store = new PgQuarantineStore();

beforeAll(async () => {
  test = await createTestDatabase({ migrations: quarantineMigrations });
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query('TRUNCATE quarantine RESTART IDENTITY');
});

function entry(overrides: Partial<QuarantineEntry> = {}): QuarantineEntry {
  return {
    source: 'edge',
    reason: 'unreadable',
    detail: 'line 1: not JSON',
    subjectKey: null,
    bytes: Buffer.from('{"broken'),
    origin: { credential: 'c-1', line: 1 },
    ...overrides,
  };
}

function add(...entries: QuarantineEntry[]): Promise<void> {
  return test.database.tx((tx) => store.add(tx, entries));
}

async function only(using = store) {
  const [row] = await using.list(test.database, { limit: 10 });
  return present(await using.get(test.database, present(row, 'a row').id), 'the row');
}

describe('the quarantine', () => {
  it('keeps the bytes, the reason and the origin of an input', async () => {
    await add(entry({ subjectKey: 'series-1/7' }));
    expect(await only()).toMatchObject({
      id: 1,
      source: 'edge',
      reason: 'unreadable',
      subjectKey: 'series-1/7',
      state: 'open',
      origin: { credential: 'c-1', line: 1 },
      bytes: Buffer.from('{"broken'),
      byteCount: 8,
      bytesCut: false,
      seenCount: 1,
    });
  });

  it('cuts long bytes and keeps their full length and hash', async () => {
    const bytes = Buffer.alloc(QUARANTINE_BYTES_MAX + 1, 7);
    await add(entry({ bytes }));
    const row = await only();
    expect(row.bytes).toEqual(bytes.subarray(0, QUARANTINE_BYTES_MAX));
    expect(row).toMatchObject({ bytesCut: true, byteCount: bytes.length });
    expect(row.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('keeps an accepted record whole', async () => {
    const bytes = Buffer.alloc(QUARANTINE_BYTES_MAX + 1, 7);
    await add(entry({ bytes, keepWhole: true }));
    expect((await only()).bytes).toEqual(bytes);
  });

  it('counts the same input instead of storing it again, within a call and between calls', async () => {
    await add(entry(), entry());
    await add(entry());
    const row = await only();
    expect(row.seenCount).toBe(3);
    expect(row.lastSeenAt.getTime()).toBeGreaterThan(row.firstSeenAt.getTime());
  });

  it('tells inputs apart by reason, by bytes and by their key', async () => {
    await add(
      entry(),
      entry({ reason: 'tooLong' }),
      entry({ bytes: null }),
      entry({ inputKey: 'topic/0/7' }),
    );
    expect(await store.list(test.database, { limit: 10 })).toHaveLength(4);
  });

  it('numbers the entries of one call in their order', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `key-${String(index)}`);
    await add(...keys.map((inputKey) => entry({ inputKey, subjectKey: inputKey })));
    const rows = await store.list(test.database, { limit: 100 });
    expect(rows.map((row) => row.subjectKey).reverse()).toEqual(keys);
  });

  it('an input that comes again after it was dismissed is open again', async () => {
    await add(entry());
    await store.dismiss(test.database, { ids: [1], by: 'person-1', reason: 'a till under test' });
    await add(entry());
    const rows = await store.list(test.database, { limit: 10 });
    expect(rows.map((row) => [row.state, row.closedBy, row.closedReason])).toEqual([
      ['open', null, null],
      ['dismissed', 'person-1', 'a till under test'],
    ]);
  });

  it('stores text that PostgreSQL would refuse', async () => {
    await add(
      entry({ detail: 'nul \u0000 and \uD800', subjectKey: 'a\u0000b', origin: { key: '\u0000\uDFFF' } }),
    );
    expect(await only()).toMatchObject({ detail: 'nul \uFFFD and \uFFFD', subjectKey: 'a\uFFFDb' });
  });

  it('lists by filter, newest first, page by page', async () => {
    const numbered = Array.from({ length: 5 }, (_, index) =>
      entry({ inputKey: String(index), source: index < 4 ? 'edge' : 'intake' }),
    );
    await add(...numbered);
    const first = await store.list(test.database, { source: 'edge', state: 'open', limit: 3 });
    const second = await store.list(test.database, {
      source: 'edge',
      limit: 3,
      beforeId: present(first.at(-1), 'a row').id,
    });
    expect([...first, ...second].map((row) => row.source)).toEqual(['edge', 'edge', 'edge', 'edge']);
    expect(new Set([...first, ...second].map((row) => row.id)).size).toBe(4);
    expect(await store.countsByReason(test.database)).toEqual([
      { source: 'edge', reason: 'unreadable', count: 4 },
      { source: 'intake', reason: 'unreadable', count: 1 },
    ]);
  });

  it('knows the subjects with an open entry, per source', async () => {
    await add(entry({ subjectKey: 'a' }), entry({ subjectKey: 'b', source: 'intake' }));
    const open = (source?: string) =>
      test.database.tx((tx) => store.openSubjects(tx, ['a', 'b', 'c'], source));
    expect([...(await open())].sort()).toEqual(['a', 'b']);
    expect([...(await open('intake'))]).toEqual(['b']);
  });

  it('a re-drive locks everything that is open about the same subject, in order', async () => {
    await add(entry({ subjectKey: 'a', inputKey: '1' }));
    await add(entry({ subjectKey: 'b', inputKey: '2' }));
    await add(entry({ subjectKey: 'a', inputKey: '3' }));
    const ids = await test.database.tx(async (tx) =>
      (await store.lockForRedrive(tx, [3])).map((row) => row.id),
    );
    expect(ids).toEqual([1, 3]);
    await store.noteFailedRedrive(test.database, ids, 'still');
    expect(await store.markRedriven(test.database, { ids, by: 'person-1' })).toBe(2);
    expect(await store.markRedriven(test.database, { ids, by: 'person-1' })).toBe(0);
    expect(await store.get(test.database, 1)).toMatchObject({
      state: 'redriven',
      redriveAttempts: 1,
      detail: 'still',
    });
  });

  it('seals bytes by the cipher of the service, and says when their key was erased', async () => {
    let erased = false;
    const cipher: BytesCipher = {
      seal: (_tx, inputs) => Promise.resolve(inputs.map(({ bytes }) => Buffer.from(bytes).reverse())),
      open: (sealed) => Promise.resolve(erased ? null : Buffer.from(sealed).reverse()),
    };
    const sealing = new PgQuarantineStore(cipher);
    await test.database.tx((tx) => sealing.add(tx, [entry(), entry({ bytes: null, reason: 'empty' })]));
    const { rows } = await test.database.query<{ bytes: Buffer }>(
      `SELECT bytes FROM quarantine WHERE reason = 'unreadable'`,
    );
    expect(rows).toEqual([{ bytes: Buffer.from('{"broken').reverse() }]);
    const [row] = await sealing.list(test.database, { reason: 'unreadable', limit: 1 });
    const id = present(row, 'a row').id;
    expect((await sealing.get(test.database, id))?.bytes).toEqual(Buffer.from('{"broken'));
    erased = true;
    expect(await sealing.get(test.database, id)).toMatchObject({ bytes: null, bytesErased: true });
  });
});
