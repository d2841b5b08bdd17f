import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { randomWhole, seededRandom } from '@potok/platform-testing/seeded-random';
import { biReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import type { BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import { receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import { reportingMigrations } from '../migrations/reporting-migrations';
import { biStory, storeIdOf } from '../testing/bi-story';
import type { StoryTruth } from '../testing/bi-story';
import { MakeRowsHandler } from './make-rows.handler';
import { ReceiptLinesSource } from './receipt-lines-source';

let db: TestDatabase;
let handler: MakeRowsHandler;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: reportingMigrations });
  handler = new MakeRowsHandler(
    new StoredStreamNumbering(receiptLinesTopic, { nowMs: () => Date.now() }, new RelaySignal()),
  );
});
afterEach(() => db.drop());

function apply(events: readonly StreamEvent[]): Promise<void> {
  return db.database.tx((tx) => handler.handle({ tx, events }));
}

/** In transactions of any size, as the runner would cut them. */
async function applyInBatches(events: readonly StreamEvent[], random: () => number): Promise<void> {
  for (let from = 0; from < events.length;) {
    const count = randomWhole(random, 1, 40);
    await apply(events.slice(from, from + count));
    from += count;
  }
}

async function publishedRows(storeNo: number): Promise<readonly PublishableEvent[]> {
  const { rows } = await db.database.query<{ last_seq: bigint }>(
    'SELECT last_seq FROM publication_stream WHERE topic = $1 AND stream_key = $2',
    [receiptLinesTopic.name, storeIdOf(storeNo)],
  );
  const lastSeq = Number(rows[0]?.last_seq ?? 0n);
  const events: PublishableEvent[] = [];
  while (events.length < lastSeq) {
    const range = { streamKey: storeIdOf(storeNo), epoch: 1, fromSeq: events.length + 1, toSeq: lastSeq };
    events.push(...(await db.database.tx((tx) => new ReceiptLinesSource().read(tx, [range], 60_000))));
  }
  return events;
}

function rowsOf(events: readonly PublishableEvent[]): BiReceiptLineV1[] {
  return events.map((event) => biReceiptLineV1.schema.parse(JSON.parse(event.value.toString('utf8'))));
}

/** As any reader does it: of the rows of a line the one with the highest version, unless it is deleted. */
function sums(rows: readonly BiReceiptLineV1[]): Map<string, StoryTruth> {
  const lines = new Map<string, BiReceiptLineV1>();
  for (const row of rows) {
    const key = `${row.store_id}/${row.document_id}/${String(row.line_no)}`;
    if ((lines.get(key)?.row_version ?? 0) < row.row_version) lines.set(key, row);
  }
  const days = new Map<string, StoryTruth>();
  for (const row of lines.values()) {
    if (row.is_deleted === 1) continue;
    const key = `${row.store_id}|${row.business_date}`;
    const day = days.get(key);
    days.set(key, {
      lines: (day?.lines ?? 0) + 1,
      receipts: (day?.receipts ?? 0) + row.is_first,
      amountKopecks: (day?.amountKopecks ?? 0) + row.amount_kop,
      revenueKopecks: (day?.revenueKopecks ?? 0) + row.revenue_kop,
      stockMilli: (day?.stockMilli ?? 0) + row.stock_qty_milli,
      receiptTotalKopecks: (day?.receiptTotalKopecks ?? 0) + row.is_first * (row.receipt_total_kop ?? 0),
    });
  }
  return days;
}

it.each([1, 2, 3])('rows of a story add up to what is true at its end, seed %s', async (seed) => {
  const story = biStory({ seed, stores: 3, steps: 400 });
  await applyInBatches(story.events, seededRandom(seed));
  const rows = rowsOf((await Promise.all([1, 2, 3].map(publishedRows))).flat());
  expect([...sums(rows)].sort()).toEqual([...story.truth].sort());
  expect(new Set(rows.map((row) => row.event_id)).size).toBe(rows.length);
});

it('rows are numbered without holes, keyed by their event and the same however often they are read', async () => {
  const story = biStory({ seed: 7, stores: 1, steps: 200 });
  await applyInBatches(story.events, seededRandom(7));
  const first = await publishedRows(1);
  expect(rowsOf(first).map((row) => row.row_seq)).toEqual(first.map((_, index) => index + 1));
  for (const { recordKey, eventId, headers, value } of first) {
    expect(recordKey).toBe(eventId);
    expect(headers).toMatchObject({
      ce_id: eventId,
      ce_partitionkey: 'store-1',
      ce_type: 'bi.receipt-line.v1',
    });
    expect(value.toString('utf8')).toContain(`{"event_id":"${eventId}"`);
  }
  expect(await publishedRows(1)).toEqual(first);
});

it('two replicas over different stores make the same rows as one', async () => {
  const story = biStory({ seed: 11, stores: 2, steps: 300 });
  const byStore = [1, 2].map((storeNo) =>
    story.events.filter((event) => event.streamKey === storeIdOf(storeNo)),
  );
  const random = seededRandom(11);
  await Promise.all(byStore.map((events) => applyInBatches(events, random)));
  const rows = rowsOf((await Promise.all([1, 2].map(publishedRows))).flat());
  expect([...sums(rows)].sort()).toEqual([...story.truth].sort());
});
