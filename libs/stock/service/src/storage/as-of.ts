import type { Tx } from '@potok/platform-postgres/tx';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import type { RegisterCompletenessView } from '@potok/retail/register-completeness';
import { movementsTopic } from '@potok/stock-contracts/topics';
import { RECEIPTS_CONSUMER } from '../apply-receipts/receipts-consumer-name';
import { readIncompleteRegisters } from './incomplete-registers';

/** As of when a figure of a store holds: read in the same snapshot as the figure. */
export interface StoreAsOf {
  readonly storeNo: number;
  readonly storeId: string;
  readonly asOf: {
    readonly topic: string;
    readonly movementSeq: number;
    readonly appliedReceiptSeq: number;
    readonly recordedAt: string | null;
    /** As they are known now, also when the figure is of an earlier moment. */
    readonly incompleteRegisters: readonly RegisterCompletenessView[];
  };
}

interface AsOfRow {
  readonly store_no: number;
  readonly last_movement_seq: bigint;
  readonly applied_seq: bigint | null;
  readonly recorded_at: Date | null;
}

/** null when nothing was ever posted in the store. */
export async function readAsOf(tx: Tx, storeId: string): Promise<StoreAsOf | null> {
  const { rows } = await tx.query<AsOfRow>(
    `SELECT s.store_no, s.last_movement_seq,
       (SELECT seq FROM stream_applied WHERE consumer = $2 AND topic = $3 AND stream_key = $1) AS applied_seq,
       (SELECT recorded_at FROM posting p WHERE p.store_no = s.store_no ORDER BY posting_seq DESC LIMIT 1) AS recorded_at
     FROM store_ledger s WHERE s.store_id = $1`,
    [storeId, RECEIPTS_CONSUMER, receiptsTopic.name],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    storeNo: row.store_no,
    storeId,
    asOf: {
      topic: movementsTopic.name,
      movementSeq: Number(row.last_movement_seq),
      appliedReceiptSeq: Number(row.applied_seq ?? 0n),
      recordedAt: row.recorded_at?.toISOString() ?? null,
      incompleteRegisters: await readIncompleteRegisters(tx, storeId),
    },
  };
}

/**
 * The last movement of the store that was known at the moment: postings are recorded in order, so a halving search
 * over their sequence needs no index of its own.
 */
export async function movementSeqKnownAt(tx: Tx, storeNo: number, knownAtMs: number): Promise<number> {
  let low = 0;
  let high = await lastPostingSeq(tx, storeNo);
  let known = 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const posting = await postingAtOrBefore(tx, storeNo, middle);
    if (posting !== null && posting.recordedAtMs > knownAtMs) {
      high = Math.min(middle, posting.postingSeq) - 1;
    } else {
      low = middle;
      known = posting?.lastMovementSeq ?? 0;
    }
  }
  return known;
}

async function lastPostingSeq(tx: Tx, storeNo: number): Promise<number> {
  const { rows } = await tx.query<{ posting_seq: bigint }>(
    'SELECT posting_seq FROM posting WHERE store_no = $1 ORDER BY posting_seq DESC LIMIT 1',
    [storeNo],
  );
  return Number(rows[0]?.posting_seq ?? 0n);
}

async function postingAtOrBefore(tx: Tx, storeNo: number, postingSeq: number) {
  const { rows } = await tx.query<{ posting_seq: bigint; recorded_at: Date; last_seq: bigint }>(
    `SELECT posting_seq, recorded_at, first_movement_seq + movement_count - 1 AS last_seq
     FROM posting WHERE store_no = $1 AND posting_seq <= $2 ORDER BY posting_seq DESC LIMIT 1`,
    [storeNo, postingSeq],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    postingSeq: Number(row.posting_seq),
    recordedAtMs: row.recorded_at.getTime(),
    lastMovementSeq: Number(row.last_seq),
  };
}
