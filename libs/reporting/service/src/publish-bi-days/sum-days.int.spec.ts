import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import type { StateRow } from '@potok/platform-publication/stream';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { biDailySalesV1 } from '@potok/reporting-contracts/bi-daily-sales.v1';
import type { BiDailySalesV1 } from '@potok/reporting-contracts/bi-daily-sales.v1';
import { dailySalesTopic } from '@potok/reporting-contracts/bi-topics';
import { ApplyReceiptsHandler } from '../apply-receipts/apply-receipts.handler';
import { reportingMigrations } from '../migrations/reporting-migrations';
import { biStory } from '../testing/bi-story';
import { newReportDesk } from '../testing/report-desk';
import { daysSource } from './bi-days-part';
import { SumDaysHandler } from './sum-days.handler';

const PARTITIONS = [...Array(dailySalesTopic.partitions).keys()];
const source = daysSource(new RelaySignal());

let db: TestDatabase;
let apply: (events: readonly StreamEvent[]) => Promise<void>;
let days: SumDaysHandler;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: reportingMigrations, poolMax: 4 });
  const receipts = new ApplyReceiptsHandler(newReportDesk());
  apply = (events) => db.database.tx((tx) => receipts.handle({ tx, events }));
  days = new SumDaysHandler({ database: db.database, clock: { nowMs: () => Date.now() }, source });
});
afterEach(() => db.drop());

/** What a reader of the topic has: of each key the row with the highest version. */
class Topic {
  readonly rows = new Map<string, BiDailySalesV1>();
  records = 0;

  async publish(): Promise<readonly StateRow[]> {
    const rows = await db.database.tx((tx) => source.pending(tx, PARTITIONS, 10_000));
    await db.database.tx((tx) => source.confirm(tx, rows));
    for (const { key, value } of rows) {
      const row = biDailySalesV1.schema.parse(JSON.parse(String(value)));
      if ((this.rows.get(key)?.row_version ?? 0) < row.row_version) this.rows.set(key, row);
    }
    this.records += rows.length;
    return rows;
  }

  sums(): unknown[] {
    const sums = new Map<string, number[]>();
    for (const row of this.rows.values()) {
      const key = `${row.store_id}|${row.business_date}`;
      const [receipts = 0, revenue = 0] = sums.get(key) ?? [];
      sums.set(key, [receipts + row.sale_receipts + row.return_receipts, revenue + row.revenue_kop]);
    }
    return [...sums].filter(([, [receipts]]) => receipts !== 0).sort();
  }
}

it('the last row of each key is what is true, whatever came between; a quiet day is not published again', async () => {
  const story = biStory({ seed: 21, stores: 3, steps: 400 });
  const topic = new Topic();
  for (let from = 0; from < story.events.length; from += 40) {
    await apply(story.events.slice(from, from + 40));
    await days.sumChanged();
    await topic.publish();
  }
  const truth = [...story.truth].map(([day, { receipts, revenueKopecks }]) => [
    day,
    [receipts, revenueKopecks],
  ]);
  expect(topic.sums()).toEqual(truth.sort());
  expect(await days.sumChanged()).toBe(0);
  expect(await topic.publish()).toEqual([]);
});

it('a batch that runs beside the sums is in the next ones: nothing is lost, nobody waits for ever', async () => {
  const story = biStory({ seed: 22, stores: 2, steps: 600 });
  const topic = new Topic();
  let done = false;
  const applying = (async () => {
    for (let from = 0; from < story.events.length; from += 5) await apply(story.events.slice(from, from + 5));
    done = true;
  })();
  while (!done) await days.sumChanged();
  await applying;
  while ((await days.sumChanged()) > 0);
  await topic.publish();
  const truth = [...story.truth].map(([day, { receipts, revenueKopecks }]) => [
    day,
    [receipts, revenueKopecks],
  ]);
  expect(topic.sums()).toEqual(truth.sort());
});

it('a row is read back identically, by its key and by its partition', async () => {
  await apply(biStory({ seed: 23, stores: 3, steps: 60 }).events);
  await days.sumChanged();
  const pending = await db.database.tx((tx) => source.pending(tx, PARTITIONS, 10_000));
  const stored = await db.database.tx(async (tx) => {
    const rows: StateRow[] = [];
    for (const partition of PARTITIONS) {
      for (let afterKey: string | null = null; ;) {
        const page = await source.stored(tx, { partition, afterKey, limit: 3 });
        rows.push(...page);
        afterKey = page.at(-1)?.key ?? null;
        if (afterKey === null) break;
      }
    }
    return rows;
  });
  const byKey = (rows: readonly StateRow[]) => [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
  expect(byKey(stored)).toEqual(byKey(pending));
  expect(pending.length).toBeGreaterThan(3);
});
