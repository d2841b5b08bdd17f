import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import { holdingRows } from '@potok/reporting-domain/bi-rows/later-rows';
import { readRow, valuesOf } from './row-json';
import type { RowGroup } from './row-json';

/** A receipt about which a later event came. */
export interface WantedReceipt {
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly documentId: string;
}

function keyOf(storeNo: number, documentId: string): string {
  return `${String(storeNo)}/${documentId}`;
}

/** The rows that earlier events about these receipts led to: stored ones, and those of the batch in hand. */
export class EarlierRows {
  private readonly rows = new Map<string, BiReceiptLineV1[]>();

  static async load(tx: Tx, wanted: readonly WantedReceipt[]): Promise<EarlierRows> {
    const earlier = new EarlierRows();
    for (const { storeNo, documentId } of wanted) earlier.rows.set(keyOf(storeNo, documentId), []);
    if (wanted.length === 0) return earlier;
    for (const block of await readBlocks(tx, wanted)) earlier.take(block);
    return earlier;
  }

  /** False where no event of the batch asks for them: nothing need be remembered. */
  wants(storeNo: number, documentId: string): boolean {
    return this.rows.has(keyOf(storeNo, documentId));
  }

  add(storeNo: number, documentId: string, group: RowGroup): void {
    if (group.rows === 0) return;
    this.rows.get(keyOf(storeNo, documentId))?.push(...valuesOf(group.bytes).map(readRow));
  }

  holding(storeNo: number, documentId: string): Map<number, BiReceiptLineV1> {
    return holdingRows(this.rows.get(keyOf(storeNo, documentId)) ?? []);
  }

  private take({ store_no: storeNo, bytes }: StoredBlock): void {
    for (const value of decodeEventBlock(bytes).flatMap(valuesOf)) {
      const row = readRow(value);
      this.rows.get(keyOf(storeNo, row.document_id))?.push(row);
    }
  }
}

interface StoredBlock {
  readonly store_no: number;
  readonly bytes: Buffer;
}

/** Each block once, whose receipts are among those that are asked for or among later events about them. */
async function readBlocks(tx: Tx, wanted: readonly WantedReceipt[]): Promise<readonly StoredBlock[]> {
  const { rows } = await tx.query<StoredBlock>(
    `WITH receipt AS (
       SELECT * FROM unnest($1::int[], $2::bigint[]) AS asked (store_no, seq)
     ), event AS (
       SELECT store_no, seq FROM receipt
       UNION
       SELECT later.store_no, later.later_seq FROM bi_later_event later
       JOIN receipt ON later.store_no = receipt.store_no AND later.receipt_seq = receipt.seq
     ), place AS (
       SELECT DISTINCT block.store_no, block.epoch, block.first_row_seq FROM event
       CROSS JOIN LATERAL (
         SELECT b.store_no, b.epoch, b.first_row_seq, b.first_receipt_seq FROM bi_row_block b
         WHERE b.store_no = event.store_no AND b.last_receipt_seq >= event.seq
         ORDER BY b.store_no, b.last_receipt_seq LIMIT 1
       ) AS block
       WHERE block.first_receipt_seq <= event.seq
     )
     SELECT block.store_no, block.bytes FROM place
     JOIN bi_row_block block USING (store_no, epoch, first_row_seq)
     ORDER BY block.store_no, block.epoch, block.first_row_seq`,
    [
      integerArray(wanted.map(({ storeNo }) => storeNo)),
      integerArray(wanted.map(({ receiptSeq }) => receiptSeq)),
    ],
  );
  return rows;
}
