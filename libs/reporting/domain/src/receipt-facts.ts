/**
 * What reports keep of one receipt, as it stands after its last revision and decision. Amounts and quantities carry the
 * direction: a return and what is bought from people are negative in the sums of the chain's trade, see `directionOf`.
 */
export interface ReceiptFacts {
  readonly counted: boolean;
  /** 1 or −1. */
  readonly direction: number;
  /** Days since 1970-01-01. */
  readonly businessDay: number;
  /** Days since 1970-01-01: the date of VAT, see `vatDayOf`. */
  readonly localDay: number;
  readonly totalKopecks: number;
  /** Sum of the lines minus the total. */
  readonly roundingKopecks: number;
  /** Code, amount, cash handed out: three numbers a payment. */
  readonly payments: readonly number[];
  /**
   * Code of the origin, how many, amount: three numbers an origin; null where no line that counts has a discount. Their
   * amounts come to the discounts of the lines.
   */
  readonly discounts: readonly number[] | null;
  /** Code of the rate and amount: two numbers a rate; null where the document states no totals. */
  readonly vatTotals: readonly number[] | null;
  readonly lines: readonly FactLine[];
}

export interface FactLine {
  readonly lineNo: number;
  /** 0 = the receipt's total without lines. */
  readonly productNo: number;
  /** In thousandths of the product's base unit. */
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly discountKopecks: number;
  readonly vatRate: number;
  /** null = the line states none. */
  readonly vatKopecks: number | null;
  readonly recognition: number;
  readonly stockEffect: number;
}

/** A sale and the return of a purchase bring money in; a return and a purchase give it out. */
export function directionOf(operation: string): 1 | -1 {
  return operation === 'return' || operation === 'buy' ? -1 : 1;
}
