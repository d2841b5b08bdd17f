import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { UnfoldedDeltas } from '../storage/unfolded-deltas';
import { foldKnown, foldStored } from './fold-ranges';
import type { FoldRange, KnownRange } from './fold-ranges';

export interface FoldOptions {
  /** Movements folded by one transaction at most, so that it stays short. */
  readonly movementsMax: number;
  /**
   * While the ledger catches up, a store waits until this many of its movements are unfolded: a key that moves often
   * is then written once. Readers add what is unfolded, so no balance is ever late.
   */
  readonly catchUpMovements: number;
  /** Between two folds of a store while there is nothing to catch up with. */
  readonly intervalMs: number;
  /** No store waits longer. */
  readonly waitMaxMs: number;
}

/**
 * `all`: every store that has something to fold. `quiet`: nothing was posted lately, so there is nothing to catch up
 * with. `busy`: something was.
 */
export type FoldMode = 'all' | 'quiet' | 'busy';

export interface FoldOutcome {
  readonly stores: number;
  readonly movements: number;
  /** True when movements were left for another transaction. */
  readonly more: boolean;
}

interface FoundRange extends FoldRange {
  /** The last movement of the store. */
  readonly ahead: bigint;
}

/**
 * Folds the movements beyond each store's `foldedUpTo` into the balances and moves it, in one transaction. Any number
 * of processes may fold: the row of a store is locked, a locked one is passed over.
 */
export class FoldBalancesHandler {
  constructor(
    private readonly database: Transactor,
    private readonly options: FoldOptions,
    /** What this process has posted itself need not be read. */
    private readonly unfolded: UnfoldedDeltas,
  ) {}

  /** Folds the stores whose turn it is. */
  fold(mode: FoldMode): Promise<FoldOutcome> {
    return this.database.tx(async (tx) => {
      const found = await this.lockRanges(tx, mode);
      if (found.length === 0) return { stores: 0, movements: 0, more: false };
      const { known, stored } = this.split(found);
      await foldKnown(tx, known);
      await foldStored(tx, stored);
      const foldedUpTo = new Map([...known, ...stored].map((range) => [range.store_no, range]));
      return {
        stores: foldedUpTo.size,
        movements: [...foldedUpTo.values()].reduce((sum, one) => sum + Number(one.to_seq - one.from_seq), 0),
        more: found.some(({ store_no, ahead }) => ahead > (foldedUpTo.get(store_no)?.to_seq ?? -1n)),
      };
    });
  }

  /** Of those that have to be read only as many as make enough movements: the others are for the next transaction. */
  private split(found: readonly FoundRange[]): { known: KnownRange[]; stored: FoldRange[] } {
    const known: KnownRange[] = [];
    const stored: FoldRange[] = [];
    let movements = 0;
    for (const range of found) {
      const run = this.unfolded.take(range.store_no, Number(range.from_seq));
      if (run !== null && run.upToSeq > run.afterSeq) {
        known.push({ ...range, to_seq: BigInt(run.upToSeq), run });
      } else if (movements < this.options.movementsMax) {
        stored.push(range);
        movements += Number(range.to_seq - range.from_seq);
      }
    }
    return { known, stored };
  }

  /** All movements of all stores: equal twice in a row means that nothing is being caught up with. */
  async movements(): Promise<bigint> {
    const { rows } = await this.database.query<{ movements: bigint }>(
      'SELECT coalesce(sum(last_movement_seq), 0)::bigint AS movements FROM store_ledger',
    );
    return rows[0]?.movements ?? 0n;
  }

  private async lockRanges(tx: Tx, mode: FoldMode): Promise<readonly FoundRange[]> {
    const { rows } = await tx.query<FoundRange>(
      `WITH behind AS (
         SELECT f.store_no, f.folded_up_to, f.folded_on
         FROM store_fold f JOIN store_ledger l USING (store_no)
         WHERE l.last_movement_seq > f.folded_up_to
           AND ($2 = 'all' OR l.last_movement_seq - f.folded_up_to >= $3
                OR f.folded_at < now() - make_interval(secs => $4 / 1000.0)
                OR f.folded_at < now() - make_interval(secs => $5 / 1000.0) AND ($2 = 'quiet' OR $3 > (
                  SELECT sum(al.last_movement_seq - af.folded_up_to)
                  FROM store_ledger al JOIN store_fold af USING (store_no))))
         ORDER BY f.store_no FOR UPDATE OF f SKIP LOCKED
       )
       SELECT b.store_no, b.folded_up_to AS from_seq, b.folded_on::text,
              least(l.last_movement_seq, b.folded_up_to + $1) AS to_seq, l.last_movement_seq AS ahead
       FROM behind b JOIN store_ledger l USING (store_no) ORDER BY b.store_no`,
      [
        this.options.movementsMax,
        mode,
        this.options.catchUpMovements,
        this.options.waitMaxMs,
        this.options.intervalMs,
      ],
    );
    return rows;
  }
}
