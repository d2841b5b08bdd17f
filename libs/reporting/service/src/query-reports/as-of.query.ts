import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReportAsOf } from '@potok/reporting-contracts/report-http';

interface StoreRow {
  readonly store_id: string;
  readonly applied_seq: bigint;
  readonly root_seq: bigint;
  readonly recorded_at: Date | null;
}

interface RegisterRow {
  readonly register_id: string;
  readonly status: 'open' | 'incomplete' | 'unprovable' | 'unknown';
  readonly complete_up_to: Date | null;
  readonly numbers_missing: bigint;
}

/** As of when figures of these stores hold; null = all stores. Read in the same snapshot as the figures. */
export async function readAsOf(tx: Tx, storeNos: readonly number[] | null): Promise<ReportAsOf> {
  const wanted = [storeNos === null ? null : integerArray(storeNos)];
  const { rows: stores } = await tx.query<StoreRow>(
    `SELECT store_id, applied_seq, root_seq, recorded_at FROM store_report
     WHERE $1::int[] IS NULL OR store_no = ANY($1::int[]) ORDER BY store_id`,
    wanted,
  );
  const { rows: registers } = await tx.query<RegisterRow>(
    `SELECT r.register_id, coalesce(c.status, 'unknown') AS status, c.complete_up_to,
       coalesce(c.numbers_missing, 0) AS numbers_missing
     FROM register_copy r JOIN store_copy s USING (store_id) LEFT JOIN register_completeness c USING (register_no)
     WHERE ($1::int[] IS NULL OR s.store_no = ANY($1::int[])) AND NOT r.archived
       AND (c.status IS NULL OR c.status IN ('incomplete', 'unprovable') OR c.complete_up_to IS NULL)
     ORDER BY r.register_id`,
    wanted,
  );
  const recordedAtMs = Math.max(...stores.map((store) => store.recorded_at?.getTime() ?? 0), 0);
  return {
    topic: receiptsTopic.name,
    recordedAt: recordedAtMs === 0 ? null : new Date(recordedAtMs).toISOString(),
    stores: stores.map((store) => ({
      storeId: store.store_id,
      streamSeq: Number(store.applied_seq),
      rootSeq: Number(store.root_seq),
      recordedAt: store.recorded_at?.toISOString() ?? null,
    })),
    incompleteRegisters: registers.map((register) => ({
      registerId: register.register_id,
      status: register.status,
      completeUpTo: register.complete_up_to?.toISOString() ?? null,
      numbersMissing: Number(register.numbers_missing),
    })),
  };
}
