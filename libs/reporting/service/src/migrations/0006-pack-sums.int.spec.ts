import { migrate } from '@potok/platform-postgres/migrations';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { packSums } from './0006-pack-sums';
import { reportingMigrations } from './reporting-migrations';

let db: TestDatabase;

afterEach(() => db.drop());

/** Sums of single kopecks, so that every wrong way to add them shows. */
const MEASURES = '1, 10 * n, 100 * n, 0, n, 0, 3, 4';

describe('packing the sums', () => {
  it('keeps what an installation has summed, by product and by category', async () => {
    const before = reportingMigrations.slice(0, reportingMigrations.indexOf(packSums));
    db = await createTestDatabase({ migrations: before });
    for (const statement of [
      `INSERT INTO product_copy (product_id, product_no, category_code, category_name) VALUES
         ('p-1', 1, 'milk', 'Молоко'), ('p-2', 2, 'milk', 'Молоко'), ('p-3', 3, 'bread', NULL), ('p-4', 4, NULL, NULL)`,
      `INSERT INTO daily_product SELECT s, '2026-03-30'::date + d, n, ${MEASURES}
       FROM generate_series(1, 2) s, generate_series(1, 3) d, generate_series(1, 5) n`,
      `INSERT INTO monthly_product SELECT store_no, date_trunc('month', business_date), product_no, sum(lines),
         sum(sold_milli), sum(sold_kopecks), sum(returned_milli), sum(returned_kopecks), sum(discount_kopecks),
         sum(advance_kopecks), sum(agent_kopecks) FROM daily_product GROUP BY 1, 2, 3`,
      `INSERT INTO chain_daily_product SELECT business_date, product_no, sum(lines), sum(sold_milli), sum(sold_kopecks),
         sum(returned_milli), sum(returned_kopecks), sum(discount_kopecks), sum(advance_kopecks), sum(agent_kopecks)
       FROM daily_product GROUP BY 1, 2`,
      `INSERT INTO chain_monthly_product SELECT month, product_no, sum(lines), sum(sold_milli), sum(sold_kopecks),
         sum(returned_milli), sum(returned_kopecks), sum(discount_kopecks), sum(advance_kopecks), sum(agent_kopecks)
       FROM monthly_product GROUP BY 1, 2`,
      'CREATE TABLE kept_daily AS SELECT * FROM daily_product',
    ]) {
      await db.database.query(statement);
    }
    await migrate(db.database, reportingMigrations);
    const { rows: differing } = await db.database.query(
      '(TABLE kept_daily EXCEPT TABLE daily_product) UNION ALL (TABLE daily_product EXCEPT TABLE kept_daily)',
    );
    expect(differing).toEqual([]);
    const { rows } = await db.database.query(
      `SELECT kind, store_no, period::text, total(sold_kopecks) AS sold FROM (
         SELECT kind, store_no, period, unnest(item_nos) AS item_no, unnest(sold_kopecks) AS sold_kopecks FROM sales_sums
       ) s LEFT JOIN category c ON c.category_no = s.item_no
       WHERE (store_no = 0 OR kind = 4) AND (kind < 3 AND item_no = 2 OR kind > 2 AND category_code = 'milk')
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    const row = (kind: number, storeNo: number, period: string, sold: number) => ({
      kind,
      store_no: storeNo,
      period: `2026-${period}`,
      sold: BigInt(sold),
    });
    expect(rows).toEqual([
      ...['03-31', '04-01', '04-02'].map((period) => row(1, 0, period, 2 * 200)),
      ...[row(2, 0, '03-01', 2 * 200), row(2, 0, '04-01', 4 * 200)],
      ...['03-31', '04-01', '04-02'].map((period) => row(3, 0, period, 2 * 300)),
      ...[row(4, 0, '03-01', 2 * 300), row(4, 0, '04-01', 4 * 300)],
      ...[row(4, 1, '03-01', 300), row(4, 1, '04-01', 600)],
      ...[row(4, 2, '03-01', 300), row(4, 2, '04-01', 600)],
    ]);
  });
});
