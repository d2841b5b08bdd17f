import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import fc from 'fast-check';
import { booleanArray, byteaArray, instantArray, integerArray, textArray } from './array-parameters';
import { BinaryRows, CHUNK_BYTES } from './binary-rows';
import { ChunkPool } from './chunk-pool';
import { classifyFailure } from './errors';

const COLUMNS = 'no, small, middle, big, huge, note, bytes, id, instant, flag, day';
const MIGRATIONS = [
  {
    id: '001',
    up: `CREATE TABLE sample (no int, small smallint, middle int, big bigint, huge bigint, note text, bytes bytea,
           id uuid, instant timestamptz, flag boolean, day date)`,
  },
];

const SEED = 20_261_124;
const DAY_MS = 86_400_000;
const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 6 });
/** PostgreSQL's text holds neither NUL nor lone surrogates. */
const text = fc.string({ unit: 'grapheme', maxLength: 120 }).map((value) => value.replaceAll('\0', ''));

const sampleRow = fc.record({
  small: nullable(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })),
  middle: nullable(fc.integer()),
  big: nullable(fc.maxSafeInteger()),
  huge: nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  note: nullable(text),
  bytes: nullable(fc.uint8Array({ maxLength: 2_000 })),
  id: nullable(fc.uuid()),
  instantMs: nullable(fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 })),
  flag: nullable(fc.boolean()),
  epochDay: nullable(fc.integer({ min: 0, max: 40_000 })),
});
type SampleRow = typeof sampleRow extends fc.Arbitrary<infer R> ? R : never;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrations: MIGRATIONS });
});
afterAll(() => test.drop());

function orNull<T>(rows: BinaryRows, value: T | null, write: (value: T) => void): void {
  if (value === null) rows.null();
  else write(value);
}

function encode(rows: BinaryRows, no: number, row: SampleRow): void {
  rows.row(11).int4(no);
  orNull(rows, row.small, (value) => rows.int2(value));
  orNull(rows, row.middle, (value) => rows.int4(value));
  orNull(rows, row.big, (value) => rows.int8(value));
  orNull(rows, row.huge, (value) => rows.int8(value));
  orNull(rows, row.note, (value) => rows.text(value));
  orNull(rows, row.bytes, (value) => rows.bytea(value));
  orNull(rows, row.id, (value) => rows.uuid(value));
  orNull(rows, row.instantMs, (value) => rows.timestamptz(value));
  orNull(rows, row.flag, (value) => rows.bool(value));
  orNull(rows, row.epochDay, (value) => rows.date(value));
}

function expected(no: number, row: SampleRow): object {
  return {
    no,
    small: row.small,
    middle: row.middle,
    big: row.big === null ? null : BigInt(row.big),
    huge: row.huge,
    note: row.note,
    bytes: row.bytes === null ? null : Buffer.from(row.bytes),
    id: row.id,
    instant: row.instantMs === null ? null : new Date(row.instantMs),
    flag: row.flag,
    day: row.epochDay === null ? null : new Date(row.epochDay * DAY_MS).toISOString().slice(0, 10),
  };
}

async function stored(): Promise<object[]> {
  return (await test.database.query(`SELECT ${COLUMNS} FROM sample ORDER BY no`)).rows;
}

describe('BinaryRows', () => {
  it('every type comes back as it was written', async () => {
    const property = fc.asyncProperty(fc.array(sampleRow, { maxLength: 300 }), async (rows) => {
      const binary = new BinaryRows();
      rows.forEach((row, no) => {
        encode(binary, no, row);
      });
      await test.database.query('TRUNCATE sample');
      await test.database.tx((tx) => tx.copyBinary(`sample (${COLUMNS})`, binary.finish()));
      expect(await stored()).toEqual(rows.map((row, no) => expected(no, row)));
    });
    await fc.assert(property, { seed: SEED, numRuns: 25 });
  });

  it('rows larger than a chunk and more rows than one chunk holds', async () => {
    const binary = new BinaryRows();
    const notes = [...Array(5_000).keys()].map((no) =>
      no === 77 ? 'ж'.repeat(400_000) : `строка ${String(no)}`,
    );
    for (const [no, note] of notes.entries()) binary.row(2).int4(no).text(note);
    expect(binary.byteLength).toBeGreaterThan(800_000);
    await test.database.query('TRUNCATE sample');
    await test.database.tx((tx) => tx.copyBinary('sample (no, note)', binary.finish()));
    const { rows } = await test.database.query<{ note: string }>('SELECT note FROM sample ORDER BY no');
    expect(rows.map((row) => row.note)).toEqual(notes);
    expect(binary.finish().rowCount).toBe(0);
  });

  it('arrays come back element by element, those larger than a chunk too', async () => {
    const big = Array.from({ length: 60_000 }, (_, index) => (index % 3 === 0 ? -1 : 1) * (2 ** 40 + index));
    const small = Array.from({ length: 60_000 }, (_, index) => index - 30_000);
    await test.database.query('CREATE TABLE packed (no int, small int[], big bigint[])');
    const binary = new BinaryRows();
    binary.row(3).int4(1).int4Array(small).int8Array(big);
    binary.row(3).int4(2).int4Array([7]).int8Array([-7]);
    await test.database.tx((tx) => tx.copyBinary('packed (no, small, big)', binary.finish()));
    const { rows } = await test.database.query<{ no: number; small: string; big: string }>(
      'SELECT no, small::text, big::text FROM packed ORDER BY no',
    );
    expect(rows).toEqual([
      { no: 1, small: `{${small.join(',')}}`, big: `{${big.join(',')}}` },
      { no: 2, small: '{7}', big: '{-7}' },
    ]);
  });

  it('refuses numbers that the column could not hold', () => {
    const rows = new BinaryRows().row(1);
    expect(() => rows.int8(2 ** 53)).toThrow('safe integer');
    expect(() => rows.int8(2n ** 63n)).toThrow('int8');
    expect(() => rows.int8(0.5)).toThrow('safe integer');
    expect(() => rows.int4(2 ** 31)).toThrow('int4');
    expect(() => rows.int2(2 ** 15)).toThrow('int2');
    expect(() => rows.uuid('12')).toThrow('uuid');
  });

  it('a COPY that fails leaves the connection usable', async () => {
    const database = test.connect({ poolMax: 1 });
    const big = new BinaryRows();
    for (let no = 0; no < 50_000; no += 1) big.row(2).int4(no).text('same text '.repeat(3));
    const wrong = database.tx((tx) => tx.copyBinary('sample (no, absent)', big.finish()));
    await expect(wrong).rejects.toMatchObject({ code: '42703' });
    await expect(wrong.catch(classifyFailure)).resolves.toBe('fatal');
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('array parameters', () => {
  it('every element comes back as it was written', async () => {
    const property = fc.asyncProperty(fc.array(sampleRow, { minLength: 1, maxLength: 60 }), async (rows) => {
      const { rows: answer } = await test.database.query(
        `SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::boolean[], $5::timestamptz[], $6::uuid[])
           AS item (huge, note, bytes, flag, instant, id)`,
        [
          integerArray(rows.map((row) => row.huge)),
          textArray(rows.map((row) => row.note)),
          byteaArray(rows.map((row) => row.bytes)),
          booleanArray(rows.map((row) => row.flag)),
          instantArray(rows.map((row) => row.instantMs)),
          textArray(rows.map((row) => row.id)),
        ],
      );
      const wanted = rows.map((row, no) => expected(no, row));
      expect(wanted).toMatchObject(answer);
    });
    await fc.assert(property, { seed: SEED, numRuns: 40 });
  });
});

it('rows that are copied out read as they were copied in, and chunks are used again', async () => {
  const pool = new ChunkPool(CHUNK_BYTES, 8);
  const written = Array.from({ length: 9_000 }, (_, no) => ({
    no,
    big: (no - 4_500) * 1_000_000_007,
    note: no % 3 === 0 ? null : `ряд ${String(no)}`,
    instantMs: 1_700_000_000_000 + no,
  }));
  for (let round = 0; round < 2; round += 1) {
    const read: unknown[] = [];
    await test.database.tx(async (tx) => {
      await tx.query('DELETE FROM sample');
      const rows = new BinaryRows(pool);
      for (const row of written) {
        rows.row(4).int4(row.no).int8(row.big);
        orNull(rows, row.note, (value) => rows.text(value));
        rows.timestamptz(row.instantMs);
      }
      await tx.copyBinary('sample (no, big, note, instant)', rows.finish());
      await tx.copyOut('SELECT no, big, note, instant FROM sample ORDER BY no', (row) => {
        const [no, big, note] = [row.int4(), row.int8(), row.null() ? null : row.text()];
        read.push({ no, big, note, instantMs: row.timestamptz() });
      });
    });
    expect(read).toEqual(written);
  }
});

it('a reader of copied-out rows that fails leaves the transaction usable behind a savepoint', async () => {
  await test.database.tx(async (tx) => {
    const failing = tx.savepoint(() =>
      tx.copyOut('SELECT 1::int8 UNION ALL SELECT 2', (row) => {
        row.int4();
      }),
    );
    await expect(failing).rejects.toThrow('another type');
    expect((await tx.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

it('reads arrays of integers; one that holds a null, or has several dimensions, is refused', async () => {
  const read = (arrays: string) =>
    test.database.tx(async (tx) => {
      const values: unknown[] = [];
      await tx.copyOut(`SELECT ${arrays}, 7::int`, (row) => {
        values.push(row.int4Array(), row.int8Array(), row.int4());
      });
      return values;
    });
  expect(await read(`ARRAY[1, -2, 3]::int[], ARRAY[5000000000, -1]::bigint[]`)).toEqual([
    [1, -2, 3],
    [5_000_000_000, -1],
    7,
  ]);
  expect(await read(`'{}'::int[], ARRAY[9]::bigint[]`)).toEqual([[], [9], 7]);
  await expect(read(`ARRAY[1, NULL]::int[], ARRAY[9]::bigint[]`)).rejects.toThrow('another type');
  await expect(read(`ARRAY[[1], [2]]::int[], ARRAY[9]::bigint[]`)).rejects.toThrow('several dimensions');
});
