import type { AccountKind } from '@potok/stock-contracts/account';

/** A movement before it is numbered: goods go from the credit account to the debit account. */
export interface MovementDraft {
  readonly lineNo: number;
  /** 0 = the line itself, or the reversal of what it posted before; 1 = posted anew. */
  readonly leg: number;
  readonly productNo: number;
  readonly locationNo: number;
  readonly debit: AccountKind;
  readonly credit: AccountKind;
  readonly quantityMilli: number;
  /** Retail value. */
  readonly amountKopecks: number;
  /** null = not known. */
  readonly costKopecks: number | null;
  /** movementSeq of the movement that this one reverses or replaces. */
  readonly reverses: number | null;
}

/** A movement that stands in the ledger. */
export interface PostedMovement extends MovementDraft {
  readonly movementSeq: number;
}

/** What a movement does to the stock of its product and location, in thousandths. */
export function stockDeltaMilli(movement: Pick<MovementDraft, 'debit' | 'credit' | 'quantityMilli'>): number {
  if (movement.debit === movement.credit) return 0;
  if (movement.debit === 'stock') return movement.quantityMilli;
  return movement.credit === 'stock' ? -movement.quantityMilli : 0;
}
