/** What a completed receipt is worth: what every report must come to, known by how the receipt was made. */

/** A line that is not voided: how its amount counts as turnover (register-document §5). */
export type Recognition =
  'sale' | 'advance' | 'transferAgainstAdvance' | 'credit' | 'creditPayment' | 'agent' | 'none';

export type Operation = 'sale' | 'return' | 'buy' | 'buyReturn';

/** Amounts are those of the receipt, never negative: its operation gives the direction. */
export type AmountFact = readonly [
  lineNo: number,
  productKey: string,
  recognition: Recognition,
  amountKopecks: number,
];

export type PaymentFact = readonly [fiscalKind: string, instrument: string | null, amountKopecks: number];

/** The tax; for `none` and `0` the turnover (1104, 1105). */
export type VatFact = readonly [rate: string, amountKopecks: number];

export interface ReceiptFacts {
  /** `YYYY-MM-DD`. */
  readonly businessDate: string;
  readonly operation: Operation;
  /**
   * mendsError: the return or the sale that mends a wrong receipt (1192), neither a customer's return nor a further
   * purchase · correction: of form 31 or 41.
   */
  readonly purpose: 'purchase' | 'customerReturn' | 'mendsError' | 'correction';
  /** Receipts that share it are one operation; null: the receipt is one of its own. */
  readonly operationId: string | null;
  /** Names the person within the chain; the platform shows an opaque reference instead. */
  readonly cashier: string;
  readonly totalKopecks: number;
  readonly discountKopecks: number;
  readonly lines: readonly AmountFact[];
  readonly payments: readonly PaymentFact[];
  readonly vat: readonly VatFact[];
  /** Lines whose effect on the stock a person has to decide, and nobody does: they move nothing. */
  readonly undecidedLines: readonly number[];
  /** Why a person had to decide, where one does in the end. */
  readonly personDecides: 'correction' | 'buying' | 'failed' | null;
  /** The ФН did not take it: its goods may move, in no report does it count. */
  readonly failed?: true;
}

const ownRevenue: ReadonlySet<Recognition> = new Set(['sale', 'transferAgainstAdvance', 'credit']);

/** +1 or −1 where the line is the seller's own turnover, 0 where it is none. */
export function revenueSign({ operation }: ReceiptFacts, recognition: Recognition): -1 | 0 | 1 {
  if (!ownRevenue.has(recognition)) return 0;
  if (operation === 'sale') return 1;
  return operation === 'return' ? -1 : 0;
}
