import type { SeededRandom } from '../random/seeded-random';
import * as corrections from './corrections';
import { creditSale, partCreditSale } from './credits';
import * as odd from './odd-sales';
import * as others from './others-goods';
import * as prepayments from './prepayments';
import { exchange } from './purchases';
import type { TillDocument } from './receipt';
import { returnByForeignId, returnOfSale, returnWithoutSale } from './returns';
import * as unsettled from './unsettled-sales';
import { fillBasket, sellAndRemember, type Purchase, type PurchaseContext } from './visit';

/**
 * What happens in every chain and seldom at any one till. Chance alone would leave most of it out of a short run: so
 * one purchase of many is the next of these, in turn over all stores.
 */
export type Special = (visit: Purchase, context: PurchaseContext) => TillDocument[];

type OfEarlierSale = (earlier: TillDocument, visit: Purchase, context: PurchaseContext) => TillDocument[];

/** Where nothing was sold before there is nothing to return or to mend. */
function ofEarlier(special: OfEarlierSale): Special {
  return (visit, context) => {
    const earlier = context.memory.pick(visit.random);
    return earlier === null ? [sellAndRemember(visit, context)] : special(earlier, visit, context);
  };
}

/** The sender waits until it is confirmed, and remembers no day but this one. */
const restatedToday = ofEarlier((earlier, visit, context) =>
  earlier.receipt?.businessDate === visit.date
    ? corrections.restatedSale(earlier, visit)
    : [sellAndRemember(visit, context)],
);

function returnOf(wanted: 'whole' | 'partial' | 'moreThanSold'): Special {
  return ofEarlier((earlier, visit) => [returnOfSale(earlier, { ...visit, wanted })]);
}

const foreignReturn: Special = (visit, context) => [returnByForeignId(fillBasket(visit, context, 1), visit)];
const unknownReturn: Special = (visit, context) => [
  returnWithoutSale(fillBasket(visit, context, 1), context.chain, visit),
];

export const specials: readonly Special[] = [
  prepayments.prepaidSale,
  prepayments.partlyPrepaidSale,
  odd.lostSale,
  prepayments.advanceSale,
  prepayments.prepaymentGivenBack,
  prepayments.giftCardSale,
  prepayments.giftCardAsGoods,
  odd.forgottenSale,
  creditSale,
  partCreditSale,
  ofEarlier(corrections.mendedSale),
  restatedToday,
  corrections.missedSaleCorrection,
  corrections.strictFormCorrection,
  corrections.purchaseFromPerson,
  corrections.purchaseGivenBack,
  unsettled.pendingSale,
  unsettled.failedSale,
  unsettled.bareCorrection,
  others.commissionSale,
  others.phoneTopUp,
  others.otherSellersSale,
  odd.lostSale,
  odd.cashOutSale,
  odd.roundedSale,
  odd.rarelyPaidSale,
  odd.strictFormSale,
  odd.fractionSale,
  odd.reusedCodeSale,
  odd.deferredSale,
  odd.cancelledSale,
  unsettled.miscopiedSale,
  unsettled.disputedSale,
  ofEarlier(exchange),
  returnOf('whole'),
  returnOf('moreThanSold'),
  foreignReturn,
  unknownReturn,
];

const purchasesPerSpecial = 38;

export interface SpecialsOfDay {
  /** Counts the days of all stores: 0, 1, 2 … */
  readonly turn: number;
  readonly purchases: number;
  readonly random: SeededRandom;
}

/** By the purchase, 0, 1, 2 … of the day, that it takes the place of. The first tenth of a day is left alone. */
export function specialsOf({ turn, purchases, random }: SpecialsOfDay): ReadonlyMap<number, Special> {
  const count = Math.max(1, Math.round(purchases / purchasesPerSpecial));
  const planned = new Map<number, Special>();
  for (let index = 0; index < count; index += 1) {
    const special = specials[(turn * count + index) % specials.length];
    const place = Math.floor(purchases * (0.1 + (0.85 * (index + random.fraction())) / count));
    if (special !== undefined && place < purchases) planned.set(place, special);
  }
  return planned;
}
