import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReceiptPlace } from './receipt-table';

/**
 * What waits of a receipt after lines of it were decided by a person or a link: lines that have a product wait for no
 * code, the others keep what was decided about them; a line with a known effect waits for nobody.
 */
export async function settleLines(
  tx: Tx,
  place: ReceiptPlace,
  lines: readonly WholeDecidedLine[],
): Promise<void> {
  const matched = lines.filter(({ matchedBy }) => matchedBy !== 'none');
  const receipt = [place.storeNo, place.receiptSeq];
  const numbers = (some: readonly WholeDecidedLine[]) => integerArray(some.map(({ lineNo }) => lineNo));
  await tx.query(
    `DELETE FROM unmatched_line WHERE store_no = $1 AND receipt_seq = $2 AND line_no = ANY($3::int[])`,
    [...receipt, numbers(matched)],
  );
  await tx.query(
    `UPDATE unmatched_line l SET stock_effect = w.stock_effect, recognition = w.recognition, sale_line_no = w.sale_line_no
     FROM unnest($3::int[], $4::text[], $5::text[], $6::int[]) w(line_no, stock_effect, recognition, sale_line_no)
     WHERE l.store_no = $1 AND l.receipt_seq = $2 AND l.line_no = w.line_no`,
    [
      ...receipt,
      numbers(lines),
      textArray(lines.map(({ stockEffect }) => stockEffect)),
      textArray(lines.map(({ recognition }) => recognition)),
      integerArray(lines.map(({ saleLineNo }) => saleLineNo ?? null)),
    ],
  );
  await tx.query(
    `DELETE FROM undecided_line WHERE store_no = $1 AND receipt_seq = $2 AND (line_no = 0 OR line_no = ANY($3::int[]))`,
    [...receipt, numbers(lines.filter(({ stockEffect }) => stockEffect !== 'unknown'))],
  );
  await nameUndecided(tx, place, lines);
}

/** Lines of the queue show the product that they have come to. */
async function nameUndecided(
  tx: Tx,
  { storeNo, receiptSeq }: ReceiptPlace,
  lines: readonly WholeDecidedLine[],
): Promise<void> {
  await tx.query(
    `UPDATE undecided_line l SET product_no = w.product_no, quantity_milli = w.quantity_milli
     FROM unnest($3::int[], $4::int[], $5::bigint[]) w(line_no, product_no, quantity_milli)
     WHERE l.store_no = $1 AND l.receipt_seq = $2 AND l.line_no = w.line_no`,
    [
      storeNo,
      receiptSeq,
      integerArray(lines.map(({ lineNo }) => lineNo)),
      integerArray(lines.map(({ productNo }) => productNo)),
      integerArray(lines.map(({ quantityMilli }) => quantityMilli)),
    ],
  );
}

/** The receipt that it names was found, or named by a person. */
export async function settleLink(tx: Tx, { storeNo, receiptSeq }: ReceiptPlace): Promise<void> {
  await tx.query('DELETE FROM unlinked_receipt WHERE store_no = $1 AND receipt_seq = $2', [
    storeNo,
    receiptSeq,
  ]);
}

export async function setLastDecision(tx: Tx, place: ReceiptPlace, decisionNo: number): Promise<void> {
  await tx.query('UPDATE receipt SET last_decision_no = $3 WHERE store_no = $1 AND receipt_seq = $2', [
    place.storeNo,
    place.receiptSeq,
    decisionNo,
  ]);
}

export interface ManualDecisionRow {
  readonly documentId: string;
  readonly revision: number;
  readonly decisionNo: number;
  readonly storeNo: number;
  readonly eventSeq: number;
  readonly decidedBy: string;
  readonly decidedAtMs: number;
  readonly reason: string;
  readonly content: unknown;
}

/** Who decided what, when and why. */
export async function addManualDecision(tx: Tx, row: ManualDecisionRow): Promise<void> {
  await tx.query(
    `INSERT INTO manual_decision
       (document_id, revision, decision_no, store_no, event_seq, decided_by, decided_at, reason, content)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0), $8, $9::jsonb)`,
    [
      row.documentId,
      row.revision,
      row.decisionNo,
      row.storeNo,
      row.eventSeq,
      row.decidedBy,
      row.decidedAtMs,
      row.reason,
      JSON.stringify(row.content),
    ],
  );
}
