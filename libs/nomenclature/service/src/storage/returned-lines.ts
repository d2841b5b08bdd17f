import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReceiptPlace } from './receipt-table';

/** A line of a customer's return, by the line of the sale that it brings back. */
export interface ReturnedLineRow {
  readonly saleDocumentId: string;
  readonly saleLineNo: number;
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly lineNo: number;
  readonly quantityMilli: number;
}

/** What came back so far, by document and line of the sale. The sales are locked by the caller. */
export async function readReturned(
  tx: Tx,
  saleDocumentIds: readonly string[],
): Promise<Map<string, Map<number, number>>> {
  const returned = new Map<string, Map<number, number>>();
  if (saleDocumentIds.length === 0) return returned;
  const { rows } = await tx.query<{ sale_document_id: string; sale_line_no: number; quantity_milli: bigint }>(
    `SELECT sale_document_id, sale_line_no, sum(quantity_milli)::bigint AS quantity_milli FROM returned_line
     WHERE sale_document_id = ANY($1::uuid[]) GROUP BY sale_document_id, sale_line_no`,
    [textArray([...new Set(saleDocumentIds)])],
  );
  for (const row of rows) {
    const lines = returned.get(row.sale_document_id) ?? new Map<number, number>();
    returned.set(row.sale_document_id, lines.set(row.sale_line_no, Number(row.quantity_milli)));
  }
  return returned;
}

/** What a return brought back is counted anew. The sales are locked by the caller. */
export async function forgetReturned(tx: Tx, { storeNo, receiptSeq }: ReceiptPlace): Promise<void> {
  await tx.query('DELETE FROM returned_line WHERE store_no = $1 AND receipt_seq = $2', [storeNo, receiptSeq]);
}

export async function addReturned(tx: Tx, lines: readonly ReturnedLineRow[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `INSERT INTO returned_line (sale_document_id, sale_line_no, store_no, receipt_seq, line_no, quantity_milli)
     SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::bigint[], $5::int[], $6::bigint[])`,
    [
      textArray(lines.map(({ saleDocumentId }) => saleDocumentId)),
      integerArray(lines.map(({ saleLineNo }) => saleLineNo)),
      integerArray(lines.map(({ storeNo }) => storeNo)),
      integerArray(lines.map(({ receiptSeq }) => receiptSeq)),
      integerArray(lines.map(({ lineNo }) => lineNo)),
      integerArray(lines.map(({ quantityMilli }) => quantityMilli)),
    ],
  );
}
