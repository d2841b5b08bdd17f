import { asAdvance, moneyLine, paymentMethods, sellItem, type SoldLine } from './lines';
import { payFromAdvance } from './payments';
import { makeReceipt, type TillDocument } from './receipt';
import { fillWithKnownGoods, sellAndRemember, type Purchase, type PurchaseContext } from './visit';

/** Money that comes before the goods (1214 = 1, 2, 3), and the receipt that hands them over against it. */

interface Order {
  readonly orderId: string;
  readonly channel: string;
  readonly operationId: string;
}

function newOrder({ random }: Purchase): Order {
  const orderId = `order-${random.digits(8)}`;
  return { orderId, channel: 'online', operationId: orderId };
}

function handOver(
  visit: Purchase,
  sold: readonly SoldLine[],
  { prepaidKopecks, order }: { readonly prepaidKopecks: number; readonly order: Order },
): TillDocument {
  return makeReceipt({
    kind: 'handOver',
    operation: 'sale',
    sold: againstAdvance(sold),
    pay: payFromAdvance(prepaidKopecks),
    ...visit,
    extra: order,
  });
}

function againstAdvance(sold: readonly SoldLine[]): SoldLine[] {
  return sold.map((line) => ({ ...line, recognition: 'transferAgainstAdvance' as const }));
}

function sumOf(sold: readonly SoldLine[]): number {
  return sold.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0);
}

/** Paid in full beforehand, handed over later. */
export function prepaidSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillWithKnownGoods(visit, context);
  if (sold.length === 0) return [sellAndRemember(visit, context)];
  const order = newOrder(visit);
  const prepaid = sold.map((line) => asAdvance(line, paymentMethods.fullPrepayment, line.amountKopecks));
  return [
    makeReceipt({ kind: 'prepayment', operation: 'sale', sold: prepaid, ...visit, extra: order }),
    handOver(visit, sold, { prepaidKopecks: sumOf(sold), order }),
  ];
}

/** A part of every line beforehand, the rest with the goods. */
export function partlyPrepaidSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillWithKnownGoods(visit, context, 3);
  if (sold.length === 0) return [sellAndRemember(visit, context)];
  const order = newOrder(visit);
  const prepaid = sold.map((line) =>
    asAdvance(line, paymentMethods.partPrepayment, Math.ceil(line.amountKopecks * 0.3)),
  );
  return [
    makeReceipt({ kind: 'partPrepayment', operation: 'sale', sold: prepaid, ...visit, extra: order }),
    handOver(visit, sold, { prepaidKopecks: sumOf(prepaid), order }),
  ];
}

/** An advance for goods that are not chosen yet. */
export function advanceSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillWithKnownGoods(visit, context, 4);
  if (sold.length === 0) return [sellAndRemember(visit, context)];
  const order = newOrder(visit);
  const prepaidKopecks = Math.ceil(sumOf(sold) / 200) * 100;
  const advance = moneyLine('Аванс', prepaidKopecks, 'advance');
  return [
    makeReceipt({ kind: 'advance', operation: 'sale', sold: [advance], ...visit, extra: order }),
    handOver(visit, sold, { prepaidKopecks, order }),
  ];
}

/** Paid beforehand, and given back before anything was handed over. */
export function prepaymentGivenBack(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const sold = fillWithKnownGoods(visit, context, 2);
  if (sold.length === 0) return [sellAndRemember(visit, context)];
  const prepaid = sold.map((line) => asAdvance(line, paymentMethods.fullPrepayment, line.amountKopecks));
  const extra = newOrder(visit);
  const given = { sold: prepaid, ...visit };
  return [
    makeReceipt({ kind: 'prepayment', operation: 'sale', ...given, extra }),
    makeReceipt({
      kind: 'prepaymentGivenBack',
      operation: 'return',
      ...given,
      extra: { ...extra, returnOf: { method: 'manual' } },
    }),
  ];
}

/** A gift card is money taken in advance; later it pays for something. */
export function giftCardSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const nominalKopecks = visit.random.pick([50_000, 100_000, 300_000]);
  const card = moneyLine('Подарочная карта', nominalKopecks, 'advance');
  const cardSold = makeReceipt({ kind: 'giftCardSold', operation: 'sale', sold: [card], ...visit });
  const bought = fillWithKnownGoods(visit, context, 5);
  if (bought.length === 0) return [cardSold];
  const paidByCard = makeReceipt({
    kind: 'paidByGiftCard',
    operation: 'sale',
    sold: againstAdvance(bought),
    pay: payFromAdvance(nominalKopecks, { instrument: 'giftCard' }),
    ...visit,
  });
  return [cardSold, paidByCard];
}

/** A till that knows no better sells a gift card like goods (1214 = 4); nomenclature knows what it is. */
export function giftCardAsGoods(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const { till, random, date } = visit;
  const good = context.chain.goods.find(({ subject }) => subject === 'giftCard');
  if (good === undefined) throw new Error('the catalogue has no gift card');
  const item = { good, pack: null, quantityMilli: 1000, priceKopecks: good.priceKopecks };
  const lineContext = { store: till.store, style: 'plain', businessDate: date, random } as const;
  const card: SoldLine = { ...sellItem(item, 1, lineContext), recognition: 'advance' };
  return [makeReceipt({ kind: 'giftCardAsGoods', operation: 'sale', sold: [card], ...visit })];
}
