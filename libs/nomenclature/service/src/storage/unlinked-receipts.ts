import type { SaleReference } from '@potok/nomenclature-domain/sale-reference';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { ReceiptPlace } from './receipt-table';

/** A receipt that names one that is not there yet. */
export interface UnlinkedReceipt extends ReceiptPlace {
  readonly references: readonly SaleReference[];
  readonly recordedAtMs: number;
}

export interface WaitingReceipt extends ReceiptPlace {
  readonly storeId: string;
}

/** How long the named one is waited for: spools of registers are emptied long before. */
export const LINK_WAIT = '30 days';

export async function addUnlinked(tx: Tx, receipts: readonly UnlinkedReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.query(
    `INSERT INTO unlinked_receipt (store_no, receipt_seq, recorded_at, document_ids, identity_keys, fpd)
     SELECT (r->>'storeNo')::int, (r->>'receiptSeq')::bigint, to_timestamp((r->>'recordedAtMs')::bigint / 1000.0),
            ARRAY(SELECT jsonb_array_elements_text(r->'documentIds'))::uuid[],
            ARRAY(SELECT jsonb_array_elements_text(r->'keys')), (r->>'fpd')::bigint
     FROM jsonb_array_elements($1::jsonb) r ON CONFLICT DO NOTHING`,
    [JSON.stringify(receipts.map(rowOf))],
  );
}

function rowOf({ references, ...receipt }: UnlinkedReceipt) {
  return {
    ...receipt,
    documentIds: references.flatMap((reference) => ('documentId' in reference ? [reference.documentId] : [])),
    keys: references.flatMap((reference) => ('key' in reference ? [reference.key] : [])),
    fpd: references.find((reference) => reference.by === 'fpd')?.fpd ?? null,
  };
}

/** Receipts whose named one seems to have come, the oldest first. */
export async function readLinkable(database: Transactor, limit: number): Promise<WaitingReceipt[]> {
  const { rows } = await database.query<WaitingReceiptRow>(
    `SELECT s.store_id, u.store_no, u.receipt_seq FROM unlinked_receipt u JOIN store_name s USING (store_no)
     WHERE u.recorded_at > now() - interval '${LINK_WAIT}' AND (
       EXISTS (SELECT FROM receipt r WHERE r.document_id = ANY(u.document_ids))
       OR EXISTS (SELECT FROM receipt_identity i WHERE i.identity_key = ANY(u.identity_keys))
       OR EXISTS (SELECT FROM receipt r WHERE r.fpd = u.fpd AND NOT r.ended))
     ORDER BY u.recorded_at, u.store_no, u.receipt_seq LIMIT $1`,
    [limit],
  );
  return rows.map(waitingReceiptOf);
}

export interface WaitingReceiptRow {
  readonly store_id: string;
  readonly store_no: number;
  readonly receipt_seq: bigint;
}

export function waitingReceiptOf(row: WaitingReceiptRow): WaitingReceipt {
  return { storeId: row.store_id, storeNo: row.store_no, receiptSeq: Number(row.receipt_seq) };
}

/** Answers the document of the receipt, where it still waits; it does no more. */
export async function takeUnlinked(tx: Tx, place: ReceiptPlace): Promise<string | null> {
  const { rows } = await tx.query<{ document_id: string }>(
    `DELETE FROM unlinked_receipt u USING receipt r
     WHERE u.store_no = $1 AND u.receipt_seq = $2 AND r.store_no = u.store_no AND r.receipt_seq = u.receipt_seq
     RETURNING r.document_id`,
    [place.storeNo, place.receiptSeq],
  );
  return rows[0]?.document_id ?? null;
}
