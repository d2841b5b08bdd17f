import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** Events of one store: after `fromSeq`, up to `toSeq`. */
export interface EventRange {
  readonly storeNo: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** The entries of a fold lie in one range of each store: read by the primary key whatever young statistics say. */
export const FOLD_PLAN = `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
  SET LOCAL enable_bitmapscan = off; SET LOCAL work_mem = '64MB'`;

/** Columns of every table of product sums. */
export const PRODUCT_MEASURES = [
  'lines',
  'sold_milli',
  'sold_kopecks',
  'returned_milli',
  'returned_kopecks',
  'discount_kopecks',
  'advance_kopecks',
  'agent_kopecks',
] as const;
const COLUMNS = PRODUCT_MEASURES.join(', ');
const SUMS = PRODUCT_MEASURES.map((name) => `sum(${name})::bigint AS ${name}`).join(', ');

function addMeasures(table: string): string {
  return PRODUCT_MEASURES.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ');
}

const FOLD = `
WITH range AS MATERIALIZED (
  SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[]) r(store_no, from_seq, to_seq)
), delta AS MATERIALIZED (
  SELECT e.store_no, e.business_date, e.product_no, ${SUMS}
  FROM range r JOIN product_entry e ON e.store_no = r.store_no AND e.seq > r.from_seq AND e.seq <= r.to_seq
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
), daily AS (
  INSERT INTO daily_product AS d (store_no, business_date, product_no, ${COLUMNS})
  SELECT store_no, business_date, product_no, ${COLUMNS} FROM delta
  ON CONFLICT (store_no, business_date, product_no) DO UPDATE SET ${addMeasures('d')}
), monthly AS (
  INSERT INTO monthly_product AS m (store_no, month, product_no, ${COLUMNS})
  SELECT store_no, date_trunc('month', business_date)::date, product_no, ${SUMS}
  FROM delta GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (store_no, month, product_no) DO UPDATE SET ${addMeasures('m')}
), chain_daily AS (
  INSERT INTO chain_daily_product AS cd (business_date, product_no, ${COLUMNS})
  SELECT business_date, product_no, ${SUMS} FROM delta GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (business_date, product_no) DO UPDATE SET ${addMeasures('cd')}
), chain_monthly AS (
  INSERT INTO chain_monthly_product AS cm (month, product_no, ${COLUMNS})
  SELECT date_trunc('month', business_date)::date, product_no, ${SUMS} FROM delta GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (month, product_no) DO UPDATE SET ${addMeasures('cm')}
)
UPDATE product_fold f SET folded_up_to = greatest(f.folded_up_to, r.to_seq), folded_at = now() FROM range r WHERE f.store_no = r.store_no`;

/** Adds what the events of the ranges brought to the sums by product, keys sorted, and moves `folded_up_to`. */
export async function foldRanges(tx: Tx, ranges: readonly EventRange[]): Promise<void> {
  await tx.query(FOLD, [
    integerArray(ranges.map(({ storeNo }) => storeNo)),
    integerArray(ranges.map(({ fromSeq }) => fromSeq)),
    integerArray(ranges.map(({ toSeq }) => toSeq)),
  ]);
}

/**
 * An event that is applied after its turn, out of quarantine, may stand in what is folded already: then it is added at
 * once, in the transaction that applies it. The rows of the fold are locked, so that it is folded by one of the two.
 */
export async function foldLateEvents(
  tx: Tx,
  events: readonly { readonly storeNo: number; readonly seq: number }[],
): Promise<void> {
  if (events.length === 0) return;
  const stores = [...new Set(events.map(({ storeNo }) => storeNo))];
  const { rows } = await tx.query<{ store_no: number; folded_up_to: bigint }>(
    `SELECT store_no, folded_up_to FROM product_fold WHERE store_no = ANY($1::int[]) ORDER BY store_no FOR UPDATE`,
    [integerArray(stores)],
  );
  const foldedUpTo = new Map(rows.map((row) => [row.store_no, Number(row.folded_up_to)]));
  const folded = events.filter(({ storeNo, seq }) => seq <= (foldedUpTo.get(storeNo) ?? 0));
  if (folded.length === 0) return;
  await foldRanges(
    tx,
    folded.map(({ storeNo, seq }) => ({ storeNo, fromSeq: seq - 1, toSeq: seq })),
  );
}
