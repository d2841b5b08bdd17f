import { buyerPhone } from '../chain/people';
import { mendedSale } from './corrections';
import type { SoldLine } from './lines';
import { prepaidSale } from './prepayments';
import type { TillDocument } from './receipt';
import { returnOfSale, returnWithoutSale } from './returns';
import { fillBasket, numbered, sell, sellAndRemember, type Purchase, type PurchaseContext } from './visit';

const returnChance = 0.024;
const returnWithoutSaleChance = 0.004;
const exchangeChance = 0.002;
const prepaidChance = 0.002;
const mendedChance = 0.001;
const phonePaymentChance = 0.002;
const splitChance = 0.25;

/** What happens at a till when somebody comes: mostly one sale, sometimes several receipts. */
export function purchase(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const { random, till } = visit;
  const earlier = context.memory.pick(random);
  let luck = random.fraction();
  const happens = (chance: number): boolean => {
    luck -= chance;
    return luck < 0;
  };
  if (earlier !== null) {
    if (happens(returnChance)) return [returnOfSale(earlier, visit)];
    if (happens(exchangeChance)) return exchange(earlier, visit, context);
    if (happens(mendedChance)) return mendedSale(earlier, visit);
  }
  if (happens(returnWithoutSaleChance)) {
    return [returnWithoutSale(fillBasket(visit, context, 1), context.chain, visit)];
  }
  if (happens(prepaidChance)) return prepaidSale(visit, context);
  if (till.register.trait === 'twoDevices' && random.chance(splitChance)) return splitSale(visit, context);
  return [ordinarySale(visit, context)];
}

function ordinarySale(visit: Purchase, context: PurchaseContext): TillDocument {
  const sold = fillBasket(visit, context);
  const namesPhone = visit.random.chance(phonePaymentChance);
  return sellAndRemember(visit, context, namesPhone ? namePhone(sold, visit) : sold);
}

/** Somebody typed a phone number into the name of a line. */
function namePhone(sold: readonly SoldLine[], { random }: Purchase): SoldLine[] {
  return sold.map((line, index) =>
    index > 0
      ? line
      : { ...line, line: { ...line.line, name: `${line.line.name ?? ''} тел. ${buyerPhone(random)}` } },
  );
}

export function exchange(earlier: TillDocument, visit: Purchase, context: PurchaseContext): TillDocument[] {
  const operationId = `exchange-${visit.random.hex(12)}`;
  return [
    returnOfSale(earlier, { ...visit, extra: { operationId, part: { index: 1, of: 2 } } }),
    sell(visit, fillBasket(visit, context, 2), { operationId, part: { index: 2, of: 2 } }),
  ];
}

/** One purchase as two receipts in two ФН, by the goods. */
function splitSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const { till } = visit;
  const [first, second] = till.register.drives;
  const sold = fillBasket(visit, context);
  const half = Math.ceil(sold.length / 2);
  if (sold.length < 2) return [sell(visit, sold)];
  const operationId = `split-${visit.random.hex(12)}`;
  const left = sell(visit, sold.slice(0, half), { operationId, part: { index: 1, of: 2 } });
  till.useDrive(second);
  const right = sell(visit, numbered(sold.slice(half)), { operationId, part: { index: 2, of: 2 } });
  till.useDrive(first);
  return [left, right];
}
