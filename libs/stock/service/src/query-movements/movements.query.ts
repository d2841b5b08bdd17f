import type { Result } from '@potok/kernel/result';
import { fail, ok } from '@potok/kernel/result';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { MovementView } from '@potok/stock-contracts/stock-http';
import { readAsOf } from '../storage/as-of';
import type { StoreAsOf } from '../storage/as-of';
import { accountOf, postingKindOf } from '../storage/codes';

export interface MovementsQuestion {
  readonly storeId: string;
  readonly productId: string;
  readonly locationId: string | null;
  /** Movements up to this one; null = all. */
  readonly upToSeq: number | null;
  readonly afterSeq: number;
  readonly limit: number;
}

export interface ExplainedMovement extends MovementView {
  readonly balanceAfterMilli: number;
}

export interface MovementsFound {
  readonly asOf: StoreAsOf['asOf'];
  /** Balance before the first movement listed. */
  readonly openingMilli: number;
  readonly movements: readonly ExplainedMovement[];
  readonly next: string | null;
}

export type MovementsError = 'storeUnknown' | 'productUnknown' | 'sequenceAhead';

interface MovementRow {
  readonly movement_seq: bigint;
  readonly line_no: number;
  readonly leg: number;
  readonly debit: number;
  readonly credit: number;
  readonly quantity_milli: bigint;
  readonly amount_kopecks: bigint;
  readonly cost_kopecks: bigint | null;
  readonly reverses: bigint | null;
  readonly location_id: string;
  readonly kind: number;
  readonly document_id: string;
  readonly revision: number;
  readonly decision_no: number;
  readonly ledger_at: Date;
  readonly recorded_at: Date;
  readonly root_seq: bigint | null;
  readonly delta_milli: bigint;
}

/**
 * Movements of a product in a store, oldest first, each with the balance after it: the explanation of a balance down
 * to the documents. A closed week is read by product, the week that is being written by the store's range.
 */
export class MovementsQuery {
  constructor(private readonly database: Transactor) {}

  find(question: MovementsQuestion): Promise<Result<MovementsFound, MovementsError>> {
    return this.database.tx(
      async (tx) => {
        const store = await readAsOf(tx, question.storeId);
        if (store === null) return fail('storeUnknown');
        if ((question.upToSeq ?? 0) > store.asOf.movementSeq) return fail('sequenceAhead');
        const productNo = await productNoOf(tx, question.productId);
        if (productNo === null) return fail('productUnknown');
        const upTo = question.upToSeq ?? store.asOf.movementSeq;
        const place = { question, storeNo: store.storeNo, productNo, upTo };
        const openingMilli = await readOpening(tx, place);
        const rows = await readMovements(tx, place);
        const page = rows.slice(0, question.limit);
        const movements = explained(page, question.productId, openingMilli);
        const last = movements.at(-1);
        return ok({
          asOf: { ...store.asOf, movementSeq: upTo },
          openingMilli,
          movements,
          next: rows.length > page.length && last !== undefined ? String(last.movementSeq) : null,
        });
      },
      { isolation: 'repeatable read', readOnly: true },
    );
  }
}

interface Place {
  readonly question: MovementsQuestion;
  readonly storeNo: number;
  readonly productNo: number;
  readonly upTo: number;
}

async function productNoOf(tx: Tx, productId: string): Promise<number | null> {
  const { rows } = await tx.query<{ product_no: number }>(
    'SELECT product_no FROM product_name WHERE product_id = $1',
    [productId],
  );
  return rows[0]?.product_no ?? null;
}

async function readOpening(tx: Tx, place: Place): Promise<number> {
  if (place.question.afterSeq === 0) return 0;
  const { rows } = await tx.query<{ opening: bigint }>(
    `SELECT coalesce(sum(stock_delta(m.debit, m.credit, m.quantity_milli)), 0)::bigint AS opening
     FROM movement m JOIN location_name l USING (location_no)
     WHERE m.store_no = $1 AND m.product_no = $2 AND m.movement_seq <= $3 AND ($4::text IS NULL OR l.location_id = $4)`,
    [place.storeNo, place.productNo, place.question.afterSeq, place.question.locationId],
  );
  return Number(rows[0]?.opening ?? 0n);
}

async function readMovements(tx: Tx, place: Place): Promise<readonly MovementRow[]> {
  const { rows } = await tx.query<MovementRow>(
    `SELECT m.movement_seq, m.line_no, m.leg, m.debit, m.credit, m.quantity_milli, m.amount_kopecks, m.cost_kopecks,
       m.reverses, l.location_id, p.kind, p.document_id, p.revision, p.decision_no, p.ledger_at, p.recorded_at, p.root_seq,
       stock_delta(m.debit, m.credit, m.quantity_milli) AS delta_milli
     FROM movement m
     JOIN posting p ON p.store_no = m.store_no AND p.posting_seq = m.posting_seq
     JOIN location_name l USING (location_no)
     WHERE m.store_no = $1 AND m.product_no = $2 AND m.movement_seq > $3 AND m.movement_seq <= $4
       AND ($5::text IS NULL OR l.location_id = $5)
     ORDER BY m.movement_seq LIMIT $6`,
    [
      place.storeNo,
      place.productNo,
      place.question.afterSeq,
      place.upTo,
      place.question.locationId,
      place.question.limit + 1,
    ],
  );
  return rows;
}

function explained(
  rows: readonly MovementRow[],
  productId: string,
  openingMilli: number,
): ExplainedMovement[] {
  let balanceMilli = openingMilli;
  return rows.map((row) => {
    const stockDeltaMilli = Number(row.delta_milli);
    balanceMilli += stockDeltaMilli;
    return {
      movementSeq: Number(row.movement_seq),
      movementId: [row.document_id, row.revision, row.line_no, row.decision_no, row.leg].join('/'),
      kind: postingKindOf(row.kind),
      documentId: row.document_id,
      revision: row.revision,
      lineNo: row.line_no,
      productId,
      locationId: row.location_id,
      debit: accountOf(row.debit),
      credit: accountOf(row.credit),
      quantityMilli: Number(row.quantity_milli),
      amountKopecks: Number(row.amount_kopecks),
      costKopecks: row.cost_kopecks === null ? null : Number(row.cost_kopecks),
      stockDeltaMilli,
      reverses: row.reverses === null ? null : Number(row.reverses),
      ledgerAt: row.ledger_at.toISOString(),
      recordedAt: row.recorded_at.toISOString(),
      rootSeq: row.root_seq === null ? null : Number(row.root_seq),
      balanceAfterMilli: balanceMilli,
    };
  });
}
