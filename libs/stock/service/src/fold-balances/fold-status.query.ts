import type { Transactor } from '@potok/platform-postgres/tx';

export interface FoldStatus {
  /** Movements that are not folded into balances yet, over all stores. */
  readonly unfoldedMovements: number;
  /** Folds whose balances are not known to be on the topic. */
  readonly unpublishedFolds: number;
}

export async function readFoldStatus(database: Transactor): Promise<FoldStatus> {
  const { rows } = await database.query<{ unfolded: bigint; unpublished: bigint }>(
    `SELECT (SELECT coalesce(sum(l.last_movement_seq - f.folded_up_to), 0)::bigint
             FROM store_ledger l JOIN store_fold f USING (store_no)) AS unfolded,
            (SELECT count(*) FROM balance_change) AS unpublished`,
  );
  return {
    unfoldedMovements: Number(rows[0]?.unfolded ?? 0n),
    unpublishedFolds: Number(rows[0]?.unpublished ?? 0n),
  };
}
