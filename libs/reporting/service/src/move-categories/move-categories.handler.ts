import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { PRODUCT_MEASURES } from '@potok/reporting-domain/product-measures';
import { PeriodSums } from '../storage/item-sums';
import { PackedSums, SUM_KIND } from '../storage/packed-sums';

interface CategoryMove {
  readonly product_no: number;
  readonly before_no: number;
  readonly now_no: number;
}

type MovedRow = {
  readonly day: number;
  readonly before_no: number;
  readonly now_no: number;
} & Readonly<Record<(typeof PRODUCT_MEASURES)[number], bigint>>;

/** Products that one transaction moves at most, so that folds do not wait long for it. */
const MOVES_MAX = 20_000;

/**
 * Lets the sums by category follow products that came into another one: what a product brought to each day of a store
 * is taken out of the sums of the one and added to those of the other, in the transaction in which it counts under the
 * other from then on. Folds wait meanwhile.
 */
export class MoveCategoriesHandler {
  constructor(
    private readonly database: Transactor,
    private readonly chunks: ChunkPool,
  ) {}

  /** True when there may be more to move. */
  async move(): Promise<boolean> {
    const { rows } = await this.database.query('SELECT FROM category_move LIMIT 1');
    if (rows.length === 0) return false;
    return this.database.tx(async (tx) => {
      await tx.query('LOCK TABLE product_fold IN EXCLUSIVE MODE');
      const noted = await takeMoves(tx);
      const moves = await storeCategories(tx, noted);
      await this.moveSums(tx, moves);
      return noted.length > 0;
    });
  }

  private async moveSums(tx: Tx, moves: readonly CategoryMove[]): Promise<void> {
    const sums = new PackedSums(this.chunks, () => 0);
    for (const storeNo of moves.length === 0 ? [] : await storesWith(tx, moves)) {
      const days = new PeriodSums();
      for (const row of await soldIn(tx, storeNo, moves)) {
        const measures = PRODUCT_MEASURES.map((name) => Number(row[name]));
        days.of(row.day).add(row.before_no, measures, -1);
        days.of(row.day).add(row.now_no, measures);
      }
      sums.addCategories(storeNo, days);
    }
    await sums.save(tx);
  }
}

/** Products that were noted, each once. What is noted meanwhile stays for the next time. */
async function takeMoves(tx: Tx): Promise<readonly number[]> {
  const { rows } = await tx.query<{ product_no: number }>(
    `WITH taken AS (
       DELETE FROM category_move WHERE move_no IN (SELECT move_no FROM category_move ORDER BY move_no LIMIT $1)
       RETURNING product_no
     )
     SELECT DISTINCT product_no FROM taken`,
    [MOVES_MAX],
  );
  return rows.map(({ product_no }) => product_no);
}

/** Puts products into the categories that their copies name; answers those that come into another one by it. */
async function storeCategories(tx: Tx, products: readonly number[]): Promise<readonly CategoryMove[]> {
  const parameters = [integerArray(products)];
  await tx.query(
    `INSERT INTO category (category_code, category_name)
     SELECT DISTINCT category_code, category_name FROM product_copy WHERE product_no = ANY($1::int[]) ORDER BY 1, 2
     ON CONFLICT DO NOTHING`,
    parameters,
  );
  const { rows } = await tx.query<CategoryMove>(
    `WITH move AS MATERIALIZED (
       SELECT p.product_no, coalesce(o.category_no, 0) AS before_no, c.category_no AS now_no
       FROM product_copy p LEFT JOIN product_category o USING (product_no)
       JOIN category c ON coalesce(c.category_code, '') = coalesce(p.category_code, '')
         AND coalesce(c.category_name, '') = coalesce(p.category_name, '')
       WHERE (c.category_code, c.category_name) IS NOT DISTINCT FROM (p.category_code, p.category_name)
         AND p.product_no = ANY($1::int[]) AND c.category_no <> coalesce(o.category_no, 0)
     ), stored AS (
       INSERT INTO product_category AS o (product_no, category_no) SELECT product_no, now_no FROM move ORDER BY 1
       ON CONFLICT (product_no) DO UPDATE SET category_no = excluded.category_no
     )
     SELECT * FROM move`,
    parameters,
  );
  return rows;
}

/** Stores of which there are sums, if any of these products was ever sold. */
async function storesWith(tx: Tx, moves: readonly CategoryMove[]): Promise<readonly number[]> {
  const { rows } = await tx.query<{ store_no: number }>(
    `SELECT store_no FROM store_report WHERE EXISTS (
       SELECT FROM (SELECT unnest(item_nos) AS item_no FROM sales_sums WHERE kind = $1 AND store_no = 0) sold
       JOIN unnest($2::int[]) p(item_no) USING (item_no)) ORDER BY store_no`,
    [SUM_KIND.productMonth, integerArray(moves.map(({ product_no }) => product_no))],
  );
  return rows.map(({ store_no }) => store_no);
}

/** What these products brought to each day of a store, by the categories between which they move. */
async function soldIn(tx: Tx, storeNo: number, moves: readonly CategoryMove[]): Promise<readonly MovedRow[]> {
  const { rows } = await tx.query<MovedRow>(
    `SELECT period - '1970-01-01'::date AS day, before_no, now_no,
       ${PRODUCT_MEASURES.map((name) => `total(${name}) AS ${name}`).join(', ')}
     FROM (
       SELECT period, unnest(item_nos) AS product_no, ${PRODUCT_MEASURES.map((name) => `unnest(${name}) AS ${name}`).join(', ')}
       FROM sales_sums WHERE kind = $1 AND store_no = $2
     ) sold JOIN unnest($3::int[], $4::int[], $5::int[]) m(product_no, before_no, now_no) USING (product_no)
     GROUP BY 1, 2, 3`,
    [
      SUM_KIND.productDay,
      storeNo,
      integerArray(moves.map(({ product_no }) => product_no)),
      integerArray(moves.map(({ before_no }) => before_no)),
      integerArray(moves.map(({ now_no }) => now_no)),
    ],
  );
  return rows;
}
