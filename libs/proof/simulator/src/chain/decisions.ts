import type { SimulatedStore } from './chain';

/** Why a person has to say what a receipt does to the stock. */
export type DecisionReason = 'correction' | 'buying';

/** In every second store somebody decides about what was bought from people, in every second other one about corrections. */
export function decidesIn({ storeNo }: SimulatedStore, why: DecisionReason): boolean {
  return (storeNo % 2 === 0) === (why === 'buying');
}

/** What that person says: goods of a missed sale have left, what was bought has come. */
export const decisions = [
  { why: 'correction', operation: 'sale', stockEffect: 'out' },
  { why: 'correction', operation: 'return', stockEffect: 'in' },
  { why: 'buying', operation: 'buy', stockEffect: 'in' },
  { why: 'buying', operation: 'buyReturn', stockEffect: 'out' },
] as const;
