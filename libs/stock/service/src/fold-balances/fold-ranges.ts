import { assert } from '@potok/kernel/assert';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StoreDeltas } from '../storage/unfolded-deltas';

/** The movements of a store that a fold takes: beyond `from_seq`, up to `to_seq`. */
export interface FoldRange {
  readonly store_no: number;
  readonly from_seq: bigint;
  readonly to_seq: bigint;
  /** No movement of the range is stored under an earlier day. */
  readonly folded_on: string;
}

/** A range whose sums are known. */
export interface KnownRange extends FoldRange {
  readonly run: StoreDeltas;
}

const DAY_MS = 86_400_000;

/**
 * The rows of a fold lie in one range of each store: read by the primary key whatever the table's statistics say, which
 * in a young table say nothing yet.
 */
const PLAN = `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
  SET LOCAL work_mem = '64MB'`;

/** Adds `delta` to the balances in sorted order and keeps the changed ones of each store as one row for the topic. */
const FOLDED = `folded AS (
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
   )`;

/** Folds ranges by their movements, in one statement that also moves `foldedUpTo`. */
export async function foldStored(tx: Tx, ranges: readonly FoldRange[]): Promise<void> {
  if (ranges.length === 0) return;
  await tx.query(PLAN);
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
     ), ${FOLDED}
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

/** Folds ranges by their known sums: no movement is read. */
export async function foldKnown(tx: Tx, ranges: readonly KnownRange[]): Promise<void> {
  if (ranges.length === 0) return;
  const columns = deltaColumns(ranges);
  await tx.query(
    `WITH delta AS (
       SELECT * FROM unnest($4::int[], $5::int[], $6::int[], $7::bigint[], $8::bigint[])
         d(store_no, product_no, location_no, to_seq, quantity_milli)
       ORDER BY store_no, product_no, location_no
     ), ${FOLDED}
     UPDATE store_fold f SET folded_up_to = r.to_seq, folded_at = now(), folded_on = r.folded_on
     FROM unnest($1::int[], $2::bigint[], $3::date[]) r(store_no, to_seq, folded_on)
     WHERE f.store_no = r.store_no`,
    [
      integerArray(ranges.map((range) => range.store_no)),
      integerArray(ranges.map((range) => range.to_seq)),
      ranges.map(({ run }) => new Date(run.recordedOn * DAY_MS).toISOString().slice(0, 10)),
      ...columns.map((column) => integerArray(column)),
    ],
  );
}

/** Store, product, location, last sequence, sum: a column each. */
function deltaColumns(ranges: readonly KnownRange[]): readonly (readonly number[])[] {
  const columns: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const [stores, products, locations, lastSeqs, sums] = columns;
  for (const { store_no, run } of ranges) {
    for (const [locationNo, ofLocation] of run.deltas.byLocation) {
      for (const [productNo, quantityMilli] of ofLocation) {
        assert(Number.isSafeInteger(quantityMilli), 'a sum of quantities is a safe integer');
        stores.push(store_no);
        products.push(productNo);
        locations.push(locationNo);
        lastSeqs.push(run.upToSeq);
        sums.push(quantityMilli);
      }
    }
  }
  return columns;
}
