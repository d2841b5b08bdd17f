import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { productV1 } from '@potok/nomenclature-contracts/product.v1';
import { productsTopic } from '@potok/nomenclature-contracts/topics';
import { randomWhole, seededRandom } from '@potok/platform-testing/seeded-random';
import type { PublishableEvent, StateRow } from '@potok/platform-publication/stream';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { documentEvent, storeIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';
import { ReceiptsSource } from './receipts-source';

let db: TestDatabase;
let replica: Replica;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
});

afterEach(() => db.drop());

interface Wanted {
  readonly storeNo: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

function read(
  ranges: readonly Wanted[],
  bytesMax: number,
  source = new ReceiptsSource(),
): Promise<readonly PublishableEvent[]> {
  const wanted = ranges.map(({ storeNo, fromSeq, toSeq }) => ({
    streamKey: storeIdOf(storeNo),
    epoch: 1,
    fromSeq,
    toSeq,
  }));
  return db.database.tx((tx) => source.read(tx, wanted, bytesMax));
}

/** As the relay goes on: what was not answered is asked for again. */
async function readWhole(ranges: readonly Wanted[], bytesMax: number): Promise<readonly PublishableEvent[]> {
  const events: PublishableEvent[] = [];
  let rest = ranges;
  while (rest.length > 0) {
    const some = await read(rest, bytesMax);
    expect(some.length).toBeGreaterThan(0);
    events.push(...some);
    rest = rest
      .map((range) => {
        const last = some.filter(({ streamKey }) => streamKey === storeIdOf(range.storeNo)).at(-1);
        return { ...range, fromSeq: last === undefined ? range.fromSeq : last.seq + 1 };
      })
      .filter(({ fromSeq, toSeq }) => fromSeq <= toSeq);
  }
  return events;
}

describe('the receipts of the stored blocks', () => {
  it('are the same bytes where they are at hand still, whoever decided', async () => {
    await replica.decide([1, 2].map((seq) => documentEvent({ seq, lines: [{ article: 'later' }] })));
    await replica.decide([documentEvent({ seq: 3, lines: [{ article: 'later' }] })]);
    await replica.upsert.handle([{ productId: 'p-1', name: 'Later', article: 'later' }]);
    expect(await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 })).toMatchObject({ decided: 3 });
    const range = { storeNo: 1, fromSeq: 2, toSeq: 100 };
    expect(replica.recent.of([{ ...range, streamNo: 1, epoch: 1 }])).toHaveLength(3);
    const atHand = await read([range], 1_000_000, new ReceiptsSource(replica.recent));
    expect(atHand).toEqual(await read([range], 1_000_000));
  });

  it('are the same bytes in any ranges and byte limits', async () => {
    const counts = { 1: 0, 2: 0 };
    const random = seededRandom(11);
    for (let batch = 0; batch < 12; batch += 1) {
      const storeNo = randomWhole(random, 1, 2) === 1 ? 1 : 2;
      const size = randomWhole(random, 1, 5);
      const events = Array.from({ length: size }, (_, index) =>
        documentEvent({
          storeNo,
          seq: counts[storeNo] + index + 1,
          lines: Array.from({ length: randomWhole(random, 0, 9) }, (__, at) => ({
            article: `a-${String(at)}`,
          })),
        }),
      );
      counts[storeNo] += size;
      await replica.decide(events);
    }
    const traced = documentEvent({ seq: 99, lines: [{ article: 'a-0' }] });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await replica.decide([{ ...traced, traceparent }]);
    await replica.upsert.handle([{ productId: 'p-1', name: 'Any', article: 'a-0' }]);
    for (const storeNo of [1, 2]) await replica.rematch.handle({ storeId: storeIdOf(storeNo), storeNo });
    const whole = [await replica.published(1), await replica.published(2)] as const;
    expect(whole[0].find(({ headers }) => headers['traceparent'] === traceparent)?.seq).toBe(counts[1] + 1);
    for (let round = 0; round < 24; round += 1) {
      const ranges = [1, 2].map((storeNo) => {
        const last = whole[storeNo - 1]?.length ?? 0;
        const fromSeq = randomWhole(random, 1, last);
        return { storeNo, fromSeq, toSeq: randomWhole(random, fromSeq, last) };
      });
      const bytesMax = [1, 3000, 20_000, 10_000_000][round % 4] ?? 1;
      const expected = ranges.map(({ storeNo, fromSeq, toSeq }) =>
        (whole[storeNo - 1] ?? []).slice(fromSeq - 1, toSeq),
      );
      const events = await readWhole(ranges, bytesMax);
      for (const { storeNo } of ranges) {
        expect(events.filter(({ streamKey }) => streamKey === storeIdOf(storeNo))).toEqual(
          expected[storeNo - 1],
        );
      }
    }
  });

  it('stop before the limit of bytes, but never before the first event', async () => {
    const lines = [{ article: 'a' }];
    await replica.decide([1, 2, 3].map((seq) => documentEvent({ seq, lines })));
    const [first, second] = await read([{ storeNo: 1, fromSeq: 1, toSeq: 3 }], 10_000_000);
    const bytes = (first?.value.length ?? 0) + (second?.value.length ?? 0);
    const seqs = async (bytesMax: number) =>
      (await read([{ storeNo: 1, fromSeq: 1, toSeq: 3 }], bytesMax)).map(({ seq }) => seq);
    expect([await seqs(1), await seqs(bytes - 1), await seqs(bytes)]).toEqual([[1], [1], [1, 2]]);
  });

  it('of a stream beyond the blocks of one reading go on where it stopped', async () => {
    for (let seq = 1; seq <= 230; seq += 1) await replica.decide([documentEvent({ seq })]);
    const events = await readWhole([{ storeNo: 1, fromSeq: 1, toSeq: 230 }], 100_000_000);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  });
});

describe('products on their topic', () => {
  const partitions = Array.from({ length: productsTopic.partitions }, (_, index) => index);
  const pending = (limit = 1000) =>
    db.database.tx((tx) => replica.publication.source.pending(tx, partitions, limit));
  const confirm = (rows: readonly StateRow[]) =>
    db.database.tx((tx) => replica.publication.source.confirm(tx, rows));

  it('wait until the version that was sent is confirmed', async () => {
    await replica.upsert.handle([
      { productId: 'p-1', name: 'One', barcodes: [{ barcode: 'X' }] },
      { productId: 'p-2', name: 'Two' },
    ]);
    const sent = await pending();
    expect(sent.map(({ key, version }) => [key, version]).sort()).toEqual([
      ['p-1', 1],
      ['p-2', 1],
    ]);
    const one = sent.find(({ key }) => key === 'p-1');
    expect(productV1.schema.parse(JSON.parse(String(one?.value)))).toMatchObject({
      name: 'One',
      barcodes: [{ barcode: 'X' }],
    });
    expect(one?.headers).toMatchObject({ ce_id: 'p-1/1', ce_stateversion: '1' });
    await replica.upsert.handle([{ productId: 'p-2', name: 'Two, changed meanwhile' }]);
    await confirm(sent);
    const rest = await pending();
    expect(rest.map(({ key, version }) => [key, version])).toEqual([['p-2', 2]]);
    await confirm(rest);
    expect(await pending()).toEqual([]);
  });

  it('are read whole by partition, in the order of keys, a page at a time', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `p-${String(1000 + index)}`);
    await replica.upsert.handle(ids.map((productId) => ({ productId, name: `Product ${productId}` })));
    const expected = new Map((await pending()).map((row) => [row.key, row]));
    const stored: StateRow[] = [];
    for (const partition of partitions) {
      let afterKey: string | null = null;
      for (;;) {
        const page: { partition: number; afterKey: string | null; limit: number } = {
          partition,
          afterKey,
          limit: 4,
        };
        const rows = await db.database.tx((tx) => replica.publication.source.stored(tx, page));
        const keys = rows.map(({ key }) => key);
        expect(keys).toEqual([...keys].sort());
        for (const row of rows) expect(row).toEqual(expected.get(row.key));
        stored.push(...rows);
        if (rows.length === 0) break;
        afterKey = keys.at(-1) ?? null;
      }
    }
    expect(stored.map(({ key }) => key).sort()).toEqual(ids);
  });
});
