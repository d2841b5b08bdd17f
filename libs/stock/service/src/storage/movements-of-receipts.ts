import type { MovementDraft, PostedMovement } from '@potok/stock-domain/movement';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { accountOf } from './codes';

export interface ReceiptPlace {
  readonly storeNo: number;
  readonly receiptSeq: number;
}

/** When the goods of a receipt moved: what is posted about it later belongs to the same moment. */
export interface ReceiptOrigin {
  readonly ledgerAtMs: number;
  readonly businessDay: number;
}

interface JustPosted {
  readonly firstMovementSeq: number;
  readonly origin: ReceiptOrigin;
}

interface MovementOfReceiptRow {
  store_no: number;
  receipt_seq: bigint;
  ledger_at: Date;
  business_day: number;
  movement_seq: bigint;
  line_no: number;
  leg: number;
  product_no: number;
  location_no: number;
  debit: number;
  credit: number;
  quantity_milli: bigint;
  amount_kopecks: bigint;
  cost_kopecks: bigint | null;
  reverses: bigint | null;
}

export function receiptKey(storeNo: number, receiptSeq: number): string {
  return `${String(storeNo)}/${String(receiptSeq)}`;
}

/**
 * What the receipts that are decided anew have posted: from the tables, and what this batch itself posts. Empty, and
 * without any statement, in a batch that decides nothing anew.
 */
export class MovementsOfReceipts {
  private readonly movements = new Map<string, PostedMovement[]>();
  private readonly origins = new Map<string, ReceiptOrigin>();

  static async load(tx: Tx, places: readonly ReceiptPlace[]): Promise<MovementsOfReceipts> {
    const result = new MovementsOfReceipts();
    if (places.length === 0) return result;
    for (const place of places) result.movements.set(receiptKey(place.storeNo, place.receiptSeq), []);
    const { rows } = await tx.query<MovementOfReceiptRow>(
      `SELECT p.store_no, p.receipt_seq, p.ledger_at, p.business_date - '1970-01-01'::date AS business_day,
              m.movement_seq, m.line_no, m.leg, m.product_no, m.location_no, m.debit, m.credit, m.quantity_milli,
              m.amount_kopecks, m.cost_kopecks, m.reverses
       FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::bigint[])) r(store_no, receipt_seq)
       JOIN posting p ON p.store_no = r.store_no AND p.receipt_seq = r.receipt_seq
       JOIN movement m ON m.store_no = p.store_no AND m.movement_seq >= p.first_movement_seq
         AND m.movement_seq < p.first_movement_seq + p.movement_count
         AND m.recorded_on = (p.recorded_at AT TIME ZONE 'UTC')::date`,
      [
        integerArray(places.map((place) => place.storeNo)),
        integerArray(places.map((place) => place.receiptSeq)),
      ],
    );
    for (const row of rows) result.addRow(row);
    return result;
  }

  /** True when the batch decides nothing anew. */
  get empty(): boolean {
    return this.movements.size === 0;
  }

  of(key: string): readonly PostedMovement[] {
    return this.movements.get(key) ?? [];
  }

  origin(key: string): ReceiptOrigin | null {
    return this.origins.get(key) ?? null;
  }

  /** Joins what was just numbered, where a later event of the batch needs it. */
  add(key: string, drafts: readonly MovementDraft[], posted: JustPosted): void {
    const movements = this.movements.get(key);
    if (movements === undefined) return;
    const { firstMovementSeq, origin } = posted;
    if (!this.origins.has(key)) this.origins.set(key, origin);
    drafts.forEach((draft, index) => movements.push({ ...draft, movementSeq: firstMovementSeq + index }));
  }

  private addRow(row: MovementOfReceiptRow): void {
    const key = receiptKey(row.store_no, Number(row.receipt_seq));
    this.origins.set(key, { ledgerAtMs: row.ledger_at.getTime(), businessDay: row.business_day });
    this.movements.get(key)?.push({
      movementSeq: Number(row.movement_seq),
      lineNo: row.line_no,
      leg: row.leg,
      productNo: row.product_no,
      locationNo: row.location_no,
      debit: accountOf(row.debit),
      credit: accountOf(row.credit),
      quantityMilli: Number(row.quantity_milli),
      amountKopecks: Number(row.amount_kopecks),
      costKopecks: row.cost_kopecks === null ? null : Number(row.cost_kopecks),
      reverses: row.reverses === null ? null : Number(row.reverses),
    });
  }
}
