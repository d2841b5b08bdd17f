import type { Good } from '../catalogue/good';
import { plainGoods } from '../catalogue/plain-goods';
import type { SimulatedStore } from './chain';

/**
 * Short codes (PLU) that are used more than once: one means something else in every second store, one passes from a
 * good to another in the middle of the first day.
 */
export const reusedCodes = { store: '4101', time: '4102' } as const;
export type ReusedCode = keyof typeof reusedCodes;

const changeAt = 'T10:00:00.000Z';

export interface CodePlan {
  readonly startDate: string;
  readonly goods: readonly Good[];
}

/** Two goods that nothing else is special about. */
function goodsOf(code: ReusedCode, { goods }: CodePlan): readonly [Good, Good] {
  const plain = plainGoods(goods);
  const start = code === 'store' ? 0 : 2;
  const [first, second] = [plain[start], plain[start + 1]];
  if (first === undefined || second === undefined) throw new Error('the catalogue has too few plain goods');
  return [first, second];
}

export function changeInstant({ startDate }: CodePlan): string {
  return startDate + changeAt;
}

/** The good that the code means in a store at a time, UTC. */
export function goodOfReusedCode(
  code: ReusedCode,
  plan: CodePlan,
  { store, instant }: { readonly store: SimulatedStore; readonly instant: string },
): Good {
  const [first, second] = goodsOf(code, plan);
  if (code === 'store') return store.storeNo % 2 === 1 ? first : second;
  return instant < changeInstant(plan) ? first : second;
}

/** The rows of nomenclature that say so. */
export function reusedBarcodes(good: Good, plan: CodePlan, stores: readonly SimulatedStore[]): object[] {
  const rows: object[] = [];
  const [storeFirst, storeSecond] = goodsOf('store', plan);
  for (const { storeId, storeNo } of stores) {
    const owner = storeNo % 2 === 1 ? storeFirst : storeSecond;
    if (owner === good) rows.push({ barcode: reusedCodes.store, scope: `store:${storeId}` });
  }
  const [timeFirst, timeSecond] = goodsOf('time', plan);
  if (good === timeFirst) rows.push({ barcode: reusedCodes.time, validTo: changeInstant(plan) });
  if (good === timeSecond) rows.push({ barcode: reusedCodes.time, validFrom: changeInstant(plan) });
  return rows;
}
