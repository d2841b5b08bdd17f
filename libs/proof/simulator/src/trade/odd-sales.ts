import { reusedCodeLine } from './reused-codes';
import { fractionOfPack } from './fractions';
import { payBy, payRounded, payWithCashOut, type WayToPay } from './payments';
import { unfinishedReceipt } from './carried';
import { makeReceipt, type TillDocument } from './receipt';
import { fillBasket, numbered, sell, sellAndRemember, type Purchase, type PurchaseContext } from './visit';

/** Sales with something unusual about them. */

function paidBy(kind: string, pay: WayToPay) {
  return (visit: Purchase, context: PurchaseContext): TillDocument[] => {
    const sold = fillBasket(visit, context);
    return [makeReceipt({ kind, operation: 'sale', sold, pay, ...visit })];
  };
}

export const cashOutSale = paidBy('cashOut', payWithCashOut);
export const roundedSale = paidBy('rounded', payRounded);

const rareInstruments = ['digitalRuble', 'bonus', 'bnpl', 'eCertificate', 'other'] as const;

export function rarelyPaidSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const instrument = visit.random.pick(rareInstruments);
  return paidBy('rarelyPaid', payBy(instrument))(visit, context);
}

/** A form of strict accounting instead of a receipt. */
export function strictFormSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return [{ ...sell(visit, fillBasket(visit, context, 2), { form: 'strictForm' }), kind: 'strictForm' }];
}

/** Thirds of a pack beside other goods. */
export function fractionSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const others = fillBasket(visit, context, 2);
  const sold = numbered([fractionOfPack(visit, context), ...others]);
  return [{ ...sell(visit, sold), kind: 'fractionSale' }];
}

/** A short code that means one good here and now, and another elsewhere or later. */
export function reusedCodeSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const coded = [reusedCodeLine('store', visit, context), reusedCodeLine('time', visit, context)];
  const sold = numbered([...coded, ...fillBasket(visit, context, 2)]);
  return [{ ...sell(visit, sold), kind: 'reusedCodes' }];
}

/** A receipt that was put aside and completed later. */
export function deferredSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillBasket(visit, context, 3);
  return [unfinishedReceipt('deferred', visit, sold), sellAndRemember(visit, context, sold)];
}

export function cancelledSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return [unfinishedReceipt('cancelled', visit, fillBasket(visit, context, 3))];
}

/** A document of the shift that never reaches the platform; what follows of it tells that it is missing. */
export function lostSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return [{ ...sell(visit, fillBasket(visit, context)), kind: 'lostSale', fate: 'lost' }];
}

/** Passed over when it was sent: the register still has it and sends it when it is asked for. */
export function forgottenSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return [{ ...sell(visit, fillBasket(visit, context)), kind: 'forgottenSale', fate: 'onRequest' }];
}
