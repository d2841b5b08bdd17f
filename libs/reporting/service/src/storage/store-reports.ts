import { instantArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

export interface ReportedStore {
  readonly storeNo: number;
  readonly storeId: string;
}

export interface StoreProgress extends ReportedStore {
  readonly epoch: number;
  readonly appliedSeq: number;
  readonly rootSeq: number | null;
  readonly recordedAtMs: number;
}

/**
 * Locks the rows of these stores in sorted order, made where they are missing: one writer a store at a time. Answers
 * what is applied in each.
 */
export async function lockStoreReports(
  tx: Tx,
  stores: readonly ReportedStore[],
): Promise<ReadonlyMap<number, number>> {
  const sorted = [...stores].sort((one, other) => one.storeNo - other.storeNo);
  const numbers = integerArray(sorted.map(({ storeNo }) => storeNo));
  const lock = async () => {
    const { rows } = await tx.query<{ store_no: number; applied_seq: bigint }>(
      'SELECT store_no, applied_seq FROM store_report WHERE store_no = ANY($1::int[]) ORDER BY store_no FOR UPDATE',
      [numbers],
    );
    return new Map(rows.map((row) => [row.store_no, Number(row.applied_seq)]));
  };
  const locked = await lock();
  if (locked.size === sorted.length) return locked;
  await tx.query(
    `INSERT INTO store_report (store_no, store_id)
     SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`,
    [numbers, textArray(sorted.map(({ storeId }) => storeId))],
  );
  await tx.query('INSERT INTO product_fold (store_no) SELECT unnest($1::int[]) ON CONFLICT DO NOTHING', [
    numbers,
  ]);
  return lock();
}

/** Moves what is applied, in the transaction that applies it. A re-driven event does not move it back. */
export async function moveStoreReports(tx: Tx, progress: readonly StoreProgress[]): Promise<void> {
  await tx.query(
    `UPDATE store_report s SET epoch = p.epoch, applied_seq = p.applied_seq,
       root_seq = greatest(s.root_seq, p.root_seq), recorded_at = greatest(s.recorded_at, p.recorded_at)
     FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::timestamptz[])
       p(store_no, epoch, applied_seq, root_seq, recorded_at)
     WHERE s.store_no = p.store_no AND (p.epoch, p.applied_seq) > (s.epoch, s.applied_seq)`,
    [
      integerArray(progress.map(({ storeNo }) => storeNo)),
      integerArray(progress.map(({ epoch }) => epoch)),
      integerArray(progress.map(({ appliedSeq }) => appliedSeq)),
      integerArray(progress.map(({ rootSeq }) => rootSeq)),
      instantArray(progress.map(({ recordedAtMs }) => recordedAtMs)),
    ],
  );
}
