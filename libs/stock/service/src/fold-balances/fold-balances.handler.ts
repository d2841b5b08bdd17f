import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';

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

interface FoldRange {
  readonly store_no: number;
  readonly from_seq: bigint;
  readonly to_seq: bigint;
  readonly ahead: bigint;
  readonly folded_on: string;
}

/**
 * Folds the movements beyond each store's `foldedUpTo` into the balances and moves it, in one transaction. Any number
 * of processes may fold: the row of a store is locked, a locked one is passed over.
 */
export class FoldBalancesHandler {
  constructor(
    private readonly database: Transactor,
    private readonly options: FoldOptions,
  ) {}

  /** Folds the stores whose turn it is. */
  fold(mode: FoldMode): Promise<FoldOutcome> {
    return this.database.tx(async (tx) => {
      const found = await this.lockRanges(tx, mode);
      const ranges = found.filter(within(this.options.movementsMax));
      if (ranges.length === 0) return { stores: 0, movements: 0, more: false };
      await tx.query(PLAN);
      await foldRanges(tx, ranges);
      return {
        stores: ranges.length,
        movements: ranges.reduce((sum, range) => sum + Number(range.to_seq - range.from_seq), 0),
        more: ranges.length < found.length || ranges.some((range) => range.ahead > range.to_seq),
      };
    });
  }

  /** All movements of all stores: equal twice in a row means that nothing is being caught up with. */
  async movements(): Promise<bigint> {
    const { rows } = await this.database.query<{ movements: bigint }>(
      'SELECT coalesce(sum(last_movement_seq), 0)::bigint AS movements FROM store_ledger',
    );
    return rows[0]?.movements ?? 0n;
  }

  private async lockRanges(tx: Tx, mode: FoldMode): Promise<readonly FoldRange[]> {
    const { rows } = await tx.query<FoldRange>(
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

/**
 * The rows of a fold lie in one range of each store: read by the primary key whatever the table's statistics say, which
 * in a young table say nothing yet.
 */
const PLAN = `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
  SET LOCAL work_mem = '64MB'`;

/** Passes stores until together they have enough movements: the others are folded by the next transaction. */
function within(movementsMax: number): (range: FoldRange) => boolean {
  let movements = 0;
  return (range) => {
    const fits = movements < movementsMax;
    movements += Number(range.to_seq - range.from_seq);
    return fits;
  };
}

/**
 * One statement: sums per key, adds them to the balances in sorted order, keeps the changed balances of each store as
 * one row for the topic, and moves `foldedUpTo`.
 */
async function foldRanges(tx: Tx, ranges: readonly FoldRange[]): Promise<void> {
  await tx.query(
    `WITH range AS MATERIALIZED (
       SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[]) r(store_no, from_seq, to_seq)
     ), delta AS (
       SELECT m.store_no, m.product_no, m.location_no, r.to_seq,
              sum(CASE WHEN m.debit = 1 THEN m.quantity_milli ELSE -m.quantity_milli END)::bigint AS quantity_milli
       FROM range r
       JOIN movement m ON m.store_no = r.store_no AND m.movement_seq > r.from_seq AND m.movement_seq <= r.to_seq
        AND m.recorded_on >= $4::date
       WHERE m.debit <> m.credit AND (m.debit = 1 OR m.credit = 1)
       GROUP BY m.store_no, m.product_no, m.location_no, r.to_seq
       ORDER BY m.store_no, m.product_no, m.location_no
     ), folded AS (
       INSERT INTO balance AS b (store_no, product_no, location_no, quantity_milli, folded_up_to, recorded_at)
       SELECT store_no, product_no, location_no, quantity_milli, to_seq, now() FROM delta
       ON CONFLICT (store_no, product_no, location_no) DO UPDATE
         SET quantity_milli = b.quantity_milli + excluded.quantity_milli,
             folded_up_to = excluded.folded_up_to, recorded_at = excluded.recorded_at
       RETURNING b.store_no, b.product_no, b.location_no, b.quantity_milli, b.folded_up_to, b.recorded_at
     ), changed AS (
       INSERT INTO balance_change
         (store_no, folded_up_to, recorded_at, key_count, product_nos, location_nos, quantities_milli)
       SELECT store_no, folded_up_to, recorded_at, count(*), array_agg(product_no), array_agg(location_no), array_agg(quantity_milli)
       FROM folded GROUP BY store_no, folded_up_to, recorded_at
     )
     UPDATE store_fold f
     SET folded_up_to = r.to_seq, folded_at = now(),
         folded_on = (SELECT recorded_on FROM movement m WHERE m.store_no = r.store_no AND m.movement_seq = r.to_seq
                      AND m.recorded_on >= $4::date)
     FROM range r WHERE f.store_no = r.store_no`,
    [
      integerArray(ranges.map((range) => range.store_no)),
      integerArray(ranges.map((range) => range.from_seq)),
      integerArray(ranges.map((range) => range.to_seq)),
      ranges.map((range) => range.folded_on).sort()[0],
    ],
  );
}
