import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import type { Transactor } from '@potok/platform-postgres/tx';
import { seededRandom } from '@potok/platform-testing/seeded-random';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import {
  DISCOUNT_ORIGINS,
  FISCAL_KINDS,
  INSTRUMENTS,
  OPERATIONS,
  PURPOSES,
  VAT_RATES,
} from '@potok/reporting-domain/codes';
import { ensureReportMonths } from '../maintain-months/report-months';
import { reportingMigrations } from '../migrations/reporting-migrations';
import { RandomTrade } from '../testing/random-trade';
import { newFold, newReportDesk } from '../testing/report-desk';
import { expectedReport } from '../testing/report-oracle';
import type { Sums } from '../testing/report-oracle';
import { ApplyReceiptsHandler } from './apply-receipts.handler';

const NOW_MS = Date.parse('2026-03-20T10:00:00.000Z');

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: reportingMigrations, poolMax: 4 });
  await ensureReportMonths(db.database, NOW_MS);
});

afterEach(() => db.drop());

/** One replica: what it knows of names and facets is its own. */
class Replica {
  readonly desk = newReportDesk();
  private readonly handler = new ApplyReceiptsHandler(this.desk);

  constructor(private readonly database: Transactor) {}

  apply(events: readonly StreamEvent[]): Promise<void> {
    return this.database.tx((tx) => this.handler.handle({ tx, events }));
  }
}

async function sums(sql: string): Promise<Sums> {
  const { rows } = await db.database.query<{ key: string; values: string[] }>(sql);
  return Object.fromEntries(rows.map(({ key, values }) => [key, values.map(Number)]));
}

const CODES = {
  operation: `(ARRAY['${OPERATIONS.join("','")}'])[operation]`,
  purpose: `(ARRAY['${PURPOSES.join("','")}'])[purpose + 1]`,
  fiscalKind: `(ARRAY['${FISCAL_KINDS.join("','")}'])[payment_code / 16]`,
  instrument: `(ARRAY['${INSTRUMENTS.join("','")}'])[payment_code % 16]`,
  origin: `(ARRAY['${DISCOUNT_ORIGINS.join("','")}'])[origin_code]`,
  rate: `(ARRAY['${VAT_RATES.join("','")}'])[vat_rate]`,
};

async function storedReport() {
  const facet = `concat_ws('|', store_no, business_date, register_no, cashier_ref, legal_entity_id, ${CODES.operation}, ${CODES.purpose})`;
  return {
    facets: await sums(
      `SELECT ${facet} AS key, ARRAY[receipts, operations, lines, total_kopecks, revenue_kopecks, advance_kopecks, discount_kopecks]::text[] AS values
       FROM daily_facet JOIN facet USING (facet_no) WHERE receipts <> 0`,
    ),
    payments: await sums(
      `SELECT concat_ws('|', store_no, business_date, ${CODES.fiscalKind} || '/' || ${CODES.instrument}) AS key,
         ARRAY[sum(payments), sum(amount_kopecks)]::text[] AS values
       FROM daily_payment JOIN facet USING (facet_no) GROUP BY 1 HAVING sum(payments) <> 0`,
    ),
    discounts: await sums(
      `SELECT concat_ws('|', store_no, business_date, ${CODES.origin}) AS key,
         ARRAY[sum(discounts), sum(amount_kopecks)]::text[] AS values
       FROM daily_discount JOIN facet USING (facet_no) GROUP BY 1 HAVING sum(discounts) <> 0`,
    ),
    vat: await sums(
      `SELECT concat_ws('|', store_no, local_date, ${CODES.rate}) AS key,
         ARRAY[sum(turnover_kopecks), sum(stated_kopecks), sum(derived_kopecks)]::text[] AS values
       FROM daily_vat JOIN facet USING (facet_no) GROUP BY 1 HAVING sum(receipts) <> 0`,
    ),
    products: await sums(
      `SELECT concat_ws('|', store_no, business_date, product_no) AS key,
         ARRAY[lines, sold_milli, sold_kopecks, returned_kopecks]::text[] AS values
       FROM daily_product WHERE (lines, sold_milli, sold_kopecks, returned_kopecks) <> (0, 0, 0, 0)`,
    ),
    shifts: await sums(
      `SELECT concat_ws('|', store_no, series, shift_number, ${CODES.operation}) AS key,
         ARRAY[receipts, total_kopecks, cash_kopecks]::text[] AS values FROM shift_total WHERE receipts <> 0`,
    ),
  };
}

/** Sums that come to nothing are no sums. */
function withoutZeros(report: Record<string, Sums>): Record<string, Sums> {
  return Object.fromEntries(
    Object.entries(report).map(([name, of]) => [
      name,
      Object.fromEntries(Object.entries(of).filter(([, values]) => values.some((value) => value !== 0))),
    ]),
  );
}

describe('facts and sums of receipts', () => {
  it.each([1, 2, 3, 4])(
    'equal what the receipts come to one by one, whatever becomes of them later (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const trades = [1, 2, 3, 4].map((storeNo) => new RandomTrade(storeNo, random));
      const replicas = [new Replica(db.database), new Replica(db.connect({ poolMax: 4 }))];
      // Both replicas fold what they know, a third knows nothing and reads it.
      const folds = [...replicas.map(({ desk }) => newFold(db.connect(), desk)), newFold(db.connect())];
      for (let round = 0; round < 12; round += 1) {
        const split = 1 + Math.floor(random() * 3);
        const batches = [trades.slice(0, split), trades.slice(split)].map((part) =>
          part.flatMap((trade) => Array.from({ length: Math.floor(random() * 12) }, () => trade.next())),
        );
        const work = batches.map((batch, index) =>
          batch.length === 0 ? Promise.resolve() : replicas[(round + index) % 2]?.apply(batch),
        );
        await Promise.all([...work, folds[Math.floor(random() * 3)]?.fold(random() < 0.5)]);
      }
      while (await folds[2]?.fold(true));
      const expected = expectedReport(trades.flatMap((trade) => trade.standing));
      expect(Object.keys(expected.facets).length).toBeGreaterThan(30);
      expect(withoutZeros(await storedReport())).toEqual(withoutZeros({ ...expected }));
    },
    60_000,
  );

  it('holds by receipt what days come to', async () => {
    const trade = new RandomTrade(1, seededRandom(9));
    const replica = new Replica(db.database);
    await replica.apply(Array.from({ length: 200 }, () => trade.next()));
    const { rows: receipts } = await db.database.query<{ sum: string; facets: string }>(
      `SELECT (SELECT sum(revenue_kopecks) FROM receipt WHERE counted)::text AS sum,
              (SELECT sum(revenue_kopecks) FROM daily_facet)::text AS facets`,
    );
    expect(receipts[0]?.sum).toBe(receipts[0]?.facets);
  });

  it.each([true, false])(
    'counts an event that is applied after its turn, wherever the fold stands (folded: %s)',
    async (folded) => {
      const trade = new RandomTrade(1, seededRandom(5));
      const events = Array.from({ length: 30 }, () => trade.next());
      const documents = events.map(({ eventId }) => eventId.split('/')[0]);
      const alone = (index: number) =>
        documents.indexOf(documents[index]) === documents.lastIndexOf(documents[index]);
      const late = events.filter((_, index) => alone(index));
      expect(late.length).toBeGreaterThan(5);
      const replica = new Replica(db.database);
      const fold = newFold(db.database, replica.desk);
      await replica.apply(events.filter((event) => !late.includes(event)));
      while (folded && (await fold.fold(true)));
      // Another process does; the first one remembers what it applied itself, without these.
      await new Replica(db.connect()).apply(late);
      while (await fold.fold(true));
      const expected = expectedReport(trade.standing);
      expect(withoutZeros(await storedReport())).toEqual(withoutZeros({ ...expected }));
    },
  );

  it('reads no line when it knows the sums', async () => {
    const trade = new RandomTrade(1, seededRandom(12));
    const replica = new Replica(db.database);
    await replica.apply(Array.from({ length: 30 }, () => trade.next()));
    // What was applied here is folded from memory: lines changed behind reporting's back make no difference.
    await db.database.query('UPDATE receipt_line SET amount_kopecks = 9, quantity_milli = 9');
    await newFold(db.database, replica.desk).fold(true);
    const { products } = expectedReport(trade.standing);
    expect(withoutZeros(await storedReport())['products']).toEqual(withoutZeros({ products })['products']);
  });

  it('moves what was dated beyond all months into its month once that is made', async () => {
    const trade = new RandomTrade(1, seededRandom(6));
    await db.database.query('ALTER TABLE receipt_line DETACH PARTITION receipt_line_202603');
    await db.database.query('DROP TABLE receipt_line_202603');
    await new Replica(db.database).apply(Array.from({ length: 20 }, () => trade.next()));
    const lines = () => db.database.query<{ rows: bigint }>('SELECT count(*) AS rows FROM receipt_line');
    const before = (await lines()).rows[0]?.rows;
    await ensureReportMonths(db.database, NOW_MS);
    const { rows } = await db.database.query('SELECT 1 FROM receipt_line_beyond');
    expect(rows).toEqual([]);
    expect((await lines()).rows[0]?.rows).toBe(before);
  });
});
