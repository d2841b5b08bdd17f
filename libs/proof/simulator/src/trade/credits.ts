import { moneyLine, paymentMethods, type SoldLine } from './lines';
import { payByCard, payOnCredit } from './payments';
import { makeReceipt, type TillDocument } from './receipt';
import { fillWithKnownGoods, sellAndRemember, type Purchase, type PurchaseContext } from './visit';

/** Goods that are handed over before they are paid (1214 = 5, 6), and the payment that follows (1214 = 7). */
function onCredit(sold: readonly SoldLine[], paymentMethod: number): SoldLine[] {
  return sold.map((line) => ({
    ...line,
    line: { ...line.line, paymentMethod },
    recognition: 'credit' as const,
  }));
}

/** Nothing is paid with the goods, all of it later. */
export function creditSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return soldOnCredit(visit, context, { paymentMethod: paymentMethods.credit, paidShare: 0 });
}

/** A part is paid with the goods, the rest later. */
export function partCreditSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return soldOnCredit(visit, context, { paymentMethod: paymentMethods.partCredit, paidShare: 0.4 });
}

function soldOnCredit(
  visit: Purchase,
  context: PurchaseContext,
  { paymentMethod, paidShare }: { readonly paymentMethod: number; readonly paidShare: number },
): TillDocument[] {
  const goods = fillWithKnownGoods(visit, context, 3);
  if (goods.length === 0) return [sellAndRemember(visit, context)];
  const sum = goods.reduce((total, { amountKopecks }) => total + amountKopecks, 0);
  const paidKopecks = Math.floor(sum * paidShare);
  const operationId = `credit-${visit.random.hex(12)}`;
  return [
    makeReceipt({
      kind: paidShare === 0 ? 'credit' : 'partCredit',
      operation: 'sale',
      sold: onCredit(goods, paymentMethod),
      pay: payOnCredit(paidKopecks),
      ...visit,
      extra: { operationId },
    }),
    makeReceipt({
      kind: 'creditPayment',
      operation: 'sale',
      sold: [moneyLine('Оплата кредита', sum - paidKopecks, 'creditPayment')],
      pay: payByCard,
      ...visit,
      extra: { operationId },
    }),
  ];
}
