import type { Tx } from '@potok/platform-postgres/tx';
import type { RegisterCompletenessView } from '@potok/retail/register-completeness';

interface RegisterRow {
  readonly register_id: string;
  readonly status: RegisterCompletenessView['status'];
  readonly complete_up_to: Date | null;
  readonly numbers_missing: bigint;
}

/** Registers of the store of which something is missing, or of which it cannot be proved that nothing is. */
export async function readIncompleteRegisters(tx: Tx, storeId: string): Promise<RegisterCompletenessView[]> {
  const { rows } = await tx.query<RegisterRow>(
    `SELECT register_id, coalesce(c.status, 'unknown') AS status, c.complete_up_to,
       coalesce(c.numbers_missing, 0) AS numbers_missing
     FROM register_copy r LEFT JOIN register_completeness c USING (register_id)
     WHERE r.store_id = $1 AND NOT r.archived
       AND (c.status IS NULL OR c.status IN ('incomplete', 'unprovable') OR c.status = 'open' AND c.complete_up_to IS NULL)
     ORDER BY register_id`,
    [storeId],
  );
  return rows.map((row) => ({
    registerId: row.register_id,
    status: row.status,
    completeUpTo: row.complete_up_to?.toISOString() ?? null,
    numbersMissing: Number(row.numbers_missing),
  }));
}
