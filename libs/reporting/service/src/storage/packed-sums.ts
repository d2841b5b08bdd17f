import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Tx } from '@potok/platform-postgres/tx';
import { PeriodSums } from './item-sums';
import type { ItemSums } from './item-sums';
import { mergeParts, SUM_COLUMNS } from './sum-parts';
import type { PeriodKeys } from './sum-parts';

/** What the items of a row of `sales_sums` are and how long its period is. Of single stores months are kept by category alone. */
export const SUM_KIND = { productDay: 1, productMonth: 2, categoryDay: 3, categoryMonth: 4 } as const;
export type SumKind = (typeof SUM_KIND)[keyof typeof SUM_KIND];

/** In the place of a store: all of them together. */
export const CHAIN = 0;

const DAY_MS = 86_400_000;

/**
 * What a fold adds, as parts: a row holds what it adds of all items of one kind, store and period as arrays; the sums
 * are what the parts come to together. Nothing is read or locked to add one, and a key costs bytes, not a row.
 */
export class PackedSums {
  private readonly rows: BinaryRows;
  private readonly chain = new Map<SumKind, PeriodSums>();
  private readonly touched: PeriodKeys = { kinds: [], stores: [], periods: [] };

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
    await tx.copyBinary(SUM_COLUMNS, this.rows.finish());
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
    const { kinds, stores, periods } = this.touched;
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
