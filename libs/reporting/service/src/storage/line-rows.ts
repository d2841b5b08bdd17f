import { present } from '@potok/kernel/assert';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';
import type { FactLine } from '@potok/reporting-domain/receipt-facts';
import { receiptKey } from './receipt-state';
import type { ReceiptState } from './receipt-state';

export const LINE_COLUMNS =
  'receipt_line (store_no, seq, receipt_seq, quantity_milli, amount_kopecks, discount_kopecks, vat_kopecks, line_no, ' +
  'facet_no, product_no, business_date, vat_rate, recognition, stock_effect, counted, entry)';

/** 1 = the line counts from this event on, −1 = as it stood before it does not any more. */
export type Entry = 1 | -1;

/** Written out member by member: it runs for every line of the chain. */
export function encodeLine(
  rows: BinaryRows,
  line: FactLine,
  { state, seq, entry }: { readonly state: ReceiptState; readonly seq: number; readonly entry: Entry },
): void {
  rows
    .row(16)
    .int4(state.storeNo)
    .int8(seq)
    .int8(state.receiptSeq)
    .int8(line.quantityMilli)
    .int8(line.amountKopecks)
    .int8(line.discountKopecks);
  if (line.vatKopecks === null) rows.null();
  else rows.int8(line.vatKopecks);
  rows
    .int4(line.lineNo)
    .int4(state.facetNo)
    .int4(line.productNo)
    .date(state.facts.businessDay)
    .int2(line.vatRate)
    .int2(line.recognition)
    .int2(line.stockEffect)
    .bool(state.facts.counted)
    .int2(entry);
}

/** An entry of a line: `state` is the receipt with which it counts or counted. */
export interface LineEntry {
  readonly line: FactLine;
  readonly state: ReceiptState;
  readonly entry: Entry;
}

/** The entries that lead from the receipt as it stood to the receipt as it stands: lines that stay are left alone. */
export function entriesBetween(before: ReceiptState, now: ReceiptState): readonly LineEntry[] {
  const moved =
    before.facetNo !== now.facetNo ||
    before.facts.businessDay !== now.facts.businessDay ||
    before.facts.counted !== now.facts.counted;
  const standing = new Map(now.facts.lines.map((line) => [line.lineNo, line]));
  const stays = (line: FactLine, other: FactLine | undefined) =>
    !moved && other !== undefined && sameLine(line, other);
  const earlier = new Map(before.facts.lines.map((line) => [line.lineNo, line]));
  const gone = before.facts.lines.filter((line) => !stays(line, standing.get(line.lineNo)));
  const come = now.facts.lines.filter((line) => !stays(line, earlier.get(line.lineNo)));
  return [
    ...gone.map((line): LineEntry => ({ line, state: before, entry: -1 })),
    ...come.map((line): LineEntry => ({ line, state: now, entry: 1 })),
  ];
}

function sameLine(one: FactLine, other: FactLine): boolean {
  return (
    one.productNo === other.productNo &&
    one.quantityMilli === other.quantityMilli &&
    one.amountKopecks === other.amountKopecks &&
    one.discountKopecks === other.discountKopecks &&
    one.vatRate === other.vatRate &&
    one.vatKopecks === other.vatKopecks &&
    one.recognition === other.recognition &&
    one.stockEffect === other.stockEffect
  );
}

interface LineRow {
  readonly store_no: number;
  readonly receipt_seq: bigint;
  readonly line_no: number;
  readonly product_no: number;
  readonly quantity_milli: bigint;
  readonly amount_kopecks: bigint;
  readonly discount_kopecks: bigint;
  readonly vat_kopecks: bigint | null;
  readonly vat_rate: number;
  readonly recognition: number;
  readonly stock_effect: number;
  readonly entry: number;
}

/** The lines of receipts as they stand: of each line the last entry, if it is not the one that took it out. */
export async function loadLines(
  tx: Tx,
  keys: readonly { readonly storeNo: number; readonly receiptSeq: number }[],
): Promise<Map<string, FactLine[]>> {
  const lines = new Map<string, FactLine[]>(
    keys.map(({ storeNo, receiptSeq }) => [receiptKey(storeNo, receiptSeq), []]),
  );
  if (keys.length === 0) return lines;
  const { rows } = await tx.query<LineRow>(
    `WITH wanted AS (SELECT * FROM unnest($1::int[], $2::bigint[]) w(store_no, receipt_seq)),
     entries AS (
       SELECT l.* FROM wanted w JOIN receipt_line l ON l.store_no = w.store_no AND l.seq = w.receipt_seq
       UNION ALL
       SELECT l.* FROM wanted w JOIN receipt_line l
         ON l.store_no = w.store_no AND l.receipt_seq = w.receipt_seq AND l.seq <> l.receipt_seq
     )
     SELECT DISTINCT ON (store_no, receipt_seq, line_no) store_no, receipt_seq, line_no, product_no, quantity_milli,
       amount_kopecks, discount_kopecks, vat_kopecks, vat_rate, recognition, stock_effect, entry
     FROM entries ORDER BY store_no, receipt_seq, line_no, seq DESC, entry DESC`,
    [
      integerArray(keys.map(({ storeNo }) => storeNo)),
      integerArray(keys.map(({ receiptSeq }) => receiptSeq)),
    ],
  );
  for (const row of rows) {
    if (row.entry < 0) continue;
    present(lines.get(receiptKey(row.store_no, Number(row.receipt_seq))), 'a wanted receipt').push(
      lineOf(row),
    );
  }
  return lines;
}

function lineOf(row: LineRow): FactLine {
  return {
    lineNo: row.line_no,
    productNo: row.product_no,
    quantityMilli: Number(row.quantity_milli),
    amountKopecks: Number(row.amount_kopecks),
    discountKopecks: Number(row.discount_kopecks),
    vatRate: row.vat_rate,
    vatKopecks: row.vat_kopecks === null ? null : Number(row.vat_kopecks),
    recognition: row.recognition,
    stockEffect: row.stock_effect,
  };
}
