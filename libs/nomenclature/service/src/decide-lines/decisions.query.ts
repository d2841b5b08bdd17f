import type { Transactor } from '@potok/platform-postgres/tx';

export interface MadeDecision {
  readonly revision: number;
  readonly decisionNo: number;
  readonly decidedBy: string;
  readonly decidedAt: string;
  readonly reason: string;
}

interface DecisionRow {
  readonly revision: number;
  readonly decision_no: number;
  readonly decided_by: string;
  readonly decided_at: Date;
  readonly reason: string;
}

/** What persons decided about a document, in the order of the decisions; of the stores that may be seen. */
export async function readDecisions(
  database: Transactor,
  documentId: string,
  stores: readonly string[] | '*',
): Promise<MadeDecision[]> {
  const { rows } = await database.query<DecisionRow>(
    `SELECT d.revision, d.decision_no, d.decided_by, d.decided_at, d.reason
     FROM manual_decision d JOIN store_name s USING (store_no)
     WHERE d.document_id = $1::uuid AND ($2::text[] IS NULL OR s.store_id = ANY($2::text[]))
     ORDER BY d.decided_at, d.revision, d.decision_no`,
    [documentId, stores === '*' ? null : [...stores]],
  );
  return rows.map((row) => ({
    revision: row.revision,
    decisionNo: row.decision_no,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at.toISOString(),
    reason: row.reason,
  }));
}
