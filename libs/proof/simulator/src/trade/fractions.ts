import { sellItem, type SoldLine } from './lines';
import type { Purchase, PurchaseContext } from './visit';

/** Thirds of a pack (1291): its quantity (1023) is what the till made of it, and is not to be trusted. */
export function fractionOfPack(visit: Purchase, { chain }: PurchaseContext): SoldLine {
  const { random, till, date } = visit;
  const goods = chain.goods.filter(
    ({ pack, knowledge }) =>
      pack !== null && !pack.late && knowledge === 'known' && (pack.numerator / pack.denominator) % 3 === 0,
  );
  const good = random.pick(goods);
  const { pack } = good;
  if (pack === null) throw new Error(`${good.name} has no pack`);
  const thirds = random.pick([1, 2]);
  const item = {
    good,
    pack,
    quantityMilli: 1000 * thirds,
    priceKopecks: Math.round(pack.priceKopecks / 3 / 10) * 10,
  };
  const context = { store: till.store, style: till.register.style, businessDate: date, random };
  const whole = sellItem(item, 1, context);
  return {
    ...whole,
    line: {
      ...whole.line,
      quantityMilli: thirds === 1 ? 333 : 667,
      quantityRaw: thirds === 1 ? '0.333' : '0.667',
      fraction: { numerator: thirds, denominator: 3 },
    },
    baseMilli: (1000 * thirds * pack.numerator) / pack.denominator / 3,
  };
}
