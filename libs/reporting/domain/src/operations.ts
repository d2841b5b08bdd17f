/** A receipt as a candidate to stand for its operation. */
export interface OperationPart {
  readonly receiptSeq: number;
  readonly counted: boolean;
  /** Code of the operation: a sale stands before a return. */
  readonly operation: number;
  /** Code of what it is for: a purchase (0) stands before what mends an error. */
  readonly purpose: number;
}

/**
 * One sale can be several receipts (print groups, several organisations, an exchange): together they are one operation,
 * counted at one of them. It is the first purchase, else the first receipt, of those that count.
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
  if (one.purpose !== other.purpose) return one.purpose < other.purpose;
  return one.receiptSeq < other.receiptSeq;
}
