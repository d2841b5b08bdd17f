import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { ReceiptPlace } from './receipt-table';
import { LINK_WAIT, waitingReceiptOf } from './unlinked-receipts';
import type { WaitingReceipt, WaitingReceiptRow } from './unlinked-receipts';

/** A receipt whose named one is known, with lines that were not found there. */
export interface PartlyLinkedReceipt extends ReceiptPlace {
  readonly saleDocumentId: string;
}

/** Another number whenever a decision or a revision changes one of the two receipts. */
const MARK = (sale: string, storeNo: string, receiptSeq: string) =>
  `(SELECT coalesce(sum(r.revision::bigint * 1000000 + r.last_decision_no), 0)::bigint FROM receipt r
    WHERE r.document_id = ${sale})
   + (SELECT coalesce(sum(r.revision::bigint * 1000000 + r.last_decision_no), 0)::bigint FROM receipt r
      WHERE r.store_no = ${storeNo} AND r.receipt_seq = ${receiptSeq})`;

/** After both receipts were written, under their locks. */
export async function addPartlyLinked(tx: Tx, receipts: readonly PartlyLinkedReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.query(
    `INSERT INTO partly_linked_receipt (store_no, receipt_seq, recorded_at, sale_document_id, mark)
     SELECT w.store_no, w.receipt_seq, now(), w.sale, ${MARK('w.sale', 'w.store_no', 'w.receipt_seq')}
     FROM unnest($1::int[], $2::bigint[], $3::uuid[]) w(store_no, receipt_seq, sale)
     ON CONFLICT (store_no, receipt_seq) DO UPDATE
     SET sale_document_id = excluded.sale_document_id, mark = excluded.mark`,
    [
      integerArray(receipts.map(({ storeNo }) => storeNo)),
      integerArray(receipts.map(({ receiptSeq }) => receiptSeq)),
      textArray(receipts.map(({ saleDocumentId }) => saleDocumentId)),
    ],
  );
}

/** Those of which something was decided since, the oldest first. */
export async function readRelinkable(database: Transactor, limit: number): Promise<WaitingReceipt[]> {
  const { rows } = await database.query<WaitingReceiptRow>(
    `SELECT s.store_id, p.store_no, p.receipt_seq FROM partly_linked_receipt p JOIN store_name s USING (store_no)
     WHERE p.recorded_at > now() - interval '${LINK_WAIT}'
       AND p.mark <> ${MARK('p.sale_document_id', 'p.store_no', 'p.receipt_seq')}
     ORDER BY p.recorded_at, p.store_no, p.receipt_seq LIMIT $1`,
    [limit],
  );
  return rows.map(waitingReceiptOf);
}

/** Answers the document of the receipt, where lines of it still wait; they do no more. */
export async function takePartlyLinked(tx: Tx, place: ReceiptPlace): Promise<string | null> {
  const { rows } = await tx.query<{ document_id: string }>(
    `DELETE FROM partly_linked_receipt p USING receipt r
     WHERE p.store_no = $1 AND p.receipt_seq = $2 AND r.store_no = p.store_no AND r.receipt_seq = p.receipt_seq
     RETURNING r.document_id`,
    [place.storeNo, place.receiptSeq],
  );
  return rows[0]?.document_id ?? null;
}
