import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { CHUNK_BYTES } from '@potok/platform-postgres/binary-rows';
import { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { movementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';
import { balanceV1 } from '@potok/stock-contracts/balance.v1';
import { movementsTopic } from '@potok/stock-contracts/topics';
import { ApplyReceiptsHandler } from './apply-receipts/apply-receipts.handler';
import { FoldBalancesHandler } from './fold-balances/fold-balances.handler';
import { ensureMovementWeeks, indexClosedWeeks } from './maintain-movements/movement-weeks';
import { stockMigrations } from './migrations/stock-migrations';
import { BalancesSource } from './publish-balances/balances-source';
import { MovementsSource } from './publish-movements/movements-source';
import { BalancesQuery } from './query-balances/balances.query';
import type { BalancesQuestion } from './query-balances/balances.query';
import { MovementsQuery } from './query-movements/movements.query';
import { ReceiveDeliveryHandler } from './receive-delivery/receive-delivery.handler';
import type { LedgerDesk } from './storage/ledger-batch';
import { KnownNames } from './storage/ledger-names';
import { RecentPostings } from './storage/recent-postings';
import { UnfoldedDeltas } from './storage/unfolded-deltas';
import { decidedLine, receiptEvent, storeIdOf } from './testing/receipt-events';

const NOW_MS = Date.parse('2026-03-02T10:00:00.000Z');
const FOLD = { catchUpMovements: 10, intervalMs: 0, waitMaxMs: 3_600_000 };
const LINES_DECIDED = 'retail.sales.lines-decided.v1';

let db: TestDatabase;
let clockMs = NOW_MS;
let handler: ApplyReceiptsHandler;
let fold: FoldBalancesHandler;
let desk: LedgerDesk;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: stockMigrations });
  clockMs = Date.now();
  desk = {
    numbering: new StoredStreamNumbering(movementsTopic, { nowMs: () => clockMs }, new RelaySignal()),
    chunks: new ChunkPool(CHUNK_BYTES, 16),
    knownNames: new KnownNames(),
    unfolded: new UnfoldedDeltas(),
    recent: new RecentPostings(0),
  };
  handler = new ApplyReceiptsHandler(desk);
  fold = new FoldBalancesHandler(db.database, { ...FOLD, movementsMax: 50_000 }, desk.unfolded);
  await ensureMovementWeeks(db.database, clockMs);
});

afterEach(() => db.drop());

function apply(events: readonly StreamEvent[]): Promise<void> {
  return db.database.tx((tx) => handler.handle({ tx, events }));
}

const EVERYTHING: Omit<BalancesQuestion, 'storeId'> = {
  locationId: null,
  productId: null,
  asOfMovementSeq: null,
  knownAtMs: null,
  after: null,
  limit: 100,
};

async function balances(storeNo: number, change: Partial<BalancesQuestion> = {}) {
  const question = { ...EVERYTHING, ...change, storeId: storeIdOf(storeNo) };
  const answer = await new BalancesQuery(db.database).find(question);
  if (!answer.ok) throw new Error(answer.error);
  return Object.fromEntries(
    answer.value.balances.map((balance) => [balance.productId, balance.quantityMilli]),
  );
}

function sale(seq: number, products: readonly number[], storeNo = 1): StreamEvent {
  const lines = products.map((productNo, index) =>
    decidedLine(index + 1, { productNo, locationNo: storeNo, locationId: storeIdOf(storeNo) }),
  );
  return receiptEvent({ storeNo, seq, fields: { lines } });
}

describe('the ledger', () => {
  it('posts what lines say, before and after the fold alike, and lets the stock go below zero', async () => {
    await apply([sale(1, [1, 2]), sale(2, [1]), sale(1, [7], 2)]);
    const expected = { 'p-1': -2000, 'p-2': -1000 };
    expect(await balances(1)).toEqual(expected);
    expect((await fold.fold('all')).movements).toBe(4);
    expect(await balances(1)).toEqual(expected);
    expect(await balances(2)).toEqual({ 'p-7': -1000 });
    await apply([sale(3, [2])]);
    expect(await balances(1)).toEqual({ 'p-1': -2000, 'p-2': -2000 });
  });

  it('moves a line to another product when it is decided anew, also within the batch that brought it', async () => {
    const rematch = (seq: number, receiptSeq: number, productNo: number) =>
      receiptEvent({
        seq,
        type: LINES_DECIDED,
        fields: { receiptSeq, decisionNo: seq, lines: [decidedLine(1, { productNo })] },
      });
    await apply([sale(1, [90, 2]), rematch(2, 1, 5)]);
    expect(await balances(1)).toEqual({ 'p-90': 0, 'p-5': -1000, 'p-2': -1000 });
    await apply([rematch(3, 1, 6)]);
    await fold.fold('all');
    expect(await balances(1)).toEqual({ 'p-90': 0, 'p-5': 0, 'p-6': -1000, 'p-2': -1000 });
  });

  describe('of a receipt that is revised', () => {
    const revised = (seq: number, fields: Readonly<Record<string, unknown>>) =>
      receiptEvent({
        seq,
        type: 'retail.sales.receipt-revised.v1',
        fields: { receiptSeq: 1, revision: seq, revisionKind: 'enriched', repost: 'lines', ...fields },
      });
    const rematch = (seq: number, fields: Readonly<Record<string, unknown>>) =>
      receiptEvent({ seq, type: LINES_DECIDED, fields: { receiptSeq: 1, decisionNo: 1, ...fields } });

    it('takes back what stands of it and posts its lines anew, also within its batch', async () => {
      const lines = [decidedLine(1, { productNo: 1, quantityMilli: 5000 }), decidedLine(3, { productNo: 4 })];
      await apply([sale(1, [1, 2]), revised(2, { lines })]);
      expect(await balances(1)).toEqual({ 'p-1': -5000, 'p-2': 0, 'p-4': -1000 });
      await apply([rematch(3, { revision: 2, lines: [decidedLine(3, { productNo: 6 })] })]);
      expect(await balances(1)).toEqual({ 'p-1': -5000, 'p-2': 0, 'p-4': 0, 'p-6': -1000 });
      await apply([revised(4, { lines: [decidedLine(1, { productNo: 2 })] })]);
      await fold.fold('all');
      expect(await balances(1)).toEqual({ 'p-1': 0, 'p-2': -1000, 'p-4': 0, 'p-6': 0 });
    });

    it('moves nothing without a repost, and leaves nothing of a withdrawn one', async () => {
      await apply([sale(1, [1, 2])]);
      await apply([revised(2, { repost: 'none', lines: [decidedLine(1, { productNo: 9 })] })]);
      expect(await balances(1)).toEqual({ 'p-1': -1000, 'p-2': -1000 });
      const nothing = { stockEffect: 'none' as const, recognition: 'none' as const };
      const lines = [
        decidedLine(1, { productNo: 1, ...nothing }),
        decidedLine(2, { productNo: 2, ...nothing }),
      ];
      await apply([revised(3, { revisionKind: 'withdrawn', lines })]);
      expect(await balances(1)).toEqual({ 'p-1': 0, 'p-2': 0 });
      const { rows } = await db.database.query(
        'SELECT kind, revision, movement_count FROM posting ORDER BY posting_seq',
      );
      expect(rows).toEqual([
        { kind: 1, revision: 1, movement_count: 2 },
        { kind: 4, revision: 3, movement_count: 2 },
      ]);
    });

    it('that posted nothing, posts by a decision at the moment that the decision names', async () => {
      const unknown = [decidedLine(1, { stockEffect: 'unknown' })];
      const when = { ledgerAt: '2026-02-27T10:00:00.000Z', businessDate: '2026-02-26' };
      await apply([receiptEvent({ seq: 1, fields: { lines: unknown } })]);
      await apply([rematch(2, { lines: [decidedLine(1, {})], reason: 'manual', ...when })]);
      expect(await balances(1)).toEqual({ 'p-1': -1000 });
      const { rows } = await db.database.query('SELECT ledger_at, business_date::text FROM posting');
      expect(rows).toEqual([{ ledger_at: new Date(when.ledgerAt), business_date: when.businessDate }]);
    });
  });

  it('carries the trace of the request from event to event', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await apply([{ ...sale(1, [1]), traceparent }]);
    const [event] = await db.database.tx((tx) =>
      new MovementsSource(desk.recent, desk.knownNames).read(
        tx,
        [{ streamKey: 'store-1', epoch: 1, fromSeq: 1, toSeq: 1 }],
        1_000_000,
      ),
    );
    expect(event?.headers['traceparent']).toBe(traceparent);
    expect(movementsPostedV1.schema.parse(JSON.parse(String(event?.value)))).toMatchObject({ traceparent });
  });

  it('posts nothing for effects none and unknown', async () => {
    const lines = [decidedLine(1, { stockEffect: 'none' }), decidedLine(2, { stockEffect: 'unknown' })];
    await apply([receiptEvent({ seq: 1, fields: { lines } })]);
    expect(await balances(1)).toEqual({});
  });

  it('answers balances after a movement and as they were known at a moment', async () => {
    await apply([sale(1, [1]), sale(2, [1])]);
    const betweenMs = clockMs;
    clockMs += 2_000;
    await apply([sale(3, [1, 1])]);
    await fold.fold('all');
    expect(await balances(1, { asOfMovementSeq: 1 })).toEqual({ 'p-1': -1000 });
    expect(await balances(1, { knownAtMs: betweenMs })).toEqual({ 'p-1': -2000 });
    expect(await balances(1, { knownAtMs: betweenMs + 2_000 })).toEqual({ 'p-1': -4000 });
    expect(await balances(1, { knownAtMs: betweenMs - 1 })).toEqual({ 'p-1': 0 });
  });

  it('explains a balance down to documents', async () => {
    await apply([sale(1, [1]), sale(2, [1, 2])]);
    const query = new MovementsQuery(db.database);
    const question = {
      storeId: 'store-1',
      productId: 'p-1',
      locationId: null,
      upToSeq: null,
      afterSeq: 0,
      limit: 1,
    };
    const first = await query.find(question);
    if (!first.ok) throw new Error(first.error);
    expect(first.value.movements).toMatchObject([
      { movementSeq: 1, stockDeltaMilli: -1000, balanceAfterMilli: -1000 },
    ]);
    const second = await query.find({ ...question, afterSeq: Number(first.value.next) });
    if (!second.ok) throw new Error(second.error);
    expect(second.value).toMatchObject({
      openingMilli: -1000,
      next: null,
      movements: [{ balanceAfterMilli: -2000, rootSeq: 2 }],
    });
  });

  it('derives the same valid events again from its rows, in any ranges', async () => {
    const many = Array.from({ length: 2_300 }, (_, index) =>
      decidedLine(index + 1, { productNo: 1 + (index % 9) }),
    );
    await apply([sale(1, [1, 2]), receiptEvent({ seq: 2, fields: { lines: many } }), sale(3, [4])]);
    const source = new MovementsSource(desk.recent, desk.knownNames);
    const read = (fromSeq: number, toSeq: number, bytesMax = 10_000_000) =>
      db.database.tx((tx) => source.read(tx, [{ streamKey: 'store-1', epoch: 1, fromSeq, toSeq }], bytesMax));
    const whole = await read(1, 5);
    expect(whole.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
    for (const event of whole) movementsPostedV1.schema.parse(JSON.parse(event.value.toString()));
    expect(await read(3, 4)).toEqual(whole.slice(2, 4));
    expect((await read(1, 5, 1)).map((event) => event.seq)).toEqual([1]);
    const parts = whole.map((event): unknown => JSON.parse(event.value.toString()));
    expect(parts).toMatchObject([{}, { part: { index: 1, of: 3 } }, {}, { part: { index: 3, of: 3 } }, {}]);
  });

  it('comes to the same bytes from what it has just posted as from its rows', async () => {
    const recent = new RecentPostings(10_000);
    const remembering = new ApplyReceiptsHandler({ ...desk, recent });
    const many = Array.from({ length: 1_200 }, (_, index) => decidedLine(index + 1, {}));
    const events = [sale(1, [1, 2]), receiptEvent({ seq: 2, fields: { lines: many } }), sale(3, [4])];
    for (const event of events) {
      await db.database.tx((tx) => remembering.handle({ tx, events: [event] }));
    }
    const range = { streamKey: 'store-1', epoch: 1, fromSeq: 1, toSeq: 4 };
    const read = (source: MovementsSource) => db.database.tx((tx) => source.read(tx, [range], 10_000_000));
    const fromRows = await read(new MovementsSource(desk.recent, desk.knownNames));
    expect(fromRows).toHaveLength(4);
    // Only what was remembered can be read now.
    await db.database.query('TRUNCATE posting, movement');
    expect(await read(new MovementsSource(recent, new KnownNames()))).toEqual(fromRows);
    expect(await read(new MovementsSource(recent, new KnownNames()))).toEqual([]);
  });

  it('hands out each changed balance once a fold, until it is confirmed', async () => {
    await apply([sale(1, [1, 2])]);
    await fold.fold('all');
    await apply([sale(2, [1])]);
    await fold.fold('all');
    const source = new BalancesSource(desk.knownNames);
    const partitions = Array.from({ length: 12 }, (_, index) => index);
    const rows = await db.database.tx((tx) => source.pending(tx, partitions, 100));
    const values = rows.map((row) => balanceV1.schema.parse(JSON.parse(String(row.value))));
    expect(
      values.map(({ productId, quantityMilli, version }) => [productId, quantityMilli, version]),
    ).toEqual([
      ['p-1', -2000, 3],
      ['p-2', -1000, 2],
    ]);
    await db.database.tx((tx) => source.confirm(tx, rows));
    expect(await db.database.tx((tx) => source.pending(tx, partitions, 100))).toEqual([]);
    const partition = rows[0]?.partition ?? 0;
    const first = await db.database.tx((tx) => source.stored(tx, { partition, afterKey: null, limit: 1 }));
    const second = await db.database.tx((tx) =>
      source.stored(tx, { partition, afterKey: first[0]?.key ?? '', limit: 9 }),
    );
    expect([...first, ...second].map((row) => row.key)).toEqual([
      'store-1|store-1|p-1',
      'store-1|store-1|p-2',
    ]);
  });

  it('while it catches up, folds a store only after many movements; afterwards everything', async () => {
    const many = Array.from({ length: 9 }, (_, index) => index + 1);
    await apply([sale(1, many), sale(1, many, 2)]);
    await db.database.query('UPDATE store_fold SET folded_at = now()');
    expect(await fold.fold('busy')).toMatchObject({ stores: 0 });
    await apply([sale(2, [1, 2])]);
    expect(await fold.fold('busy')).toMatchObject({ stores: 1, movements: 11 });
    expect(await fold.fold('busy')).toMatchObject({ stores: 1, movements: 9 });
    expect(await balances(1)).toMatchObject({ 'p-1': -2000, 'p-9': -1000 });
  });

  it('folds in portions without losing a movement, beside a writer', async () => {
    const small = new FoldBalancesHandler(db.connect(), { ...FOLD, movementsMax: 7 }, new UnfoldedDeltas());
    let writing = true;
    const folding = (async () => {
      while (writing) await small.fold('all');
    })();
    for (let seq = 1; seq <= 40; seq += 1) await apply([sale(seq, [1, 2, 3]), sale(seq, [1], 2)]);
    writing = false;
    await folding;
    while ((await small.fold('all')).more);
    const { rows } = await db.database.query(
      'SELECT quantity_milli FROM balance ORDER BY store_no, product_no',
    );
    expect(rows.map((row) => row['quantity_milli'])).toEqual([-40_000n, -40_000n, -40_000n, -40_000n]);
  });
});

describe('a delivery', () => {
  const delivery = {
    deliveryId: 'd-1',
    storeId: 'store-1',
    lines: [{ lineNo: 1, productId: 'p-1', quantityMilli: 24_000, costKopecks: 100_000, amountKopecks: 0 }],
  };

  beforeEach(async () => {
    await db.database.query(
      `INSERT INTO store_copy VALUES ('store-1', 1, 1, 'store-1', '[{"locationId":"store-1","locationNo":1}]')`,
    );
    await db.database.query(`INSERT INTO product_name (product_no, product_id) VALUES (1, 'p-1')`);
  });

  it('is posted once; a repeat answers the same, other content is refused', async () => {
    const receive = new ReceiveDeliveryHandler(db.database, desk);
    await apply([sale(1, [1])]);
    const first = await receive.handle(delivery, { nowMs: NOW_MS, traceparent: null });
    expect(first).toMatchObject({ ok: true, value: { postingSeq: 2, firstMovementSeq: 2, repeated: false } });
    expect(await receive.handle(delivery, { nowMs: NOW_MS + 5, traceparent: null })).toMatchObject({
      ok: true,
      value: { postingSeq: 2, repeated: true },
    });
    const other = { ...delivery, lines: [{ ...delivery.lines[0], quantityMilli: 1 }] } as typeof delivery;
    expect(await receive.handle(other, { nowMs: NOW_MS, traceparent: null })).toMatchObject({
      ok: false,
      error: { code: 'deliveryDiffers' },
    });
    expect(await balances(1)).toEqual({ 'p-1': 23_000 });
  });

  it('names what it does not know', async () => {
    const receive = new ReceiveDeliveryHandler(db.database, desk);
    const unknown = { ...delivery, lines: [{ ...delivery.lines[0], productId: 'p-9' }] } as typeof delivery;
    expect(await receive.handle(unknown, { nowMs: NOW_MS, traceparent: null })).toEqual({
      ok: false,
      error: { code: 'productUnknown', productIds: ['p-9'] },
    });
    expect(
      await receive.handle({ ...delivery, storeId: 'store-9' }, { nowMs: NOW_MS, traceparent: null }),
    ).toMatchObject({
      ok: false,
      error: { code: 'storeUnknown' },
    });
  });
});

describe('weeks of movements', () => {
  it('are made ahead once, and get their index by product when they are closed', async () => {
    await Promise.all([
      ensureMovementWeeks(db.database, clockMs),
      ensureMovementWeeks(db.connect(), clockMs),
    ]);
    const later = clockMs + 14 * 86_400_000;
    expect(await indexClosedWeeks(db.database, later)).toHaveLength(2);
    expect(await indexClosedWeeks(db.database, later)).toEqual([]);
  });
});
