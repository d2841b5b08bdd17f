import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { lockReceipts } from './receipt-table';
import { SoldLinesPacker, unpackSoldLines } from './sold-lines';

/** What a line has come to by a later decision. */
export interface FollowedLine {
  readonly receiptSeq: number;
  readonly lineNo: number;
  readonly productNo: number;
  readonly quantityMilli: number;
  /** The line of the sale that it returns, where that is known. */
  readonly saleLineNo?: number | undefined;
}

/** Lines that are decided anew are looked for, and counted, as what they are now: sold ones and returned ones. */
export async function followLinks(tx: Tx, storeNo: number, lines: readonly FollowedLine[]): Promise<void> {
  if (lines.length === 0) return;
  await followSold(tx, storeNo, lines);
  const returned = lines.filter(({ saleLineNo }) => saleLineNo !== undefined);
  if (returned.length > 0) await followReturned(tx, storeNo, returned);
}

async function followSold(tx: Tx, storeNo: number, lines: readonly FollowedLine[]): Promise<void> {
  const { rows } = await tx.query<{ receipt_seq: bigint; sold: Buffer }>(
    `SELECT receipt_seq, sold FROM receipt
     WHERE store_no = $1 AND receipt_seq = ANY($2::bigint[]) AND sold IS NOT NULL ORDER BY document_id FOR UPDATE`,
    [storeNo, integerArray([...new Set(lines.map(({ receiptSeq }) => receiptSeq))])],
  );
  if (rows.length === 0) return;
  const anew = new Map(lines.map((line) => [`${String(line.receiptSeq)}/${String(line.lineNo)}`, line]));
  const packer = new SoldLinesPacker();
  const packed = rows.map(({ receipt_seq, sold }) => {
    const now = unpackSoldLines(sold).map((line) => ({
      ...line,
      ...anew.get(`${String(receipt_seq)}/${String(line.lineNo)}`),
    }));
    return Buffer.from(packer.pack(now)).toString('hex');
  });
  await tx.query(
    `UPDATE receipt r SET sold = decode(w.sold, 'hex') FROM unnest($2::bigint[], $3::text[]) w(receipt_seq, sold)
     WHERE r.store_no = $1 AND r.receipt_seq = w.receipt_seq`,
    [storeNo, integerArray(rows.map((row) => row.receipt_seq)), textArray(packed)],
  );
}

/** Under the locks of the sales, as everything that counts what came back. */
async function followReturned(tx: Tx, storeNo: number, lines: readonly FollowedLine[]): Promise<void> {
  const { rows } = await tx.query<{ sale_document_id: string }>(
    `SELECT DISTINCT sale_document_id FROM returned_line WHERE store_no = $1 AND receipt_seq = ANY($2::bigint[])`,
    [storeNo, integerArray([...new Set(lines.map(({ receiptSeq }) => receiptSeq))])],
  );
  if (rows.length === 0) return;
  await lockReceipts(
    tx,
    rows.map((row) => row.sale_document_id),
  );
  await tx.query(
    `UPDATE returned_line l SET quantity_milli = w.quantity_milli
     FROM unnest($2::bigint[], $3::int[], $4::bigint[]) w(receipt_seq, line_no, quantity_milli)
     WHERE l.store_no = $1 AND l.receipt_seq = w.receipt_seq AND l.line_no = w.line_no`,
    [
      storeNo,
      integerArray(lines.map(({ receiptSeq }) => receiptSeq)),
      integerArray(lines.map(({ lineNo }) => lineNo)),
      integerArray(lines.map(({ quantityMilli }) => quantityMilli)),
    ],
  );
}
