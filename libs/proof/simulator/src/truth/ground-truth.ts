import type { DocumentFacts } from './document-facts';

/** A delivery into the stock, as it was posted. */
export interface DeliveredFact {
  readonly storeId: string;
  readonly locationId: string;
  readonly productId: string;
  readonly quantityMilli: number;
}

/** What should be found once everything sent has come to rest. */
export interface ExpectedTotals {
  /** Distinct documents, repeats left out. */
  documents: number;
  repeats: number;
  accepted: number;
  /** Rows of quarantine that ever existed: refused lines, held documents, released ones included. */
  quarantined: number;
  /** Held documents that nothing releases and nobody decides about. */
  held: number;
  conflicts: number;
  variants: number;
  bound: number;
  /** Lines of accepted sales and returns, voided ones left out. */
  lines: number;
  /** Of these, lines that move stock and stay on unmatched products. */
  linesUnmatched: number;
  /** Lines that wait for a person's decision about the stock. */
  linesUndecided: number;
  /** Accepted documents that post nothing, by kind. */
  carried: Record<string, number>;
}

/** The simulator's own books: sums that nobody else has worked out. */
export class GroundTruth {
  readonly totals: ExpectedTotals = {
    documents: 0,
    repeats: 0,
    accepted: 0,
    quarantined: 0,
    held: 0,
    conflicts: 0,
    variants: 0,
    bound: 0,
    lines: 0,
    linesUnmatched: 0,
    linesUndecided: 0,
    carried: {},
  };
  private readonly stock = new Map<string, number>();

  addDelivery(fact: DeliveredFact): void {
    this.move(stockKey(fact.storeId, fact.locationId, fact.productId), fact.quantityMilli);
  }

  add(facts: DocumentFacts): void {
    const { totals } = this;
    if (facts.expected === 'repeat') totals.repeats += 1;
    else totals.documents += 1;
    if (facts.expected === 'variant') totals.variants += 1;
    if (facts.expected === 'bound') totals.bound += 1;
    if (facts.expected === 'held' || facts.expected === 'rejected' || facts.heldFirst)
      totals.quarantined += 1;
    if (facts.expected === 'held' && facts.verdict === undefined) totals.held += 1;
    if (facts.code === 'conflict') totals.conflicts += 1;
    if (facts.expected === 'accepted') this.addAccepted(facts);
  }

  /** `storeId|locationId|productKey` → what should lie there, in thousandths of the base unit. */
  balances(): ReadonlyMap<string, number> {
    return this.stock;
  }

  private addAccepted(facts: DocumentFacts): void {
    const { totals } = this;
    totals.accepted += 1;
    totals.lines += facts.lineCount;
    totals.linesUndecided += facts.receipt?.undecidedLines.length ?? 0;
    if (facts.lines.length === 0) totals.carried[facts.kind] = (totals.carried[facts.kind] ?? 0) + 1;
    for (const [, productKey, locationId, deltaMilli] of facts.lines) {
      if (productKey.startsWith('unmatched|')) totals.linesUnmatched += 1;
      this.move(stockKey(facts.storeId, locationId, productKey), deltaMilli);
    }
  }

  private move(key: string, deltaMilli: number): void {
    this.stock.set(key, (this.stock.get(key) ?? 0) + deltaMilli);
  }
}

export function stockKey(storeId: string, locationId: string, productKey: string): string {
  return `${storeId}|${locationId}|${productKey}`;
}
