import type { TopicDeclaration } from '@potok/kernel/contract';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { deletePassedBlocks } from './block-retention';
import type { PassingBlocks } from './block-retention';
import { publicationMigrations } from './publication-migrations';
import { requestRepublish } from './republish';

const TABLE = {
  id: 'test-001-blocks',
  up: `CREATE TABLE block (
         store_no int NOT NULL, epoch int NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL,
         recorded_at timestamptz NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (store_no, epoch, first_seq))`,
};
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 2, 2);
const topic: TopicDeclaration = {
  ...({ name: 'blocks', context: '', kind: 'facts', description: '', key: '' } as const),
  ...{ partitions: 1, retentionMs: 0, messageBytesMax: 0 },
};
const blocks: PassingBlocks = {
  ...{ topic, table: 'block', streamColumn: 'store_no', epochColumn: 'epoch' },
  ...{ firstSeqColumn: 'first_seq', lastSeqColumn: 'last_seq' },
  streamNos: (_, keys) => Promise.resolve(new Map(keys.map((key) => [key, Number(key)]))),
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrations: [...publicationMigrations, TABLE] });
});
beforeEach(() =>
  test.database.query('TRUNCATE block, publication_stream, publication_progress, publication_republish'),
);
afterAll(() => test.drop());

/** Blocks of two events, one a day, the last of them recorded now. */
async function stream(storeNo: number, blockCount: number, publishedUpTo: number): Promise<void> {
  await test.database.query(
    `INSERT INTO block SELECT $1, 1, 2 * n - 1, 2 * n, to_timestamp($3::bigint / 1000.0) - ($2 - n) * interval '1 day', ''
     FROM generate_series(1, $2) n`,
    [storeNo, blockCount, NOW_MS],
  );
  await test.database.query(
    `INSERT INTO publication_stream (topic, stream_key, partition, last_seq) VALUES ($1, $2, 0, $3)`,
    [topic.name, String(storeNo), 2 * blockCount],
  );
  await test.database.query('INSERT INTO publication_progress VALUES ($1, $2, 1, $3)', [
    ...[topic.name, String(storeNo), publishedUpTo],
  ]);
}

function deleteBefore(days: number, blocksMax = 3): Promise<number> {
  const beforeMs = NOW_MS - days * DAY_MS;
  return deletePassedBlocks(test.database, blocks, { beforeMs, blocksMax, stopping: () => false });
}

async function kept(storeNo: number): Promise<number[]> {
  const { rows } = await test.database.query<{ first_seq: bigint }>(
    'SELECT first_seq FROM block WHERE store_no = $1 ORDER BY first_seq',
    [storeNo],
  );
  return rows.map((row) => Number(row.first_seq));
}

function republish(fromSeq: number, storeNo = 1) {
  return requestRepublish(test.database, { topic: topic.name, streamKey: String(storeNo), fromSeq });
}

it('deletes what is published and older than its time, in steps, and no more', async () => {
  await stream(1, 10, 20);
  await stream(2, 4, 8);
  expect(await deleteBefore(2.5)).toBe(8);
  expect([await kept(1), await kept(2)]).toEqual([
    [15, 17, 19],
    [3, 5, 7],
  ]);
  expect(await deleteBefore(2.5)).toBe(0);
});

it('keeps what is not published, and the block of the last event that is', async () => {
  await stream(1, 10, 7);
  expect(await deleteBefore(0.5)).toBe(3);
  expect((await kept(1))[0]).toBe(7);
  await test.database.query('UPDATE publication_progress SET published_up_to = 20');
  expect(await deleteBefore(-1)).toBe(6);
  expect(await kept(1)).toEqual([19]);
});

it('says of events that are gone that they are, and from where on they are kept', async () => {
  await stream(1, 10, 20);
  await deleteBefore(5.5);
  expect((await kept(1))[0]).toBe(9);
  expect(await republish(8)).toEqual({ result: 'gone', keptFrom: 9 });
  expect(await republish(21)).toEqual({ result: 'unknown' });
  expect(await republish(1, 7)).toEqual({ result: 'unknown' });
  expect(await republish(9)).toEqual({ result: 'requested' });
});

it('leaves a stream alone while it is sent again', async () => {
  await stream(1, 10, 20);
  expect(await republish(1)).toEqual({ result: 'requested' });
  expect(await deleteBefore(5.5)).toBe(0);
  await test.database.query('UPDATE publication_republish SET finished_at = now()');
  expect(await deleteBefore(5.5)).toBe(4);
});
