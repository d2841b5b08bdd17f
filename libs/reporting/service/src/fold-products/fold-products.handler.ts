import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { PeriodSums } from '../storage/item-sums';
import { addFolds, readEntries } from '../storage/product-sums';
import type { EventRange, StoreFold } from '../storage/product-sums';
import type { UnfoldedProducts } from '../storage/unfolded-products';

export interface FoldOptions {
  /** Events that one transaction reads at most, so that it stays short. */
  readonly eventsMax: number;
  /** While much comes in, a store waits until this many of its events are unfolded: its sums are then written once. */
  readonly catchUpEvents: number;
  /** No store waits longer. */
  readonly waitMaxMs: number;
}

/** What a fold has at hand. */
export interface FoldDesk {
  readonly chunks: ChunkPool;
  /** What this process has applied itself need not be read. */
  readonly unfolded: UnfoldedProducts;
}

interface FoldRange {
  readonly store_no: number;
  readonly from_seq: bigint;
  readonly to_seq: bigint;
  readonly ahead: bigint;
}

/**
 * Adds the entries of lines beyond each store's `folded_up_to` to the sums by product, in one transaction. Readers add
 * what is not folded yet. Any number of processes may fold: the row of a store is locked, a locked one is passed over.
 */
export class FoldProductsHandler {
  constructor(
    private readonly database: Transactor,
    private readonly options: FoldOptions,
    private readonly desk: FoldDesk,
  ) {}

  /** `all`: whatever is unfolded; otherwise the stores whose turn it is. True when there is more to fold. */
  fold(all: boolean): Promise<boolean> {
    return this.database.tx(async (tx) => {
      const ranges = await this.lockRanges(tx, all);
      if (ranges.length === 0) return false;
      const { known, stored } = this.split(ranges);
      const entries = await readEntries(tx, stored);
      const read = stored.map(({ storeNo, toSeq }) => ({
        storeNo,
        toSeq,
        days: entries.get(storeNo) ?? new PeriodSums(),
      }));
      await addFolds(tx, this.desk.chunks, [...known, ...read]);
      const foldedUpTo = new Map([...known, ...read].map(({ storeNo, toSeq }) => [storeNo, toSeq]));
      return ranges.some(({ store_no, ahead }) => ahead > (foldedUpTo.get(store_no) ?? -1));
    });
  }

  /** All events of all stores: equal twice in a row means that nothing comes in. */
  async events(): Promise<bigint> {
    const { rows } = await this.database.query<{ events: bigint }>(
      'SELECT coalesce(sum(applied_seq), 0)::bigint AS events FROM store_report',
    );
    return rows[0]?.events ?? 0n;
  }

  /** Of those that have to be read only as many as make enough events: the others are for the next transaction. */
  private split(ranges: readonly FoldRange[]): { known: StoreFold[]; stored: EventRange[] } {
    const known: StoreFold[] = [];
    const stored: EventRange[] = [];
    let events = 0;
    for (const range of ranges) {
      const storeNo = range.store_no;
      const fromSeq = Number(range.from_seq);
      const run = this.desk.unfolded.take(storeNo, fromSeq);
      if (run !== null && run.upToSeq > fromSeq) {
        known.push({ storeNo, toSeq: run.upToSeq, days: run.days });
      } else if (events < this.options.eventsMax) {
        stored.push({ storeNo, fromSeq, toSeq: Number(range.to_seq) });
        events += Number(range.to_seq) - fromSeq;
      }
    }
    return { known, stored };
  }

  private async lockRanges(tx: Tx, all: boolean): Promise<readonly FoldRange[]> {
    const { rows } = await tx.query<FoldRange>(
      `WITH behind AS (
         SELECT f.store_no, f.folded_up_to FROM product_fold f JOIN store_report s USING (store_no)
         WHERE s.applied_seq > f.folded_up_to AND ($2 OR s.applied_seq - f.folded_up_to >= $3
           OR f.folded_at < now() - make_interval(secs => $4 / 1000.0))
         ORDER BY f.store_no FOR UPDATE OF f SKIP LOCKED
       )
       SELECT b.store_no, b.folded_up_to AS from_seq, least(s.applied_seq, b.folded_up_to + $1) AS to_seq,
         s.applied_seq AS ahead
       FROM behind b JOIN store_report s USING (store_no) ORDER BY b.store_no`,
      [this.options.eventsMax, all, this.options.catchUpEvents, this.options.waitMaxMs],
    );
    return rows;
  }
}
