import { seededRandom } from '@potok/platform-testing/seeded-random';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import type { ReportGroup } from '@potok/reporting-contracts/report-http';
import { ApplyReceiptsHandler } from '../apply-receipts/apply-receipts.handler';
import { ensureReportMonths } from '../maintain-months/report-months';
import { reportingMigrations } from '../migrations/reporting-migrations';
import type { ReportFilters } from '../query-reports/report-filters';
import { ReportsQuery } from '../query-reports/reports.query';
import { salesReport } from '../query-reports/sales-report';
import { RandomTrade } from '../testing/random-trade';
import { newFold, newReportDesk } from '../testing/report-desk';
import { expectedReport } from '../testing/report-oracle';
import { mergePastPeriods } from '../storage/sum-parts';
import { MoveCategoriesHandler } from './move-categories.handler';

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: reportingMigrations, poolMax: 4 });
  await ensureReportMonths(db.database, Date.parse('2026-03-20T10:00:00.000Z'));
});

afterEach(() => db.drop());

const MARCH: ReportFilters = {
  ...{ from: '2026-03-01', to: '2026-03-31', storeIds: null, legalEntityIds: null, registerIds: null },
  ...{ cashierRefs: null, productIds: null, categoryCodes: null, operations: null, purposes: null },
};
const EMPTY = '(none)';

type Sums = Record<string, [lines: number, revenue: number, soldMilli: number]>;

/** What a product is sold under: by the test's own book, changed as the copy is. */
class Categories {
  readonly byProduct = new Map<string, string>();

  async put(productNo: number, code: string | null): Promise<void> {
    this.byProduct.set(String(productNo), code ?? EMPTY);
    await db.database.query(
      `INSERT INTO product_copy (product_id, product_no, category_code, category_name) VALUES ($1, $2, $3, $4)
       ON CONFLICT (product_id) DO UPDATE
       SET category_code = excluded.category_code, category_name = excluded.category_name`,
      [`p-${String(productNo)}`, productNo, code, code === null ? null : `Категория ${code}`],
    );
  }
}

interface Key {
  readonly store: string;
  readonly date: string;
  readonly product: string;
  readonly category: string;
}

function expectedSums(
  trades: readonly RandomTrade[],
  { byProduct }: Categories,
  keyOf: (key: Key) => string | null,
): Sums {
  const sums: Sums = {};
  const { products } = expectedReport(trades.flatMap((trade) => trade.standing));
  for (const [text, [lines = 0, milli = 0, sold = 0, returned = 0]] of Object.entries(products)) {
    const [storeNo = '', date = '', product = ''] = text.split('|');
    const category = byProduct.get(product) ?? EMPTY;
    const key = keyOf({
      store: `store-${storeNo}`,
      date,
      product: product === '0' ? EMPTY : `p-${product}`,
      category,
    });
    if (key === null) continue;
    const [oldLines, oldRevenue, oldMilli] = sums[key] ?? [0, 0, 0];
    sums[key] = [oldLines + lines, oldRevenue + sold - returned, oldMilli + milli];
  }
  return nonZero(sums);
}

function nonZero(sums: Sums): Sums {
  return Object.fromEntries(Object.entries(sums).filter(([, values]) => values.some((value) => value !== 0)));
}

async function answered(
  groups: readonly ReportGroup[],
  filters: Partial<ReportFilters>,
  columns: readonly string[],
): Promise<Sums> {
  const found = await new ReportsQuery(db.database).page(
    { ...MARCH, ...filters },
    (resolved) => salesReport({ groups, resolved }),
    { after: 0, limit: 10_000 },
  );
  if (!found.ok) throw new Error(`${found.error.field}: ${found.error.values.join()}`);
  const sums: Sums = {};
  for (const row of found.value.rows) {
    const key = columns.map((column) => String(row[column] ?? EMPTY)).join('|');
    expect(sums[key]).toBeUndefined();
    sums[key] = [Number(row['lines']), Number(row['revenueKopecks']), Number(row['soldMilli'])];
  }
  return nonZero(sums);
}

/** Every way in which sums are kept, against the receipts one by one. */
async function expectAnswers(trades: readonly RandomTrade[], categories: Categories): Promise<void> {
  const check = async (
    groups: readonly ReportGroup[],
    columns: readonly string[],
    keyOf: (key: Key) => string | null,
    filters: Partial<ReportFilters> = {},
  ) => {
    const sums = await answered(groups, filters, columns);
    expect({ groups, filters, sums }).toEqual({
      groups,
      filters,
      sums: expectedSums(trades, categories, keyOf),
    });
  };
  const inTwoDays = (key: Key) => key.date === '2026-03-02' || key.date === '2026-03-03';
  const twoDays = { from: '2026-03-02', to: '2026-03-03' };
  const mostOfIt = { from: '2026-03-03', to: '2026-03-31' };
  await check(['category'], ['categoryCode'], ({ category }) => category);
  await check(['store', 'category'], ['storeId', 'categoryCode'], (k) => `${k.store}|${k.category}`);
  await check(['month', 'category'], ['month', 'categoryCode'], (k) => `${k.date.slice(0, 7)}|${k.category}`);
  await check(['date', 'category'], ['date', 'categoryCode'], (k) => `${k.date}|${k.category}`);
  await check(['category'], ['categoryCode'], (k) => (inTwoDays(k) ? k.category : null), twoDays);
  await check(
    ['store', 'category'],
    ['storeId', 'categoryCode'],
    (k) => (k.date >= '2026-03-03' ? `${k.store}|${k.category}` : null),
    mostOfIt,
  );
  await check(['product', 'category'], ['productId', 'categoryCode'], (k) => `${k.product}|${k.category}`);
  await check(['product'], ['productId'], (k) => (k.date >= '2026-03-03' ? k.product : null), mostOfIt);
  await check(['store', 'product'], ['storeId', 'productId'], (k) => `${k.store}|${k.product}`);
  await check(['store'], ['storeId'], (k) => (k.product === 'p-3' ? k.store : null), { productIds: ['p-3'] });
  await check(['date'], ['date'], (k) => (k.category === 'c-1' ? k.date : null), { categoryCodes: ['c-1'] });
  await check(
    ['product'],
    ['productId'],
    (k) => (k.category === 'c-1' && k.store === 'store-2' ? k.product : null),
    { categoryCodes: ['c-1'], storeIds: ['store-2'] },
  );
}

describe('sums by category', () => {
  it.each([41, 42, 43])(
    'follow products into other categories, with their past, whoever folds and moves (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const upTo = (max: number) => 1 + Math.floor(random() * max);
      const trades = [1, 2, 3].map((storeNo) => new RandomTrade(storeNo, random));
      const desks = [newReportDesk(), newReportDesk()];
      const folds = desks.map((desk) => newFold(db.connect(), desk));
      const categories = new Categories();
      const moves = desks.map(({ chunks }) => new MoveCategoriesHandler(db.connect(), chunks));
      for (let round = 0; round < 14; round += 1) {
        const desk = desks[round % 2] ?? newReportDesk();
        const events = trades.flatMap((trade) => Array.from({ length: upTo(8) }, () => trade.next()));
        await db.database.tx((tx) => new ApplyReceiptsHandler(desk).handle({ tx, events }));
        if (random() < 0.6) {
          const code = random() < 0.2 ? null : `c-${String(upTo(3))}`;
          await categories.put(upTo(9), code);
        }
        await Promise.all([folds[upTo(2) - 1]?.fold(random() < 0.7), moves[upTo(2) - 1]?.move()]);
      }
      while (await moves[0]?.move());
      // Part of it is folded, part is not.
      await expectAnswers(trades, categories);
      while (await folds[0]?.fold(true));
      await expectAnswers(trades, categories);
      const parts = async () => {
        const { rows } = await db.database.query<{ parts: bigint }>(
          'SELECT max(parts) AS parts FROM (SELECT count(*) AS parts FROM sales_sums GROUP BY kind, store_no, period) p',
        );
        return rows[0]?.parts;
      };
      expect(await parts()).toBeLessThan(20n);
      await mergePastPeriods(db.database);
      expect(await parts()).toBe(1n);
      await expectAnswers(trades, categories);
    },
    60_000,
  );
});
