/** What decides whether a line is turnover of the chain itself. */
export interface TurnoverFacts {
  readonly operation: 'sale' | 'return' | 'buy' | 'buyReturn' | null;
  readonly recognition: string;
}

/** Each turnover counts once: an advance and the payment of a credit are money for another receipt's goods. */
const OWN_TURNOVER: ReadonlySet<string> = new Set(['sale', 'credit', 'transferAgainstAdvance']);

/** +1: adds to the turnover, −1: takes from it, 0: none of the chain's own (agents, advances, buying in). */
export function turnoverSign({ operation, recognition }: TurnoverFacts): -1 | 0 | 1 {
  if (!OWN_TURNOVER.has(recognition)) return 0;
  if (operation === 'sale') return 1;
  return operation === 'return' ? -1 : 0;
}
