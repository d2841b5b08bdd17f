import type { SimulatedChain } from '../chain/chain';
import { basketSize, type Shelves } from './basket';
import { sellItem, type SoldLine } from './lines';
import { makeReceipt, type Moment, type TillDocument } from './receipt';
import type { SalesMemory } from './sales-memory';
import type { SentDocument } from './sent-document';
import type { Till } from './till';

export interface PurchaseContext {
  readonly chain: SimulatedChain;
  readonly shelves: Shelves;
  readonly memory: SalesMemory;
}

/** Somebody comes to a till. */
export interface Purchase extends Moment {
  readonly till: Till;
}

export function fillBasket(visit: Purchase, context: PurchaseContext, lines?: number): SoldLine[] {
  const { till, random, date } = visit;
  const items = context.shelves.fillBasket(lines ?? basketSize(random), till.store.priceFactor, random);
  const lineContext = { store: till.store, style: till.register.style, businessDate: date, random };
  return items.map((item, index) => sellItem(item, index + 1, lineContext));
}

/** Goods alone, of which nomenclature knows or will know the product. */
export function fillWithKnownGoods(visit: Purchase, context: PurchaseContext, lines?: number): SoldLine[] {
  return numbered(
    fillBasket(visit, context, lines).filter(
      ({ good }) => good?.subject === 'goods' && good.knowledge !== 'never',
    ),
  );
}

export function numbered(sold: readonly SoldLine[]): SoldLine[] {
  return sold.map((line, index) => ({ ...line, line: { ...line.line, lineNo: index + 1 } }));
}

export function sell(
  visit: Purchase,
  sold: readonly SoldLine[],
  extra: Partial<SentDocument> = {},
): TillDocument {
  return makeReceipt({ kind: 'sale', operation: 'sale', sold, ...visit, extra });
}

/** A sale that may be returned later. */
export function sellAndRemember(
  visit: Purchase,
  context: PurchaseContext,
  sold: readonly SoldLine[] = fillBasket(visit, context),
): TillDocument {
  const sale = sell(visit, sold);
  context.memory.remember(sale);
  return sale;
}
