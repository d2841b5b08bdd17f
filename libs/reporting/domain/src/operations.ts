/** A receipt as a candidate to stand for its operation. */
export interface OperationPart {
  readonly receiptSeq: number;
  readonly counted: boolean;
  /** Code of the operation: a sale stands before a return. */
  readonly operation: number;
}

/**
 * One sale can be several receipts (print groups, several organisations, an exchange): together they are one operation,
 * counted at one of them. It is the first sale, else the first receipt, of those that count.
 */
export function standsForOperation<Part extends OperationPart>(parts: readonly Part[]): Part | null {
  let best: Part | null = null;
  for (const part of parts) {
    if (!part.counted) continue;
    if (best === null || before(part, best)) best = part;
  }
  return best;
}

function before(one: OperationPart, other: OperationPart): boolean {
  if (one.operation !== other.operation) return one.operation < other.operation;
  return one.receiptSeq < other.receiptSeq;
}
