import type { Operation } from '../truth/receipt-facts';
import type { SoldLine } from './lines';
import { decidesIn } from '../chain/decisions';
import { payOutInCash } from './payments';
import { fiscalOf, makeReceipt, type TillDocument } from './receipt';
import type { SentDocument } from './sent-document';
import { fillBasket, numbered, type Purchase, type PurchaseContext } from './visit';

type Correction = NonNullable<SentDocument['correction']>;

/** 1173: on the seller's own account, or by order of the tax office. */
const correctionTypes = { own: 0, byOrder: 1 } as const;

interface UndecidedReceipt {
  readonly kind: string;
  readonly operation: Operation;
  readonly form?: SentDocument['form'];
  readonly correction?: Correction;
}

/** A receipt in cash of one line: nobody knows where the goods went, or came from, until a person says. */
function undecidedReceipt(stated: UndecidedReceipt, visit: Purchase, context: PurchaseContext): TillDocument {
  const { kind, operation, form, correction } = stated;
  const isExpense = operation === 'buy' || operation === 'buyReturn';
  const why = isExpense ? 'buying' : 'correction';
  const isDecided = decidesIn(visit.till.store, why);
  const sold: SoldLine[] = fillBasket(visit, context, 1).map((line) => ({
    ...(isExpense ? withoutDiscounts(line) : line),
    effect: line.effect === 'none' || isDecided ? line.effect : 'undecided',
    recognition: isExpense ? 'none' : line.recognition,
  }));
  const waits = isDecided && sold.some(({ effect }) => effect === 'moves');
  return makeReceipt({
    kind,
    operation,
    sold,
    pay: payOutInCash,
    ...visit,
    ...(waits ? { personDecides: why } : {}),
    extra: { ...(form === undefined ? {} : { form }), ...(correction === undefined ? {} : { correction }) },
  });
}

/** Nobody grants a discount to whom he buys from. */
function withoutDiscounts(sold: SoldLine): SoldLine {
  const { discounts: _discounts, listPriceKopecks: _listPrice, ...line } = sold.line;
  return { ...sold, line };
}

/** A sale that was never rung up is stated later: found by the seller, or ordered. */
export function missedSaleCorrection(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const { random, date } = visit;
  const byOrder = random.chance(0.3);
  const basis = byOrder ? { basisNumber: `12-07/${random.digits(5)}` } : {};
  const correction: Correction = {
    type: byOrder ? correctionTypes.byOrder : correctionTypes.own,
    basisDate: date,
    ...basis,
    kind: 'missedSale',
  };
  const operation = random.pick(['sale', 'sale', 'sale', 'return'] as const);
  return [
    undecidedReceipt({ kind: 'correction', operation, form: 'correction', correction }, visit, context),
  ];
}

/** A form of strict accounting is corrected; what for, the till does not say. */
export function strictFormCorrection(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const correction: Correction = { type: correctionTypes.own, basisDate: visit.date };
  const form = 'strictFormCorrection';
  return [
    undecidedReceipt({ kind: 'strictFormCorrection', operation: 'sale', form, correction }, visit, context),
  ];
}

export function purchaseFromPerson(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return [undecidedReceipt({ kind: 'buy', operation: 'buy' }, visit, context)];
}

export function purchaseGivenBack(visit: Purchase, context: PurchaseContext): TillDocument[] {
  return [undecidedReceipt({ kind: 'buyReturn', operation: 'buyReturn' }, visit, context)];
}

/** Without a sale to mend: what happens at a till anyhow. */
export function anyUndecided(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const kinds = [missedSaleCorrection, missedSaleCorrection, purchaseFromPerson, purchaseGivenBack];
  return visit.random.pick(kinds)(visit, context);
}

/** ФФД 1.05: a wrong receipt is mended by its return and a right sale that name its ФПД (1192). */
export function mendedSale(earlier: TillDocument, visit: Purchase): TillDocument[] {
  const extra = { correctsFpd: fiscalOf(earlier)?.fpd ?? '' };
  const { sold } = earlier;
  return [
    makeReceipt({ kind: 'mendingReturn', operation: 'return', sold, ...visit, extra }),
    makeReceipt({ kind: 'mendingSale', operation: 'sale', sold, ...visit, extra }),
  ];
}

/**
 * ФФД 1.2: a wrong receipt is reversed and stated anew by two correction receipts that name its ФПД (1192): they are
 * linked to it, so that what they do to the stock is known. One thing was rung up that nobody took.
 */
export function restatedSale(earlier: TillDocument, visit: Purchase): TillDocument[] {
  const original = fiscalOf(earlier);
  const extra = (kind: Correction['kind']): Partial<SentDocument> => ({
    form: 'correction',
    correction: { type: correctionTypes.own, basisDate: visit.date, kind },
    correctsFpd: original?.fpd ?? '',
  });
  const right = numbered(earlier.sold.length > 1 ? earlier.sold.slice(0, -1) : earlier.sold);
  const { sold } = earlier;
  const moment = { ...visit, refersTo: earlier };
  return [
    makeReceipt({ kind: 'reversal', operation: 'return', sold, ...moment, extra: extra('reversal') }),
    makeReceipt({
      kind: 'restatement',
      operation: 'sale',
      sold: right,
      ...moment,
      extra: extra('restatement'),
    }),
  ];
}
