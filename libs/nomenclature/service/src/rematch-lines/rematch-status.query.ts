import type { Transactor } from '@potok/platform-postgres/tx';

export interface RematchStatus {
  readonly catalogueVersion: number;
  /** Lines for which an unmatched product stands. */
  readonly unmatchedLines: number;
  /** Stores that have not gone through the newest codes yet. */
  readonly rematchStoresBehind: number;
}

export async function readRematchStatus(database: Transactor): Promise<RematchStatus> {
  const { rows } = await database.query<{ version: bigint; lines: bigint; behind: bigint }>(
    `SELECT (SELECT version FROM catalogue) AS version,
            (SELECT count(*) FROM unmatched_line) AS lines,
            (SELECT count(*) FROM store_name s LEFT JOIN rematch_store r USING (store_no)
             WHERE coalesce(r.done_version, 0) < (SELECT max(catalogue_version) FROM rematch_key)) AS behind`,
  );
  return {
    catalogueVersion: Number(rows[0]?.version ?? 0n),
    unmatchedLines: Number(rows[0]?.lines ?? 0n),
    rematchStoresBehind: Number(rows[0]?.behind ?? 0n),
  };
}
