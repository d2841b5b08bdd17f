import { plainGoods } from '../catalogue/plain-goods';
import { goodOfBareCorrection, clerkStatesGoodsIn, decidesIn } from '../chain/decisions';
import { conflictingDocument } from '../delivery/copies';
import { lineFact, sellItem, type SoldLine } from './lines';
import { payOutInCash } from './payments';
import { makeReceipt, receiptFactsOf, type TillDocument } from './receipt';
import type { SentDocument, SentLine } from './sent-document';
import {
  fillBasket,
  fillWithKnownGoods,
  numbered,
  sell,
  sellAndRemember,
  type Purchase,
  type PurchaseContext,
} from './visit';

/** Sales of which something is still open when they are sent: their ФН, their goods, which of two copies is right. */

function isOrdinary({ till }: Purchase): boolean {
  return till.register.trait === 'ordinary';
}

/** Told before the ФН had it, by the register's own number; the fiscal copy follows. */
export function pendingSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  if (!isOrdinary(visit)) return [sellAndRemember(visit, context)];
  const [name] = visit.till.agentHead().identities;
  const sale = sell(visit, fillBasket(visit, context, 3));
  return [name === undefined ? sale : { ...sale, kind: 'pendingSale', pendingAs: name }];
}

/** The ФН did not take it, and the buyer was gone: no document of a ФН, no turnover, and a person says what has left. */
export function failedSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const { till, date, second } = visit;
  const isDecided = decidesIn(till.store, 'failed');
  const sold = fillWithKnownGoods(visit, context, 4).map((line) => ({
    ...line,
    effect: isDecided ? line.effect : ('undecided' as const),
    recognition: 'none' as const,
  }));
  if (sold.length === 0) return [sellAndRemember(visit, context)];
  const totalKopecks = sold.reduce((total, { amountKopecks }) => total + amountKopecks, 0);
  const document: SentDocument = {
    type: 'receipt',
    ...till.agentHead(),
    fiscalState: 'failed',
    occurredAtLocal: till.clock(date, second),
    operation: 'sale',
    totalKopecks,
    payments: [{ fiscalKind: 'cash', amountKopecks: totalKopecks }],
    lines: sold.map(({ line }) => line),
    detail: 'full',
  };
  const request = { ...visit, kind: 'failedSale', operation: 'sale', sold } as const;
  const facts = receiptFactsOf(document, { ...request, personDecides: isDecided ? 'failed' : null });
  return [
    {
      document,
      till,
      second,
      kind: request.kind,
      role: 'sale',
      fate: 'sent',
      requires: [],
      lines: sold.map((line) => lineFact(line, -1)).filter((fact) => fact !== null),
      lineCount: sold.length,
      receipt: { ...facts, failed: true },
      closeReport: null,
      sold: [],
    },
  ];
}

/** A missed sale of which the correction states the sum alone: a clerk says which goods it was, or that none has left. */
export function bareCorrection(visit: Purchase, context: PurchaseContext): TillDocument[] {
  const { chain } = context;
  const amountKopecks = visit.random.between(5_000, 90_000);
  const good = goodOfBareCorrection(chain.goods, amountKopecks);
  const item = { good, pack: null, quantityMilli: 1000, priceKopecks: amountKopecks };
  const sum: SoldLine = {
    ...sellItem(item, 1, { ...lineContext(visit), style: 'plain' }),
    locationId: visit.till.store.hallLocationId,
  };
  const correction = { type: 0, basisDate: visit.date, kind: 'missedSale' } as const;
  const stated = makeReceipt({
    kind: 'bareCorrection',
    operation: 'sale',
    sold: [sum],
    pay: payOutInCash,
    ...visit,
    personDecides: 'correction',
    extra: { form: 'correction', correction, lines: [], detail: 'totalsOnly' },
  });
  if (clerkStatesGoodsIn(visit.till.store)) return [stated];
  const receipt = stated.receipt === null ? null : { ...stated.receipt, lines: [] };
  return [{ ...stated, lines: [], lineCount: 0, receipt }];
}

/** The till's software told of another good than the receipt states; the copy as it was printed comes later. */
export function miscopiedSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  if (!isOrdinary(visit)) return [sellAndRemember(visit, context)];
  const plain = plainGoods(context.chain.goods);
  const right = visit.random.pick(plain);
  const wrong = visit.random.pick(plain.filter((good) => good !== right && good.vat === right.vat));
  const item = { good: right, pack: null, quantityMilli: 1000, priceKopecks: right.priceKopecks };
  const sold = numbered([sellItem(item, 1, lineContext(visit)), ...fillBasket(visit, context, 2)]);
  const sale = sell(visit, sold);
  const lines = (sale.document.lines ?? []).map((line) =>
    line.lineNo === 1 ? miscopied(line, wrong) : line,
  );
  const document = { ...sale.document, lines };
  return [{ ...sale, kind: 'miscopiedSale', document, dispute: { copy: sale.document, verdict: 'revise' } }];
}

function miscopied(
  line: SentLine,
  { name, barcode, article }: ReturnType<typeof plainGoods>[number],
): SentLine {
  return {
    ...line,
    name,
    ...(barcode === null ? {} : { barcode }),
    ...(line.article === undefined ? {} : { article }),
  };
}

/** Somebody sends another document under its name: the first one was right. */
export function disputedSale(visit: Purchase, context: PurchaseContext): TillDocument[] {
  if (!isOrdinary(visit)) return [sellAndRemember(visit, context)];
  const sale = sell(visit, fillBasket(visit, context));
  const copy = conflictingDocument(sale.document, visit.random);
  return [{ ...sale, kind: 'disputedSale', dispute: { copy, verdict: 'keep' } }];
}

function lineContext({ till, date, random }: Purchase) {
  return { store: till.store, style: till.register.style, businessDate: date, random };
}
