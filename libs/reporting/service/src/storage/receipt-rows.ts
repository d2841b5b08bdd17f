import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';
import { OPERATIONS } from '@potok/reporting-domain/codes';
import { sumsOf } from '@potok/reporting-domain/figures';
import { directionOf } from '@potok/reporting-domain/receipt-facts';
import { facetKeyOf } from './facets';
import type { FacetRow } from './facets';
import { loadLines } from './line-rows';
import { receiptKey } from './receipt-state';
import type { CountedReceipt, ReceiptState } from './receipt-state';

export const RECEIPT_COLUMNS =
  'receipt (store_no, receipt_seq, last_seq, root_seq, facet_no, business_date, local_date, occurred_at, document_id, ' +
  'revision, decision_no, stands, counted, operation_counted, line_count, total_kopecks, revenue_kopecks, ' +
  'advance_kopecks, credit_payment_kopecks, agent_kopecks, other_kopecks, discount_kopecks, rounding_kopecks, series, ' +
  'series_number, shift_number, receipt_number, operation_id, return_method, payments, vat_totals, discounts)';

export interface ReceiptKey {
  readonly storeNo: number;
  readonly receiptSeq: number;
}

export interface OperationKey {
  readonly storeNo: number;
  readonly operationId: string;
}

export function encodeReceipt(rows: BinaryRows, { state, operationCounted }: CountedReceipt): void {
  const { facts } = state;
  const sums = sumsOf(facts);
  rows.row(32).int4(state.storeNo).int8(state.receiptSeq).int8(state.lastSeq);
  nullable(rows, state.rootSeq, (value) => rows.int8(value));
  rows
    .int4(state.facetNo)
    .date(facts.businessDay)
    .date(facts.localDay)
    .timestamptz(state.occurredAtMs)
    .uuid(state.documentId)
    .int4(state.revision)
    .int4(state.decisionNo)
    .bool(state.stands)
    .bool(facts.counted)
    .bool(operationCounted)
    .int4(sums.lines)
    .int8(facts.totalKopecks)
    .int8(sums.revenueKopecks)
    .int8(sums.advanceKopecks)
    .int8(sums.creditPaymentKopecks)
    .int8(sums.agentKopecks)
    .int8(sums.otherKopecks)
    .int8(sums.discountKopecks)
    .int8(facts.roundingKopecks)
    .text(state.series);
  nullable(rows, state.seriesNumber, (value) => rows.int8(value));
  nullable(rows, state.shiftNumber, (value) => rows.int8(value));
  nullable(rows, state.receiptNumber, (value) => rows.int8(value));
  nullable(rows, state.operationId, (value) => rows.text(value));
  nullable(rows, state.returnMethod, (value) => rows.int2(value));
  rows.text(`[${facts.payments.join(',')}]`);
  nullable(rows, facts.vatTotals, (value) => rows.text(`[${value.join(',')}]`));
  nullable(rows, facts.discounts, (value) => rows.text(`[${value.join(',')}]`));
}

function nullable<Value>(rows: BinaryRows, value: Value | null, write: (value: Value) => unknown): void {
  if (value === null) rows.null();
  else write(value);
}

export async function deleteReceipts(tx: Tx, keys: readonly ReceiptKey[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `DELETE FROM receipt r USING unnest($1::int[], $2::bigint[]) d(store_no, receipt_seq)
     WHERE r.store_no = d.store_no AND r.receipt_seq = d.receipt_seq`,
    keyArrays(keys),
  );
}

export async function storeOperationCounted(tx: Tx, receipts: readonly CountedReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.query(
    `UPDATE receipt r SET operation_counted = NOT r.operation_counted
     FROM unnest($1::int[], $2::bigint[]) c(store_no, receipt_seq)
     WHERE r.store_no = c.store_no AND r.receipt_seq = c.receipt_seq`,
    keyArrays(receipts.map(({ state }) => state)),
  );
}

function keyArrays(keys: readonly ReceiptKey[]): string[] {
  return [
    integerArray(keys.map(({ storeNo }) => storeNo)),
    integerArray(keys.map(({ receiptSeq }) => receiptSeq)),
  ];
}

interface ReceiptRow extends FacetRow {
  readonly receipt_seq: bigint;
  readonly last_seq: bigint;
  readonly root_seq: bigint | null;
  readonly business_day: number;
  readonly local_day: number;
  readonly occurred_at: Date;
  readonly document_id: string;
  readonly revision: number;
  readonly decision_no: number;
  readonly stands: boolean;
  readonly counted: boolean;
  readonly operation_counted: boolean;
  readonly total_kopecks: bigint;
  readonly rounding_kopecks: bigint;
  readonly series: string;
  readonly series_number: bigint | null;
  readonly shift_number: bigint | null;
  readonly receipt_number: bigint | null;
  readonly operation_id: string | null;
  readonly return_method: number | null;
  readonly payments: string;
  readonly vat_totals: string | null;
  readonly discounts: string | null;
}

/** Receipts that later events are about, and those that share an operation with a receipt of the batch. */
export async function loadReceipts(
  tx: Tx,
  keys: readonly ReceiptKey[],
  operations: readonly OperationKey[],
): Promise<readonly CountedReceipt[]> {
  if (keys.length === 0 && operations.length === 0) return [];
  const { rows } = await tx.query<ReceiptRow>(
    `WITH named AS (
       SELECT r.* FROM unnest($1::int[], $2::bigint[]) k(store_no, receipt_seq)
       JOIN receipt r ON r.store_no = k.store_no AND r.receipt_seq = k.receipt_seq
     ), operation AS (
       SELECT * FROM unnest($3::int[], $4::text[]) o(store_no, operation_id)
       UNION SELECT store_no, operation_id FROM named WHERE operation_id IS NOT NULL
     )
     SELECT r.*, f.register_no, f.cashier_ref, f.legal_entity_id, f.operation, f.purpose, r.business_date - '1970-01-01'::date AS business_day,
       r.local_date - '1970-01-01'::date AS local_day
     FROM (
       SELECT * FROM named
       UNION
       SELECT r.* FROM operation o JOIN receipt r ON r.store_no = o.store_no AND r.operation_id = o.operation_id
     ) r JOIN facet f USING (facet_no)`,
    [
      ...keyArrays(keys),
      integerArray(operations.map(({ storeNo }) => storeNo)),
      textArray(operations.map(({ operationId }) => operationId)),
    ],
  );
  const lines = await loadLines(
    tx,
    rows.map((row) => ({ storeNo: row.store_no, receiptSeq: Number(row.receipt_seq) })),
  );
  return rows.map((row) => {
    const state = stateOf(row, lines.get(receiptKey(row.store_no, Number(row.receipt_seq))) ?? []);
    return { state, operationCounted: row.operation_counted };
  });
}

function stateOf(row: ReceiptRow, lines: ReceiptState['facts']['lines']): ReceiptState {
  return {
    storeNo: row.store_no,
    receiptSeq: Number(row.receipt_seq),
    lastSeq: Number(row.last_seq),
    rootSeq: numberOrNull(row.root_seq),
    facetNo: row.facet_no,
    facet: facetKeyOf(row),
    documentId: row.document_id,
    revision: row.revision,
    decisionNo: row.decision_no,
    stands: row.stands,
    occurredAtMs: row.occurred_at.getTime(),
    series: row.series,
    seriesNumber: numberOrNull(row.series_number),
    shiftNumber: numberOrNull(row.shift_number),
    receiptNumber: numberOrNull(row.receipt_number),
    operationId: row.operation_id,
    returnMethod: row.return_method,
    facts: {
      counted: row.counted,
      direction: directionOf(OPERATIONS[row.operation - 1] ?? 'sale'),
      businessDay: row.business_day,
      localDay: row.local_day,
      totalKopecks: Number(row.total_kopecks),
      roundingKopecks: Number(row.rounding_kopecks),
      payments: JSON.parse(row.payments) as number[],
      vatTotals: numbersOrNull(row.vat_totals),
      discounts: numbersOrNull(row.discounts),
      lines,
    },
  };
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function numbersOrNull(json: string | null): number[] | null {
  return json === null ? null : (JSON.parse(json) as number[]);
}
