import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@potok/platform-postgres/database';

/** The chain whose month reports are asked about. */
export interface ReportMonth {
  readonly stores: number;
  readonly days: number;
  readonly registers: number;
  readonly products: number;
  /** Lines of products that a store sells in a day: so many draws, fewer products. */
  readonly drawsPerDay: number;
  readonly receiptsPerDay: number;
}

export const CHAIN_MONTH: ReportMonth = {
  stores: 50,
  days: 30,
  registers: 5,
  products: 20_000,
  drawsPerDay: 3_000,
  receiptsPerDay: 200,
};

/**
 * Fills the tables of reporting as a month of trade leaves them: every table that the measured questions read, made by
 * SQL from one seed. Popular products sell in every store, rare ones in few.
 */
export async function fillReportMonth(database: Database, month: ReportMonth): Promise<void> {
  const { stores, days, registers, products, drawsPerDay, receiptsPerDay } = month;
  for (const statement of [
    'SELECT setseed(0.7)',
    `INSERT INTO store_copy (store_id, store_no, name) SELECT 'store-' || n, n, 'Магазин № ' || n FROM ${series('n', stores)}`,
    `INSERT INTO store_report (store_no, store_id, applied_seq, root_seq, recorded_at)
     SELECT n, 'store-' || n, 1000, 1000, now() FROM ${series('n', stores)}`,
    `INSERT INTO product_fold (store_no, folded_up_to, folded_at) SELECT n, 1000, now() FROM ${series('n', stores)}`,
    `INSERT INTO register_copy (register_id, register_no, store_id, name)
     SELECT 'store-' || s || '-' || r, s * 100 + r, 'store-' || s, 'Касса ' || r
     FROM ${series('s', stores)}, ${series('r', registers)}`,
    `INSERT INTO product_copy (product_id, product_no, name, category_code, category_name)
     SELECT 'p-' || n, n, 'Товар ' || n, 'c-' || n % 300, 'Категория ' || n % 300 FROM ${series('n', products)}`,
  ]) {
    await run(database, statement);
  }
  await productsPut(database);
  for (const statement of [
    `INSERT INTO facet (store_no, register_no, cashier_ref, legal_entity_id, operation, purpose)
     SELECT s, s * 100 + r, 'c-' || s || '-' || c, 'romashka', o, o - 1
     FROM ${series('s', stores)}, ${series('r', registers)}, ${series('c', 3)}, ${series('o', 2)}`,
    `INSERT INTO daily_facet SELECT ${date('d')}, facet_no, 80, 80, 640, 4000000, 4000000, 0, 0, 0, 0, 90000, 0, 0
     FROM facet, ${series('d', days)}`,
    `INSERT INTO daily_payment SELECT ${date('d')}, facet_no, p, 40, 2000000, 0
     FROM facet, ${series('d', days)}, unnest(ARRAY[17, 34, 35]) p`,
    `INSERT INTO daily_vat SELECT ${date('d')}, facet_no, v, 80, 2000000, 200000, 0
     FROM facet, ${series('d', days)}, unnest(ARRAY[1, 5, 8]) v`,
    `CREATE TABLE sale AS SELECT s AS store_no, ${date('d')} AS day, n % ${String(PARTS)} AS part,
       1 + floor(${String(products)} * power(random(), 3))::int AS product_no
     FROM ${series('s', stores)}, ${series('d', days)}, ${series('n', drawsPerDay)}`,
    sums('1, store_no, day', 'product_no'),
    sums('1, 0, day', 'product_no'),
    sums("2, 0, '2026-03-01'::date", 'product_no'),
    sums('3, store_no, day', 'category_no'),
    sums('3, 0, day', 'category_no'),
    sums("4, store_no, '2026-03-01'::date", 'category_no'),
    sums("4, 0, '2026-03-01'::date", 'category_no'),
    'DROP TABLE sale',
    `INSERT INTO receipt SELECT s, d * 10000 + n, d * 10000 + n, 1, f.facet_no, ${date('d')}, ${date('d')}, now(),
       gen_random_uuid(), 1, 0, true, true, true, 8, 50000, 50000, 0, 0, 0, 0, 900, 0, 'fn:1', n, 1, n, NULL, NULL,
       '[17,50000,0]', NULL
     FROM ${series('s', stores)}, ${series('d', days)}, ${series('n', receiptsPerDay)}
     JOIN LATERAL (SELECT min(facet_no) AS facet_no FROM facet WHERE store_no = s) f ON true`,
    'VACUUM ANALYZE',
  ]) {
    await run(database, statement);
  }
}

function run(database: Database, statement: string): Promise<unknown> {
  return database.session((session) => session.run(statement), FILL_TIMEOUT_MS);
}

const FILL_TIMEOUT_MS = 600_000;

/** Parts in which the sums of a period stand. */
const PARTS = 4;
const ANSWER_MS = 500;

/** Sales packed as reporting packs them: of each kind, store and period the items as arrays. */
function sums(period: string, item: string): string {
  return `INSERT INTO sales_sums (kind, store_no, period, item_count, item_nos, lines, sold_milli, sold_kopecks,
      returned_milli, returned_kopecks, discount_kopecks)
    SELECT kind, store_no, day, count(*), array_agg(item_no), array_agg(sales * 3), array_agg(sales * 3000),
      array_agg(sales * 30000), array_agg(0::bigint), array_agg(0::bigint), array_agg(sales * 500)
    FROM (
      SELECT p.kind, p.store_no, p.day, part, ${item} AS item_no, count(*) AS sales
      FROM sale JOIN product_category USING (product_no)
      CROSS JOIN LATERAL (VALUES (${period})) p(kind, store_no, day) GROUP BY 1, 2, 3, 4, 5
    ) sold GROUP BY 1, 2, 3, part`;
}

/** Reporting puts the products into their categories itself. */
async function productsPut(database: Database): Promise<void> {
  for (;;) {
    const { rows } = await database.query('SELECT FROM category_move LIMIT 1');
    if (rows.length === 0) return;
    await delay(ANSWER_MS);
  }
}

function series(name: string, count: number): string {
  return `generate_series(1, ${String(count)}) ${name}`;
}

function date(day: string): string {
  return `'2026-02-28'::date + ${day}`;
}
