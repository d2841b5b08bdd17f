import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';

const BLOCKS_PER_STORE = 4;

/** The latest receipts of every store, at most so many: from the last blocks of their streams. */
export async function readLatestReceipts(tx: Tx, limit: number): Promise<ReceiptRegisteredV1[]> {
  const receipts: ReceiptRegisteredV1[] = [];
  const { rows } = await tx.query<{ store_no: number; epoch: number; first_seq: bigint }>(
    `SELECT b.store_no, b.epoch, b.first_seq FROM store_name s CROSS JOIN LATERAL (
       SELECT store_no, epoch, first_seq FROM event_block WHERE store_no = s.store_no
       ORDER BY epoch DESC, first_seq DESC LIMIT ${String(BLOCKS_PER_STORE)}) b
     ORDER BY b.store_no, b.epoch DESC, b.first_seq DESC`,
  );
  const perBlock = Math.max(1, Math.ceil(limit / Math.max(1, rows.length)));
  for (const row of rows) {
    const read = await tx.query<{ bytes: Buffer }>(
      'SELECT bytes FROM event_block WHERE store_no = $1 AND epoch = $2 AND first_seq = $3',
      [row.store_no, row.epoch, row.first_seq],
    );
    for (const { bytes } of read.rows) {
      for (const value of decodeEventBlock(bytes).slice(-perBlock)) {
        const event = JSON.parse(value.toString('utf8')) as ReceiptRegisteredV1 | LinesDecidedV1;
        if ('document' in event) receipts.push(event);
      }
    }
  }
  return receipts.slice(0, limit);
}
