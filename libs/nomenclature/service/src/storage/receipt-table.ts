import { booleanArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** A receipt as it stands on one store's stream. */
export interface ReceiptState {
  readonly documentId: string;
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly revision: number;
  readonly lastDecisionNo: number;
  readonly rootSeq: number;
  /** Withdrawn or merged: nothing of it stands. */
  readonly ended: boolean;
  /** Of a sale: its packed lines. */
  readonly sold: Uint8Array | null;
}

interface StateRow {
  readonly document_id: string;
  readonly store_no: number;
  readonly receipt_seq: bigint;
  readonly revision: number;
  readonly last_decision_no: number;
  readonly root_seq: bigint;
  readonly ended: boolean;
  readonly sold: Buffer | null;
}

/** Every receipt of these documents, in all stores, locked in sorted order until the transaction ends. */
export async function lockReceipts(tx: Tx, documentIds: readonly string[]): Promise<ReceiptState[]> {
  if (documentIds.length === 0) return [];
  const { rows } = await tx.query<StateRow>(
    `SELECT document_id, store_no, receipt_seq, revision, last_decision_no, root_seq, ended, sold
     FROM receipt WHERE document_id = ANY($1::uuid[]) ORDER BY document_id, store_no, receipt_seq FOR UPDATE`,
    [textArray([...new Set(documentIds)])],
  );
  return rows.map((row) => ({
    documentId: row.document_id,
    storeNo: row.store_no,
    receiptSeq: Number(row.receipt_seq),
    revision: row.revision,
    lastDecisionNo: row.last_decision_no,
    rootSeq: Number(row.root_seq),
    ended: row.ended,
    sold: row.sold,
  }));
}

export interface RevisedReceipt {
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly revision: number;
  readonly rootSeq: number;
  readonly ended: boolean;
  /** Null = as before. */
  readonly fpd: number | null;
  /** Packed lines; null = as before. */
  readonly sold: Uint8Array | null;
}

/** What a revision leaves: decisions count from one again. */
export async function reviseReceipts(tx: Tx, revised: readonly RevisedReceipt[]): Promise<void> {
  if (revised.length === 0) return;
  await tx.query(
    `UPDATE receipt r SET revision = w.revision, last_decision_no = 0, root_seq = w.root_seq, ended = w.ended,
       fpd = coalesce(w.fpd, r.fpd), sold = coalesce(decode(w.sold, 'hex'), r.sold)
     FROM unnest($1::int[], $2::bigint[], $3::int[], $4::bigint[], $5::boolean[], $6::bigint[], $7::text[])
       w(store_no, receipt_seq, revision, root_seq, ended, fpd, sold)
     WHERE r.store_no = w.store_no AND r.receipt_seq = w.receipt_seq`,
    [
      integerArray(revised.map(({ storeNo }) => storeNo)),
      integerArray(revised.map(({ receiptSeq }) => receiptSeq)),
      integerArray(revised.map(({ revision }) => revision)),
      integerArray(revised.map(({ rootSeq }) => rootSeq)),
      booleanArray(revised.map(({ ended }) => ended)),
      integerArray(revised.map(({ fpd }) => fpd)),
      textArray(revised.map(({ sold }) => (sold === null ? null : Buffer.from(sold).toString('hex')))),
    ],
  );
}

export interface ReceiptPlace {
  readonly storeNo: number;
  readonly receiptSeq: number;
}

const FORGOTTEN = [
  'unmatched_line',
  'undecided_line',
  'returned_line',
  'unlinked_receipt',
  'partly_linked_receipt',
] as const;

/** A revision decides these receipts from the beginning: what waited, was asked or came back by them is taken away. */
export async function forgetLines(tx: Tx, places: readonly ReceiptPlace[]): Promise<void> {
  if (places.length === 0) return;
  const wanted = [
    integerArray(places.map(({ storeNo }) => storeNo)),
    integerArray(places.map(({ receiptSeq }) => receiptSeq)),
  ];
  for (const table of FORGOTTEN) {
    await tx.query(
      `DELETE FROM ${table} t USING unnest($1::int[], $2::bigint[]) w(store_no, receipt_seq)
       WHERE t.store_no = w.store_no AND t.receipt_seq = w.receipt_seq`,
      wanted,
    );
  }
}

export interface IdentityRow {
  readonly key: string;
  readonly documentId: string;
}

export async function addIdentities(tx: Tx, rows: readonly IdentityRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sorted = [...rows].sort((one, other) => (one.key < other.key ? -1 : 1));
  await tx.query(
    `INSERT INTO receipt_identity (identity_key, document_id) SELECT * FROM unnest($1::text[], $2::uuid[])
     ON CONFLICT DO NOTHING`,
    [textArray(sorted.map(({ key }) => key)), textArray(sorted.map(({ documentId }) => documentId))],
  );
}
