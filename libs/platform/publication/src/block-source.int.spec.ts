import * as fc from 'fast-check';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { BlockSource } from './block-source';
import { encodeEventBlock } from './event-block';
import { RecentBlocks } from './recent-blocks';
import type { RecentBlock } from './recent-blocks';
import type { PublishableEvent, StreamRange } from './stream';

const TABLE = {
  id: 'test-001-blocks',
  up: `CREATE TABLE block (
         store_no int NOT NULL, epoch int NOT NULL, first_seq bigint NOT NULL,
         recorded_at timestamptz NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (store_no, epoch, first_seq))`,
};
const topic: TopicDeclaration = {
  ...({ name: 'blocks', context: '', kind: 'facts', description: '', key: '' } as const),
  ...{ partitions: 1, retentionMs: 0, messageBytesMax: 0 },
};
const NOW_MS = Date.UTC(2026, 2, 2, 9, 20, 0, 123);

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrations: [TABLE] });
});
beforeEach(() => test.database.query('TRUNCATE block'));
afterAll(() => test.drop());

function sourceOf(recent?: RecentBlocks): BlockSource {
  return new BlockSource(
    {
      topic,
      table: 'block',
      streamColumn: 'store_no',
      epochColumn: 'epoch',
      firstSeqColumn: 'first_seq',
      streamNos: (_, keys) => Promise.resolve(new Map(keys.map((key) => [key, Number(key)]))),
      eventOf: (value, { streamKey, seq, time }) => ({
        streamKey,
        seq,
        value: Buffer.from(value),
        eventId: `${streamKey}/${String(seq)}`,
        headers: { time },
      }),
    },
    recent,
  );
}

async function store(blocks: readonly RecentBlock[], recent: RecentBlocks, commit = true): Promise<void> {
  const stored = test.database.tx(async (tx) => {
    const rows = new BinaryRows();
    for (const { streamNo, epoch, firstSeq, recordedAtMs, values } of blocks) {
      rows.row(5).int4(streamNo).int4(epoch).int8(firstSeq).timestamptz(recordedAtMs);
      rows.bytea(encodeEventBlock(values));
    }
    await tx.copyBinary('block (store_no, epoch, first_seq, recorded_at, bytes)', rows.finish());
    recent.keep(tx, blocks);
    if (!commit) throw new Error('rolled back');
  });
  await stored.catch((error: unknown) => {
    if (commit) throw error;
  });
}

function read(source: BlockSource, ranges: readonly StreamRange[], bytesMax = 1 << 20) {
  return test.database.tx((tx) => source.read(tx, ranges, bytesMax), { readOnly: true });
}

const range = (streamNo: number, fromSeq: number, toSeq: number): StreamRange => ({
  streamKey: String(streamNo),
  epoch: 1,
  fromSeq,
  toSeq,
});
const block = (firstSeq: number, texts: readonly string[], recordedAtMs = NOW_MS): RecentBlock => ({
  ...{ streamNo: 1, epoch: 1, firstSeq, recordedAtMs },
  values: texts.map((text) => Buffer.from(text)),
});
const textsOf = (events: readonly PublishableEvent[]) => events.map(({ value }) => value.toString());

/** Sizes of the values of one commit's blocks, by stream. */
const commits = fc.array(
  fc.dictionary(
    fc.constantFrom('1', '2', '3'),
    fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 6 }),
  ),
  { minLength: 1, maxLength: 6 },
);
const asked = fc.array(fc.record({ from: fc.integer({ min: 1, max: 20 }), more: fc.nat({ max: 20 }) }), {
  minLength: 1,
  maxLength: 4,
});
const bounds = fc.record({
  keptBytes: fc.constantFrom(0, 200, 2_000, 100_000),
  bytesMax: fc.nat({ max: 3_000 }),
});

it('gives identical events with recent blocks and without, whatever was asked and however much is kept', async () => {
  await fc.assert(
    fc.asyncProperty(commits, asked, bounds, async (sizes, wanted, { keptBytes, bytesMax }) => {
      await test.database.query('TRUNCATE block');
      const recent = new RecentBlocks(keptBytes);
      const heads = new Map<number, number>();
      for (const [number, streams] of sizes.entries()) {
        const blocks = Object.entries(streams).map(([key, lengths]): RecentBlock => {
          const streamNo = Number(key);
          const firstSeq = (heads.get(streamNo) ?? 0) + 1;
          heads.set(streamNo, firstSeq + lengths.length - 1);
          const values = lengths.map((length, index) => Buffer.alloc(length, number * 7 + index));
          return { streamNo, epoch: 1, firstSeq, recordedAtMs: NOW_MS + number, values };
        });
        await store(blocks, recent);
      }
      for (const { from, more } of wanted) {
        const ranges = [1, 2, 3].map((streamNo) => range(streamNo, from, from + more));
        const expected = await read(sourceOf(), ranges, bytesMax);
        expect(await read(sourceOf(recent), ranges, bytesMax)).toEqual(expected);
      }
    }),
    { seed: 29, numRuns: 40 },
  );
});

it('does not fetch the bytes of what is at hand', async () => {
  const recent = new RecentBlocks(1_000);
  await store([block(1, ['a', 'b']), block(3, ['c'])], recent);
  await test.database.query(`UPDATE block SET bytes = 'unreadable'`);
  expect(textsOf(await read(sourceOf(recent), [range(1, 2, 3)]))).toEqual(['b', 'c']);
  await expect(read(sourceOf(), [range(1, 2, 3)])).rejects.toThrow();
});

it('lets the rows decide: nothing of a transaction that was rolled back, or of a database that went back', async () => {
  const recent = new RecentBlocks(1_000);
  await store([block(1, ['rolled back'])], recent, false);
  expect(await read(sourceOf(recent), [range(1, 1, 9)])).toEqual([]);
  await store([block(1, ['lost', 'lost too'])], recent);
  await test.database.query('TRUNCATE block');
  expect(await read(sourceOf(recent), [range(1, 1, 9)])).toEqual([]);
  await store([block(1, ['numbered anew'], NOW_MS + 1)], new RecentBlocks(0));
  expect(textsOf(await read(sourceOf(recent), [range(1, 1, 9)]))).toEqual(['numbered anew']);
});

it('keeps nothing of a transaction that is rolled back, though another commits in its place and instant', async () => {
  const recent = new RecentBlocks(1_000);
  await store([block(1, ['rolled back'])], recent, false);
  await store([block(1, ['by another process'])], new RecentBlocks(0));
  expect(textsOf(await read(sourceOf(recent), [range(1, 1, 9)]))).toEqual(['by another process']);
});
