import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** Sequences of receipts by their document. */
export async function findReceipts(tx: Tx, documentIds: readonly string[]): Promise<Map<string, number>> {
  if (documentIds.length === 0) return new Map();
  const { rows } = await tx.query<{ document_id: string; receipt_seq: bigint }>(
    'SELECT document_id, receipt_seq FROM receipt WHERE document_id = ANY($1::uuid[]) ORDER BY receipt_seq',
    [textArray(documentIds)],
  );
  return new Map(rows.map((row) => [row.document_id, Number(row.receipt_seq)]));
}
