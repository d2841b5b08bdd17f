import { integerArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Tx } from '@potok/platform-postgres/tx';
import { PRODUCT_MEASURES } from '@potok/reporting-domain/product-measures';
import { PeriodSums } from './item-sums';
import type { ItemSums } from './item-sums';

/** What the items of a row of `sales_sums` are and how long its period is. Of single stores months are kept by category alone. */
export const SUM_KIND = { productDay: 1, productMonth: 2, categoryDay: 3, categoryMonth: 4 } as const;
export type SumKind = (typeof SUM_KIND)[keyof typeof SUM_KIND];

/** In the place of a store: all of them together. */
export const CHAIN = 0;

/** Parts of one period may become so many before they are made fewer. */
const PARTS_MAX = 8;
const DAY_MS = 86_400_000;
const COLUMNS = `sales_sums (kind, store_no, period, item_count, item_nos, ${PRODUCT_MEASURES.join(', ')})`;

/**
 * What a fold adds, as parts: a row holds what it adds of all items of one kind, store and period as arrays; the sums
 * are what the parts come to together. Nothing is read or locked to add one, and a key costs bytes, not a row.
 */
export class PackedSums {
  private readonly rows: BinaryRows;
  private readonly chain = new Map<SumKind, PeriodSums>();
  private readonly touched: [kinds: number[], stores: number[], periods: number[]] = [[], [], []];

  constructor(
    chunks: ChunkPool,
    /** Under which category a product counts. */
    private readonly categoryOf: (productNo: number) => number,
  ) {
    this.rows = new BinaryRows(chunks);
  }

  /** What a store's days get by product; the chain and the categories get it too. */
  addProducts(storeNo: number, days: PeriodSums): void {
    const categories = new PeriodSums();
    for (const [day, sums] of days.periods) {
      this.encode(SUM_KIND.productDay, { storeNo, period: day, sums });
      this.chainOf(SUM_KIND.productDay).of(day).addAll(sums);
      categories.of(day).addAll(sums, this.categoryOf);
    }
    this.addCategories(storeNo, categories);
  }

  /** What a store's days get by category alone. */
  addCategories(storeNo: number, days: PeriodSums): void {
    const months = new PeriodSums();
    for (const [day, sums] of days.periods) {
      this.encode(SUM_KIND.categoryDay, { storeNo, period: day, sums });
      months.of(monthOf(day)).addAll(sums);
    }
    for (const [month, sums] of months.periods) {
      this.encode(SUM_KIND.categoryMonth, { storeNo, period: month, sums });
    }
    this.chainOf(SUM_KIND.categoryDay).addAll(days);
  }

  async save(tx: Tx): Promise<void> {
    for (const [kind, monthly] of [
      [SUM_KIND.productDay, SUM_KIND.productMonth],
      [SUM_KIND.categoryDay, SUM_KIND.categoryMonth],
    ] as const) {
      const months = new PeriodSums();
      for (const [period, sums] of this.chainOf(kind).periods) {
        this.encode(kind, { storeNo: CHAIN, period, sums });
        months.of(monthOf(period)).addAll(sums);
      }
      for (const [period, sums] of months.periods) this.encode(monthly, { storeNo: CHAIN, period, sums });
    }
    await tx.copyBinary(COLUMNS, this.rows.finish());
    await mergeParts(tx, this.touched);
  }

  private chainOf(kind: SumKind): PeriodSums {
    let sums = this.chain.get(kind);
    if (sums === undefined) {
      sums = new PeriodSums();
      this.chain.set(kind, sums);
    }
    return sums;
  }

  private encode(kind: SumKind, part: { storeNo: number; period: number; sums: ItemSums }): void {
    const { itemNos, measures } = part.sums.columns();
    if (itemNos.length === 0) return;
    const { rows } = this;
    rows
      .row(5 + measures.length)
      .int2(kind)
      .int4(part.storeNo)
      .date(part.period);
    rows.int4(itemNos.length).int4Array(itemNos);
    for (const values of measures) {
      if (values === null) rows.null();
      else rows.int8Array(values);
    }
    const [kinds, stores, periods] = this.touched;
    kinds.push(kind);
    stores.push(part.storeNo);
    periods.push(part.period);
  }
}

/** The first day of the month of a day, both since 1970. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS;
}

/**
 * Makes many parts of a period fewer: all up to the largest that is no larger than the smaller ones together, so that
 * what stands is never much more than what it comes to, and no sum is written again more often than its size doubles.
 * A part that another process merges right now is left to it.
 */
async function mergeParts(
  tx: Tx,
  [kinds, stores, periods]: readonly [readonly number[], readonly number[], readonly number[]],
): Promise<void> {
  await tx.query(MERGE, [integerArray(kinds), integerArray(stores), integerArray(periods), PARTS_MAX]);
}

const MERGE = `
WITH touched AS (
  SELECT DISTINCT kind, store_no, '1970-01-01'::date + period AS period
  FROM unnest($1::smallint[], $2::int[], $3::int[]) t(kind, store_no, period)
), ranked AS (
  SELECT kind, store_no, period, part_no, item_count, count(*) OVER whole AS parts,
    row_number() OVER by_size AS place, sum(item_count) OVER by_size - item_count AS smaller
  FROM touched JOIN sales_sums USING (kind, store_no, period)
  WINDOW whole AS (PARTITION BY kind, store_no, period),
    by_size AS (PARTITION BY kind, store_no, period ORDER BY item_count, part_no)
), bound AS (
  SELECT kind, store_no, period, max(place) FILTER (WHERE smaller >= item_count) AS place
  FROM ranked WHERE parts >= $4 GROUP BY 1, 2, 3
), chosen AS MATERIALIZED (
  SELECT s.kind, s.store_no, s.period, s.part_no
  FROM bound b JOIN ranked r USING (kind, store_no, period)
  JOIN sales_sums s USING (kind, store_no, period, part_no)
  WHERE r.place <= b.place ORDER BY 1, 2, 3, 4 FOR UPDATE OF s SKIP LOCKED
), gone AS (
  DELETE FROM sales_sums s USING chosen c
  WHERE (s.kind, s.store_no, s.period, s.part_no) = (c.kind, c.store_no, c.period, c.part_no) RETURNING s.*
), item AS (
  SELECT kind, store_no, period, unnest(item_nos) AS item_no, ${PRODUCT_MEASURES.map((name) => `unnest(${name}) AS ${name}`).join(', ')}
  FROM gone
), summed AS (
  SELECT kind, store_no, period, item_no, ${PRODUCT_MEASURES.map((name) => `total(${name}) AS ${name}`).join(', ')}
  FROM item GROUP BY 1, 2, 3, 4
)
INSERT INTO ${COLUMNS}
SELECT kind, store_no, period, count(*), array_agg(item_no), ${PRODUCT_MEASURES.map(
  (name) => `CASE WHEN bool_or(${name} <> 0) THEN array_agg(${name}) END`,
).join(', ')}
FROM summed GROUP BY 1, 2, 3`;
