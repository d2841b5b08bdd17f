import type { MeaningFinding } from '@potok/nomenclature-contracts/receipt-meaning';

/** A line of a sale, as far as a return is compared with it; quantities in base units. */
export interface SoldLine {
  readonly lineNo: number;
  readonly productNo: number;
  readonly quantityMilli: number;
}

/** A line that brings goods back. */
export interface ReturnedLine extends SoldLine {
  /** The line of the sale that the till names. */
  readonly originalLineNo?: number | undefined;
}

export interface LinkedLine {
  readonly lineNo: number;
  readonly saleLineNo: number;
  readonly quantityMilli: number;
}

export interface LinkedLines {
  readonly links: readonly LinkedLine[];
  readonly findings: readonly MeaningFinding[];
}

/**
 * The lines of the sale that a return's lines bring back: as the till says, else by the product, first where most is
 * left. `returned` holds what came back before, by line of the sale. More than was sold is noticed, never refused.
 */
export function linkLines(
  lines: readonly ReturnedLine[],
  sold: readonly SoldLine[],
  returned: ReadonlyMap<number, number>,
): LinkedLines {
  const left = new Map(
    sold.map((line) => [line.lineNo, line.quantityMilli - (returned.get(line.lineNo) ?? 0)]),
  );
  const links: LinkedLine[] = [];
  const findings: MeaningFinding[] = [];
  for (const line of lines) {
    const { lineNo, quantityMilli } = line;
    const sale = saleLineOf(line, sold, left);
    if (sale === null) {
      findings.push({ code: 'saleNotFound', lineNo });
      continue;
    }
    links.push({ lineNo, saleLineNo: sale.lineNo, quantityMilli });
    const before = left.get(sale.lineNo) ?? 0;
    left.set(sale.lineNo, before - quantityMilli);
    const excess = quantityMilli - Math.max(0, before);
    if (excess > 0) findings.push({ code: 'returnedMoreThanSold', lineNo, quantityMilli: excess });
  }
  return { links, findings };
}

/** What was noticed about a line when it was linked; everything else follows from the receipt as it is. */
export function isOfLink({ code, lineNo }: MeaningFinding): boolean {
  return lineNo !== null && code !== 'effectUnknown';
}

function saleLineOf(
  line: ReturnedLine,
  sold: readonly SoldLine[],
  left: ReadonlyMap<number, number>,
): SoldLine | null {
  const named = sold.find(({ lineNo }) => lineNo === line.originalLineNo);
  if (named !== undefined) return named;
  let best: SoldLine | null = null;
  for (const candidate of sold) {
    if (candidate.productNo !== line.productNo) continue;
    if (best === null || (left.get(candidate.lineNo) ?? 0) > (left.get(best.lineNo) ?? 0)) best = candidate;
  }
  return best;
}
