import { present } from '@potok/kernel/assert';
import type { FiscalCore } from '@potok/ingestion-domain/revision/fiscal-core';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

export type DecisionKind = 'keep' | 'revise' | 'merge' | 'withdraw' | 'remap';

/** Who decided what about a document, and why. */
export interface DecisionRow {
  readonly kind: DecisionKind;
  readonly documentId: string;
  readonly otherDocumentId: string | null;
  readonly conflictNo: number | null;
  /** The revision of the document that came of it. */
  readonly revision: number | null;
  /** The principal's id. */
  readonly decidedBy: string;
  readonly reason: string;
}

export interface StoredDecision extends DecisionRow {
  readonly decisionNo: number;
  readonly decidedAtMs: number;
}

type Querying = Pick<Tx, 'query'>;

/** Answers the number of the decision. */
export async function insertDecision(tx: Tx, decision: DecisionRow): Promise<number> {
  const [decisionNo] = await insertDecisions(tx, [decision]);
  return present(decisionNo, 'the decision just stored');
}

/** Answers the numbers of the decisions. */
export async function insertDecisions(tx: Tx, decisions: readonly DecisionRow[]): Promise<readonly number[]> {
  const { rows } = await tx.query<{ decision_no: bigint }>(
    `INSERT INTO decision (kind, document_id, other_document_id, conflict_no, revision, decided_by, reason)
     SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::bigint[], $5::int[], $6::text[], $7::text[])
     RETURNING decision_no`,
    [
      textArray(decisions.map(({ kind }) => kind)),
      textArray(decisions.map(({ documentId }) => documentId)),
      textArray(decisions.map(({ otherDocumentId }) => otherDocumentId)),
      integerArray(decisions.map(({ conflictNo }) => conflictNo)),
      integerArray(decisions.map(({ revision }) => revision)),
      textArray(decisions.map(({ decidedBy }) => decidedBy)),
      textArray(decisions.map(({ reason }) => reason)),
    ],
  );
  return rows.map((row) => Number(row.decision_no));
}

interface DecisionColumns {
  readonly decision_no: bigint;
  readonly kind: DecisionKind;
  readonly document_id: string;
  readonly other_document_id: string | null;
  readonly conflict_no: bigint | null;
  readonly revision: number | null;
  readonly decided_by: string;
  readonly reason: string;
  readonly decided_at: Date;
}

const COLUMNS = `decision_no, kind, document_id, other_document_id, conflict_no, revision, decided_by, reason, decided_at`;

function rowOf(row: DecisionColumns): StoredDecision {
  return {
    decisionNo: Number(row.decision_no),
    kind: row.kind,
    documentId: row.document_id,
    otherDocumentId: row.other_document_id,
    conflictNo: row.conflict_no === null ? null : Number(row.conflict_no),
    revision: row.revision,
    decidedBy: row.decided_by,
    reason: row.reason,
    decidedAtMs: row.decided_at.getTime(),
  };
}

/** Of a document, in their order. */
export async function decisionsOf(
  querying: Querying,
  documentId: string,
): Promise<readonly StoredDecision[]> {
  const { rows } = await querying.query<DecisionColumns>(
    `SELECT ${COLUMNS} FROM decision WHERE document_id = $1 ORDER BY decision_no`,
    [documentId],
  );
  return rows.map(rowOf);
}

/** The last decision about each of these conflicts. */
export async function decisionsOfConflicts(
  querying: Querying,
  conflictNos: readonly number[],
): Promise<ReadonlyMap<number, StoredDecision>> {
  const { rows } = await querying.query<DecisionColumns>(
    `SELECT DISTINCT ON (conflict_no) ${COLUMNS} FROM decision WHERE conflict_no = ANY ($1::bigint[])
     ORDER BY conflict_no, decision_no DESC`,
    [integerArray(conflictNos)],
  );
  return new Map(rows.map((row) => [Number(row.conflict_no), rowOf(row)]));
}

export async function insertOverruledCore(
  tx: Tx,
  { documentId, decisionNo }: { readonly documentId: string; readonly decisionNo: number },
  core: FiscalCore,
): Promise<void> {
  await tx.query('INSERT INTO overruled_core (document_id, decision_no, core) VALUES ($1, $2, $3::jsonb)', [
    documentId,
    decisionNo,
    JSON.stringify(core),
  ]);
}

/** By documentId: the cores that were decided against. */
export async function readOverruledCores(
  querying: Querying,
  documentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly FiscalCore[]>> {
  const cores = new Map<string, FiscalCore[]>();
  if (documentIds.length === 0) return cores;
  const { rows } = await querying.query<{ document_id: string; core: FiscalCore }>(
    `SELECT document_id, core FROM overruled_core WHERE document_id = ANY ($1::uuid[])
     ORDER BY document_id, decision_no`,
    [textArray(documentIds)],
  );
  for (const { document_id: documentId, core } of rows) {
    const known = cores.get(documentId);
    if (known === undefined) cores.set(documentId, [core]);
    else known.push(core);
  }
  return cores;
}
