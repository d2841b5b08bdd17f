import type { AccountKind } from '@potok/stock-contracts/account';
import type { MovementDraft } from './movement';

/**
 * What was decided about a line of a receipt, as far as the ledger acts upon it. Quantities are in base units.
 * `unknown` waits for a person and `none` moves nothing: neither posts.
 */
export interface LineDecision {
  readonly lineNo: number;
  readonly productNo: number;
  /** Absent = the receipt's. */
  readonly locationNo?: number | undefined;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly stockEffect: 'out' | 'in' | 'none' | 'unknown';
}

interface Accounts {
  readonly debit: AccountKind;
  readonly credit: AccountKind;
}

/** A sale gives to the customers, a return takes from them. */
const ACCOUNTS: Readonly<Record<'out' | 'in', Accounts>> = {
  out: { debit: 'customers', credit: 'stock' },
  in: { debit: 'stock', credit: 'customers' },
};

/** Where a movement stands in its posting, and where its goods are unless the line says otherwise. */
export interface MovementPlace {
  readonly locationNo: number;
  readonly leg: number;
  readonly reverses: number | null;
}

/** The movement of a line, or null where it has no stock effect. */
export function movementOf(decision: LineDecision, posting: MovementPlace): MovementDraft | null {
  const { stockEffect } = decision;
  if (stockEffect !== 'out' && stockEffect !== 'in') return null;
  const { debit, credit } = ACCOUNTS[stockEffect];
  return {
    lineNo: decision.lineNo,
    leg: posting.leg,
    productNo: decision.productNo,
    locationNo: decision.locationNo ?? posting.locationNo,
    debit,
    credit,
    quantityMilli: decision.quantityMilli,
    amountKopecks: decision.amountKopecks,
    costKopecks: null,
    reverses: posting.reverses,
  };
}
