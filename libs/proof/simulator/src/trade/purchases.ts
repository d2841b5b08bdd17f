import type { SimulatedChain } from '../chain/chain';
import { buyerPhone } from '../chain/people';
import { basketSize, type Shelves } from './basket';
import { paymentMethods, sellItem, type SoldLine } from './lines';
import { fiscalOf, makeReceipt, type Moment, type TillDocument } from './receipt';
import { returnOfSale, returnWithoutSale } from './returns';
import type { SalesMemory } from './sales-memory';
import type { SentDocument, SentPayment } from './sent-document';
import type { Till } from './till';

export interface PurchaseContext {
  readonly chain: SimulatedChain;
  readonly shelves: Shelves;
  readonly memory: SalesMemory;
}

export interface Purchase extends Moment {
  readonly till: Till;
}

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
  return [rememberedSale(visit, context)];
}

function fillBasket(visit: Purchase, context: PurchaseContext, lines?: number): SoldLine[] {
  const { till, random, date } = visit;
  const items = context.shelves.fillBasket(lines ?? basketSize(random), till.store.priceFactor, random);
  const lineContext = { store: till.store, style: till.register.style, businessDate: date, random };
  return items.map((item, index) => sellItem(item, index + 1, lineContext));
}

function sell(visit: Purchase, sold: readonly SoldLine[], extra: Partial<SentDocument> = {}): TillDocument {
  return makeReceipt({ kind: 'sale', operation: 'sale', sold, ...visit, extra });
}

function rememberedSale(visit: Purchase, context: PurchaseContext): TillDocument {
  const sold = fillBasket(visit, context);
  const sale = sell(visit, visit.random.chance(phonePaymentChance) ? namePhone(sold, visit) : sold);
  context.memory.remember(sale);
  return sale;
}

/** Somebody typed a phone number into the name of a line. */
function namePhone(sold: readonly SoldLine[], { random }: Purchase): SoldLine[] {
  return sold.map((line, index) =>
    index > 0
      ? line
      : { ...line, line: { ...line.line, name: `${line.line.name ?? ''} тел. ${buyerPhone(random)}` } },
  );
}

function exchange(earlier: TillDocument, visit: Purchase, context: PurchaseContext): TillDocument[] {
  const operationId = `exchange-${visit.random.hex(12)}`;
  return [
    returnOfSale(earlier, { ...visit, extra: { operationId, part: { index: 1, of: 2 } } }),
    sell(visit, fillBasket(visit, context, 2), { operationId, part: { index: 2, of: 2 } }),
  ];
}

/** ФФД 1.05: a wrong receipt is mended by its return and a right sale that name its ФПД (1192). */
function mendedSale(earlier: TillDocument, visit: Purchase): TillDocument[] {
  const correctsFpd = fiscalOf(earlier)?.fpd ?? '';
  const extra = { correctsFpd };
  const { sold } = earlier;
  return [
    makeReceipt({ kind: 'mendingReturn', operation: 'return', sold, ...visit, extra }),
    makeReceipt({ kind: 'mendingSale', operation: 'sale', sold, ...visit, extra }),
  ];
}

/** Paid in full beforehand (1214 = 1, moves nothing), handed over later (1214 = 4, paid by the prepayment). */
function prepaidSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const orderId = `order-${visit.random.digits(8)}`;
  const sold = fillBasket(visit, context).filter(
    ({ item }) => item.good.subject === 'goods' && item.good.knowledge !== 'never',
  );
  if (sold.length === 0) return [rememberedSale(visit, context)];
  const prepaid = sold.map((line) => ({
    ...line,
    line: { ...line.line, paymentMethod: paymentMethods.fullPrepayment },
    effect: 'none' as const,
    recognition: 'advance' as const,
  }));
  const handedOver = sold.map((line) => ({ ...line, recognition: 'transferAgainstAdvance' as const }));
  const byPrepayment = (amountKopecks: number): SentPayment[] => [{ fiscalKind: 'prepaid', amountKopecks }];
  const extra = { orderId, channel: 'online', operationId: orderId };
  return [
    makeReceipt({ kind: 'prepayment', operation: 'sale', sold: prepaid, ...visit, extra }),
    makeReceipt({
      kind: 'handOver',
      operation: 'sale',
      sold: handedOver,
      payments: byPrepayment,
      ...visit,
      extra,
    }),
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
  const renumbered = sold.slice(half).map((line, index) => ({
    ...line,
    line: { ...line.line, lineNo: index + 1 },
  }));
  const right = sell(visit, renumbered, { operationId, part: { index: 2, of: 2 } });
  till.useDrive(first);
  return [left, right];
}
