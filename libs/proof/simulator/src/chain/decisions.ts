import type { Good } from '../catalogue/good';
import { plainGoods } from '../catalogue/plain-goods';
import type { SimulatedStore } from './chain';

/** Why a person has to say what a receipt does to the stock. */
export type DecisionReason = 'correction' | 'buying' | 'failed';

/**
 * In every second store somebody decides about what was bought from people, in every second other one about corrections
 * and about what the ФН did not take.
 */
export function decidesIn({ storeNo }: SimulatedStore, why: DecisionReason): boolean {
  return (storeNo % 2 === 0) === (why === 'buying');
}

/** What that person says: goods of a missed sale have left, what was bought has come. */
export const decisions = [
  { why: 'correction', operation: 'sale', stockEffect: 'out' },
  { why: 'correction', operation: 'return', stockEffect: 'in' },
  { why: 'buying', operation: 'buy', stockEffect: 'in' },
  { why: 'buying', operation: 'buyReturn', stockEffect: 'out' },
  { why: 'failed', operation: 'sale', stockEffect: 'out' },
] as const;

/** Where nobody decides about corrections as a whole, a clerk says which goods it was that a bare one has no line of. */
export function clerkStatesGoodsIn(store: SimulatedStore): boolean {
  return !decidesIn(store, 'correction');
}

/** The one thing that a bare correction of this sum was about: the clerk knows it by the sum. */
export function goodOfBareCorrection(goods: readonly Good[], amountKopecks: number): Good {
  const plain = plainGoods(goods);
  const good = plain[amountKopecks % plain.length];
  if (good === undefined) throw new Error('the catalogue has no plain goods');
  return good;
}
