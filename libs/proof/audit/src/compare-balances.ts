import type { DeliveredFact } from '@potok/proof-simulator/truth/ground-truth';
import { GroundTruth } from '@potok/proof-simulator/truth/ground-truth';
import type { Expectations } from './expectations';
import type { Faults } from './faults';

/** A source of balances: `storeId|locationId|productId` → thousandths. */
export interface BalanceSource {
  readonly name: string;
  readonly balances: ReadonlyMap<string, number>;
}

/** What should lie where, added up from what was acknowledged. */
export function expectedBalances(
  { documents }: Expectations,
  deliveries: readonly DeliveredFact[],
): ReadonlyMap<string, number> {
  const truth = new GroundTruth();
  for (const delivery of deliveries) truth.addDelivery(delivery);
  for (const { facts } of documents) truth.add(facts);
  return truth.balances();
}

/** Compares every key of either side; a balance that is missing is 0. */
export function compareBalances(
  expected: ReadonlyMap<string, number>,
  source: BalanceSource,
  { faults, keyOf }: { readonly faults: Faults; readonly keyOf: (productId: string) => string },
): void {
  const found = new Map<string, number>();
  for (const [key, quantity] of source.balances) {
    const [storeId = '', locationId = '', productId = ''] = key.split('|');
    const name = `${storeId}|${locationId}|${keyOf(productId)}`;
    found.set(name, (found.get(name) ?? 0) + quantity);
  }
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const should = expected.get(key) ?? 0;
    const is = found.get(key) ?? 0;
    if (should === is) continue;
    faults.note('balance', key, `should be ${String(should)}, ${source.name} says ${String(is)}`);
  }
}
