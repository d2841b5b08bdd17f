import type { Result } from '@potok/kernel/result';
import { fail, ok } from '@potok/kernel/result';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { movementSeqKnownAt, readAsOf } from '../storage/as-of';
import type { StoreAsOf } from '../storage/as-of';

export interface BalancesQuestion {
  readonly storeId: string;
  readonly locationId: string | null;
  readonly productId: string | null;
  /** As it stood after this movement of the store. */
  readonly asOfMovementSeq: number | null;
  /** As it was known at this moment (recordedAt). Milliseconds. */
  readonly knownAtMs: number | null;
  readonly after: string | null;
  readonly limit: number;
}

export interface Balance {
  readonly storeId: string;
  readonly locationId: string;
  readonly productId: string;
  readonly quantityMilli: number;
}

export interface BalancesFound {
  readonly asOf: StoreAsOf['asOf'];
  readonly balances: readonly Balance[];
  readonly next: string | null;
}

export type BalancesError = 'storeUnknown' | 'sequenceAhead' | 'cursorInvalid';

interface BalanceRow {
  readonly product_no: number;
  readonly location_no: number;
  readonly product_id: string;
  readonly location_id: string;
  readonly quantity_milli: bigint;
}

/** Balances now, after a movement, or as known at a moment: what is later is taken back from what is now. */
export class BalancesQuery {
  constructor(private readonly database: Transactor) {}

  find(question: BalancesQuestion): Promise<Result<BalancesFound, BalancesError>> {
    return this.database.tx(
      async (tx) => {
        const store = await readAsOf(tx, question.storeId);
        if (store === null) return fail('storeUnknown');
        const upTo = await upToSeq(tx, store, question);
        if (upTo > store.asOf.movementSeq) return fail('sequenceAhead');
        const after = cursorOf(question.after);
        if (after === null) return fail('cursorInvalid');
        const rows = await readBalances(tx, { question, storeNo: store.storeNo, upTo, after });
        const last = rows.length > question.limit ? rows[question.limit - 1] : undefined;
        return ok({
          asOf: { ...store.asOf, movementSeq: upTo },
          balances: rows.slice(0, question.limit).map((row) => ({
            storeId: question.storeId,
            locationId: row.location_id,
            productId: row.product_id,
            quantityMilli: Number(row.quantity_milli),
          })),
          next: last === undefined ? null : `${String(last.product_no)}-${String(last.location_no)}`,
        });
      },
      { isolation: 'repeatable read', readOnly: true },
    );
  }
}

async function upToSeq(tx: Tx, store: StoreAsOf, question: BalancesQuestion): Promise<number> {
  if (question.asOfMovementSeq !== null) return question.asOfMovementSeq;
  if (question.knownAtMs !== null) return movementSeqKnownAt(tx, store.storeNo, question.knownAtMs);
  return store.asOf.movementSeq;
}

/** `productNo-locationNo` of the last row of the page before. */
function cursorOf(after: string | null): readonly [number, number] | null {
  if (after === null) return [0, 0];
  const parts = /^(\d{1,10})-(\d{1,10})$/.exec(after);
  return parts === null ? null : [Number(parts[1]), Number(parts[2])];
}

interface BalancesRead {
  readonly question: BalancesQuestion;
  readonly storeNo: number;
  readonly upTo: number;
  readonly after: readonly [number, number];
}

async function readBalances(tx: Tx, read: BalancesRead): Promise<readonly BalanceRow[]> {
  const { rows } = await tx.query<BalanceRow>(
    `SELECT b.product_no, b.location_no, p.product_id, l.location_id, b.quantity_milli - coalesce(later.quantity_milli, 0) AS quantity_milli
     FROM balance_now b
     JOIN product_name p USING (product_no) JOIN location_name l USING (location_no)
     LEFT JOIN (
       SELECT m.product_no, m.location_no, sum(stock_delta(m.debit, m.credit, m.quantity_milli))::bigint AS quantity_milli
       FROM movement m WHERE m.store_no = $1 AND m.movement_seq > $2 GROUP BY 1, 2
     ) later USING (product_no, location_no)
     WHERE b.store_no = $1 AND ($3::text IS NULL OR p.product_id = $3) AND ($4::text IS NULL OR l.location_id = $4)
       AND (b.product_no, b.location_no) > ($5, $6)
     ORDER BY b.product_no, b.location_no LIMIT $7`,
    [
      read.storeNo,
      read.upTo,
      read.question.productId,
      read.question.locationId,
      read.after[0],
      read.after[1],
      read.question.limit + 1,
    ],
  );
  return rows;
}
