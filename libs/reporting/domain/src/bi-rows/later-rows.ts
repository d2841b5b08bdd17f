import type { BiLinePart, BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import type { DecidedLineFacts, MeaningFacts } from './receipt-rows';
import { decisionColumns, meaningColumns, NOTHING_PRINTED } from './receipt-rows';

/** The row that holds for each line: of those with the same line number the one with the highest version. */
export function holdingRows(rows: Iterable<BiReceiptLineV1>): Map<number, BiReceiptLineV1> {
  const holding = new Map<number, BiReceiptLineV1>();
  for (const row of rows) {
    if ((holding.get(row.line_no)?.row_version ?? 0) <= row.row_version) holding.set(row.line_no, row);
  }
  for (const [lineNo, row] of holding) if (row.is_deleted === 1) holding.delete(lineNo);
  return holding;
}

export interface LaterDecision {
  readonly decisionNo: number;
  readonly locationId?: string | undefined;
  /** Takes the place of the receipt's: then every line of it gets a new row. */
  readonly meaning?: MeaningFacts | undefined;
  readonly businessDate?: string | undefined;
  readonly lines: readonly DecidedLineFacts[];
}

/**
 * The rows that change with a decision: of the lines that it lists, and of all lines where it says anew what the receipt
 * is. Lines that a person adds to a receipt without any take the place of the row that stood for its total.
 */
export function decidedAnew(
  holding: ReadonlyMap<number, BiReceiptLineV1>,
  decision: LaterDecision,
): BiReceiptLineV1[] {
  const { lines, decisionNo, locationId } = decision;
  const total = holding.get(TOTAL_LINE);
  const pattern = [...holding.values()].find((row) => row.line_state === 'none');
  const decided = lines.flatMap((line, index) => {
    const row = holding.get(line.lineNo) ?? (pattern && addedLine(pattern, line, index));
    if (row === undefined) return [];
    const columns = decisionColumns(line, row, locationId ?? null);
    return [{ ...row, decision_no: decisionNo, ...columns }];
  });
  const replaced =
    total === undefined || decided.length === 0 ? [] : takenBack(new Map([[TOTAL_LINE, total]]), decided);
  const rows = [...decided, ...replaced];
  const header = changedHeader(holding, decision);
  if (header === null) return rows;
  const changed = new Set(rows.map((row) => row.line_no));
  const others = [...holding.values()].filter((row) => !changed.has(row.line_no));
  return [...rows, ...others].map((row) => ({ ...row, ...header }));
}

/** What the decision says anew of the receipt as a whole; null = nothing. */
function changedHeader(
  holding: ReadonlyMap<number, BiReceiptLineV1>,
  { meaning, businessDate }: LaterDecision,
): Partial<BiReceiptLineV1> | null {
  const [row] = holding.values();
  const moved = businessDate !== undefined && row?.business_date !== businessDate;
  if (meaning === undefined && !moved) return null;
  return {
    ...(meaning === undefined ? {} : meaningColumns(meaning)),
    ...(moved ? { business_date: businessDate } : {}),
  };
}

const TOTAL_LINE = 0;

function addedLine(pattern: BiReceiptLineV1, line: DecidedLineFacts, index: number): BiReceiptLineV1 {
  return {
    ...pattern,
    ...NOTHING_PRINTED,
    line_no: line.lineNo,
    is_first: pattern.line_no === TOTAL_LINE && index === 0 ? 1 : 0,
    sold_qty_milli: line.quantityMilli,
    amount_kop: line.amountKopecks,
  };
}

/** Lines that held and that the new revision does not have: they are taken back. */
export function takenBack(
  holding: ReadonlyMap<number, BiReceiptLineV1>,
  lines: readonly Pick<BiLinePart, 'line_no'>[],
): BiReceiptLineV1[] {
  const kept = new Set(lines.map((line) => line.line_no));
  return [...holding.values()]
    .filter((row) => !kept.has(row.line_no))
    .map((row) => ({ ...row, is_deleted: 1, is_first: 0, revenue_kop: 0, stock_qty_milli: 0 }));
}

/** After these nothing of the document stands in its store. */
const ENDING_KINDS: ReadonlySet<string> = new Set(['withdrawn', 'merged']);

export function endsDocument(revisionKind: string): boolean {
  return ENDING_KINDS.has(revisionKind);
}
