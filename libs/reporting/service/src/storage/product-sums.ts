import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Tx } from '@potok/platform-postgres/tx';
import { PRODUCT_MEASURES } from '@potok/reporting-domain/product-measures';
import { PeriodSums } from './item-sums';
import { PackedSums } from './packed-sums';

/** Events of one store: after `fromSeq`, up to `toSeq`. */
export interface EventRange {
  readonly storeNo: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What a store's sums get, and the sequence up to which they hold then. */
export interface StoreFold {
  readonly storeNo: number;
  readonly toSeq: number;
  readonly days: PeriodSums;
}

/** The category of a product that nobody put into one. */
const NO_CATEGORY = 0;

type EntryRow = { readonly store_no: number; readonly day: number; readonly product_no: number } & Readonly<
  Record<(typeof PRODUCT_MEASURES)[number], bigint>
>;

/** The entries of a fold lie in one range of each store: read by the primary key whatever young statistics say. */
const READ_PLAN = `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
  SET LOCAL enable_bitmapscan = off; SET LOCAL work_mem = '64MB'`;
const USUAL_PLAN = `SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on;
  SET LOCAL enable_bitmapscan = on`;

/** What the lines of these events come to, by store. */
export async function readEntries(tx: Tx, ranges: readonly EventRange[]): Promise<Map<number, PeriodSums>> {
  const stores = new Map<number, PeriodSums>();
  if (ranges.length === 0) return stores;
  await tx.query(READ_PLAN);
  const { rows } = await tx.query<EntryRow>(
    `SELECT e.store_no, e.business_date - '1970-01-01'::date AS day, e.product_no,
       ${PRODUCT_MEASURES.map((name) => `sum(e.${name})::bigint AS ${name}`).join(', ')}
     FROM unnest($1::int[], $2::bigint[], $3::bigint[]) r(store_no, from_seq, to_seq)
     JOIN product_entry e ON e.store_no = r.store_no AND e.seq > r.from_seq AND e.seq <= r.to_seq
     GROUP BY 1, 2, 3`,
    [
      integerArray(ranges.map(({ storeNo }) => storeNo)),
      integerArray(ranges.map(({ fromSeq }) => fromSeq)),
      integerArray(ranges.map(({ toSeq }) => toSeq)),
    ],
  );
  await tx.query(USUAL_PLAN);
  for (const row of rows) {
    const days = stores.get(row.store_no) ?? new PeriodSums();
    stores.set(row.store_no, days);
    days.of(row.day).add(
      row.product_no,
      PRODUCT_MEASURES.map((name) => Number(row[name])),
    );
  }
  return stores;
}

/** Adds to the sums and moves `folded_up_to`: under the locked rows of the folds. */
export async function addFolds(tx: Tx, chunks: ChunkPool, folds: readonly StoreFold[]): Promise<void> {
  if (folds.length === 0) return;
  const categories = await readCategories(tx, folds);
  const sums = new PackedSums(chunks, (productNo) => categories.get(productNo) ?? NO_CATEGORY);
  for (const { storeNo, days } of folds) sums.addProducts(storeNo, days);
  await sums.save(tx);
  await tx.query(
    `UPDATE product_fold f SET folded_up_to = greatest(f.folded_up_to, r.to_seq), folded_at = now()
     FROM unnest($1::int[], $2::bigint[]) r(store_no, to_seq) WHERE f.store_no = r.store_no`,
    [integerArray(folds.map(({ storeNo }) => storeNo)), integerArray(folds.map(({ toSeq }) => toSeq))],
  );
}

/** The categories under which the products of the folds count, of those that have one. */
async function readCategories(tx: Tx, folds: readonly StoreFold[]): Promise<ReadonlyMap<number, number>> {
  const products = new Set<number>();
  for (const { days } of folds) {
    for (const sums of days.periods.values()) for (const productNo of sums.itemNos()) products.add(productNo);
  }
  const { rows } = await tx.query<{ product_no: number; category_no: number }>(
    'SELECT product_no, category_no FROM product_category WHERE product_no = ANY($1::int[])',
    [integerArray([...products])],
  );
  return new Map(rows.map((row) => [row.product_no, row.category_no]));
}

/**
 * An event that is applied after its turn, out of quarantine, may stand in what is folded already, or in what somebody
 * who does not know of it is about to fold: then it and all that is not folded are added at once, in the transaction
 * that applies it. The rows of the fold are locked, so that it is folded by one of the two.
 */
export async function foldLateEvents(
  tx: Tx,
  chunks: ChunkPool,
  events: readonly { readonly storeNo: number; readonly seq: number }[],
): Promise<void> {
  if (events.length === 0) return;
  const stores = [...new Set(events.map(({ storeNo }) => storeNo))];
  const { rows } = await tx.query<{ store_no: number; folded_up_to: bigint; applied_seq: bigint }>(
    `SELECT f.store_no, f.folded_up_to, s.applied_seq FROM product_fold f JOIN store_report s USING (store_no)
     WHERE f.store_no = ANY($1::int[]) ORDER BY f.store_no FOR UPDATE OF f`,
    [integerArray(stores)],
  );
  const unfolded = rows.map(({ store_no, folded_up_to, applied_seq }) => ({
    storeNo: store_no,
    fromSeq: Number(folded_up_to),
    toSeq: Number(applied_seq),
  }));
  const foldedUpTo = new Map(unfolded.map(({ storeNo, fromSeq }) => [storeNo, fromSeq]));
  const late = events
    .filter(({ storeNo, seq }) => seq <= (foldedUpTo.get(storeNo) ?? 0))
    .map(({ storeNo, seq }) => ({ storeNo, fromSeq: seq - 1, toSeq: seq }));
  const entries = await readEntries(tx, [...late, ...unfolded]);
  await addFolds(
    tx,
    chunks,
    unfolded.map(({ storeNo, toSeq }) => ({
      storeNo,
      toSeq,
      days: entries.get(storeNo) ?? new PeriodSums(),
    })),
  );
}
