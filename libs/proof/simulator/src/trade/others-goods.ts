import { organisationInn } from '../catalogue/check-digit';
import { serviceLine } from './lines';
import { payByCard } from './payments';
import { makeReceipt, type TillDocument } from './receipt';
import {
  fillBasket,
  fillWithKnownGoods,
  numbered,
  sell,
  sellAndRemember,
  type Purchase,
  type PurchaseContext,
} from './visit';

/** What is sold for others: none of it is the chain's own turnover. */

/** 1222: a commission agent; an agent that takes payments. */
const agentFlags = { commission: 32, payments: 4 } as const;
const principalInn = organisationInn('780999301');
const otherSellerInn = organisationInn('540999302');

/** Goods that a principal keeps in the store: they leave it like others, their price is the principal's. */
export function commissionSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillWithKnownGoods(visit, context, 4);
  const [first, ...others] = sold;
  if (first === undefined) return [sellAndRemember(visit, context)];
  const commission = {
    ...first,
    line: { ...first.line, agent: { flags: agentFlags.commission, supplierInn: principalInn } },
    recognition: 'agent' as const,
  };
  return [{ ...sell(visit, [commission, ...others]), kind: 'commissionSale' }];
}

/** A phone is topped up for somebody: a payment is passed on. */
export function phoneTopUp(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const amountKopecks = visit.random.between(1, 20) * 10_000;
  const passedOn = serviceLine('Пополнение счёта телефона', amountKopecks);
  const line = { ...passedOn.line, agent: { flags: agentFlags.payments, supplierInn: principalInn } };
  const own = fillBasket(visit, context, 2);
  const sold = numbered([...own, { ...passedOn, line, recognition: 'agent' }]);
  return [{ ...sell(visit, sold), kind: 'phoneTopUp' }];
}

/** Another organisation trades at the chain's register (1018): its turnover, its goods. */
export function otherSellersSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillWithKnownGoods(visit, context, 2).map((line) => ({
    ...line,
    effect: 'none' as const,
    recognition: 'agent' as const,
  }));
  if (sold.length === 0) return [sellAndRemember(visit, context)];
  return [
    makeReceipt({
      kind: 'otherSellersSale',
      operation: 'sale',
      sold,
      pay: payByCard,
      ...visit,
      sellerInn: otherSellerInn,
    }),
  ];
}
