import { withEan13CheckDigit } from '../catalogue/check-digit';
import type { Good, Marking } from '../catalogue/good';
import type { SimulatedStore } from '../chain/chain';
import type { TillStyle } from '../chain/registers';
import type { SeededRandom } from '../random/seeded-random';
import { unmatchedProductKey, type LineFact } from '../truth/document-facts';
import type { Recognition } from '../truth/receipt-facts';
import type { BasketItem } from './basket';
import type { SentLine } from './sent-document';

const pieceMeasure = 0;
const kilogramMeasure = 11;
const discountChance = 0.12;
const backRoomChance = 0.01;
const statedVatChance = 0.5;
const marksMax = 6;

/** Признак способа расчёта (1214). */
export const paymentMethods = {
  fullPrepayment: 1,
  partPrepayment: 2,
  advance: 3,
  fullPayment: 4,
  partCredit: 5,
  credit: 6,
  creditPayment: 7,
} as const;

/** Вид кода марки (1300–1309), by product group. */
const markKinds: Readonly<Record<Marking, string>> = {
  milk: '1305',
  water: '1305',
  beer: '1305',
  softDrinks: '1305',
  petFood: '1305',
  oil: '1305',
  caviar: '1305',
  tobacco: '1306',
};

export interface LineContext {
  readonly store: SimulatedStore;
  readonly style: TillStyle;
  readonly businessDate: string;
  readonly random: SeededRandom;
}

/** A line as it is sold, with what it is known to do to the stock and to the turnover. */
export interface SoldLine {
  readonly line: SentLine;
  /** null: no good of the catalogue, but money or a service. */
  readonly good: Good | null;
  /** The product that it stands on once everything is learned. */
  readonly productKey: string;
  /** In thousandths of the product's base unit. */
  readonly baseMilli: number;
  readonly locationId: string;
  readonly amountKopecks: number;
  /** undecided: nobody knows what it does to the stock until a person says. */
  readonly effect: 'moves' | 'none' | 'undecided';
  readonly recognition: Recognition;
}

export function sellItem(item: BasketItem, lineNo: number, context: LineContext): SoldLine {
  const { random, style, store } = context;
  const listAmount = Math.round((item.priceKopecks * item.quantityMilli) / 1000);
  const discount = style === 'rich' && random.chance(discountChance) ? discountOf(listAmount, random) : 0;
  const amountKopecks = listAmount - discount;
  const inBackRoom = random.chance(backRoomChance) && item.good.subject === 'goods';
  const locationId = inBackRoom ? store.backLocationId : store.hallLocationId;
  const line: SentLine = {
    lineNo,
    ...codesOf(item, style),
    name: item.pack?.name ?? item.good.name,
    quantityMilli: item.quantityMilli,
    measureCode: item.good.weighed ? kilogramMeasure : pieceMeasure,
    ...pricesOf(item, amountKopecks, discount),
    amountKopecks,
    vat: vatOf(item, amountKopecks, context),
    paymentMethod: paymentMethods.fullPayment,
    subject: subjectOf(item),
    ...(inBackRoom ? { stockLocationId: locationId } : {}),
    ...marksOf(item, style, random),
  };
  return {
    line,
    good: item.good,
    productKey: productKeyOf(item),
    baseMilli: baseMilliOf(item),
    locationId,
    amountKopecks,
    effect: item.good.subject === 'goods' ? 'moves' : 'none',
    recognition: 'sale',
  };
}

function productKeyOf({ good, pack }: BasketItem): string {
  const neverKnown = good.knowledge === 'never' && good.barcode !== null && pack === null;
  return neverKnown ? unmatchedProductKey(good.barcode) : good.productId;
}

function baseMilliOf({ good, pack, quantityMilli }: BasketItem): number {
  const baseMilli = pack === null ? quantityMilli : (quantityMilli * pack.numerator) / pack.denominator;
  if (!Number.isSafeInteger(baseMilli)) throw new Error(`${good.name}: not whole in base units`);
  return baseMilli;
}

function discountOf(amountKopecks: number, random: SeededRandom): number {
  return Math.round((amountKopecks * random.pick([5, 10, 15, 30])) / 100);
}

function pricesOf(item: BasketItem, amountKopecks: number, discount: number): Partial<SentLine> {
  if (discount === 0) return { priceKopecks: item.priceKopecks };
  return {
    priceKopecks: Math.round((amountKopecks * 1000) / item.quantityMilli),
    priceRaw: ((amountKopecks * 10) / item.quantityMilli).toFixed(2),
    listPriceKopecks: item.priceKopecks,
    discounts: [{ origin: 'promotion', promoId: `act-${String(discount % 7)}`, amountKopecks: discount }],
  };
}

/** A till that knows a good by a barcode that nomenclature lacks gives no article beside it. */
function codesOf({ good, pack, quantityMilli }: BasketItem, style: TillStyle): Partial<SentLine> {
  if (good.scaleCode !== null && style === 'articles') {
    return { barcode: withEan13CheckDigit(good.scaleCode + String(quantityMilli).padStart(5, '0')) };
  }
  if (good.barcode === null) return { article: good.article };
  if (pack !== null) return { barcode: pack.barcode };
  if (style === 'plain' || good.knowledge !== 'known') return { barcode: good.barcode };
  return { barcode: good.barcode, article: good.article };
}

/** Признак предмета расчёта (1212). */
function subjectOf({ good }: BasketItem): number {
  if (good.subject === 'service') return 4;
  if (good.subject === 'lottery') return 7;
  if (good.marking !== null) return good.excise ? 31 : 33;
  return good.excise ? 2 : 1;
}

function vatOf(
  { good }: BasketItem,
  amountKopecks: number,
  context: LineContext,
): NonNullable<SentLine['vat']> {
  if (good.vat === 'none') return { rate: 'none', amountKopecks: null };
  const standard = context.businessDate < '2026-01-01' ? '20' : '22';
  const rate = good.vat === 'reduced' ? '10' : standard;
  const stated = context.style === 'rich' && context.random.chance(statedVatChance);
  const amount = Math.round((amountKopecks * Number(rate)) / (100 + Number(rate)));
  return { rate, amountKopecks: stated ? amount : null };
}

function marksOf(
  { good, pack, quantityMilli }: BasketItem,
  style: TillStyle,
  random: SeededRandom,
): Partial<SentLine> {
  if (good.marking === null || style === 'plain' || good.barcode === null || pack !== null) return {};
  const codeKind = markKinds[good.marking];
  const count = Math.min(marksMax, Math.floor(quantityMilli / 1000));
  const marks = Array.from({ length: count }, () => ({
    raw: Buffer.from(`010${good.barcode ?? ''}215${random.hex(12)}\u001d93${random.hex(4)}`).toString(
      'base64',
    ),
    codeKind,
    plannedStatus: 1,
  }));
  return marks.length === 0 ? {} : { marks };
}

/** What a line does to the stock once everything is learned; null for what moves nothing. */
export function lineFact(sold: SoldLine, sign: 1 | -1): LineFact | null {
  if (sold.effect !== 'moves') return null;
  return [sold.line.lineNo, sold.productKey, sold.locationId, sign * sold.baseMilli];
}

/** The line as it is paid beforehand: the tax is part of the money that was received. */
export function asAdvance(sold: SoldLine, paymentMethod: number, amountKopecks: number): SoldLine {
  const { marks: _marks, discounts: _discounts, vat, ...line } = sold.line;
  const rate = vat === undefined || vat.rate === 'none' ? 'none' : calculatedRates[vat.rate];
  return {
    ...sold,
    line: {
      ...line,
      paymentMethod,
      amountKopecks,
      ...(rate === undefined ? {} : { vat: { rate, amountKopecks: null } }),
    },
    amountKopecks,
    effect: 'none',
    recognition: 'advance',
  };
}

/** 1199: the rate of an advance. */
const calculatedRates: Partial<Record<string, NonNullable<SentLine['vat']>['rate']>> = {
  '10': '10/110',
  '20': '20/120',
  '22': '22/122',
};

const subjects = { service: 4, payment: 10 } as const;

/** A line that names money and no goods: an advance, the payment of a credit. */
export function moneyLine(
  name: string,
  amountKopecks: number,
  recognition: 'advance' | 'creditPayment',
): SoldLine {
  const paymentMethod = recognition === 'advance' ? paymentMethods.advance : paymentMethods.creditPayment;
  return bareLine({ name, amountKopecks, paymentMethod, subject: subjects.payment }, recognition);
}

export function serviceLine(name: string, amountKopecks: number): SoldLine {
  const { fullPayment: paymentMethod } = paymentMethods;
  return bareLine({ name, amountKopecks, paymentMethod, subject: subjects.service }, 'sale');
}

function bareLine(
  stated: Pick<SentLine, 'name' | 'amountKopecks' | 'paymentMethod' | 'subject'>,
  recognition: Recognition,
): SoldLine {
  return {
    line: {
      ...stated,
      lineNo: 1,
      quantityMilli: 1000,
      priceKopecks: stated.amountKopecks,
      vat: { rate: 'none', amountKopecks: null },
    },
    good: null,
    productKey: '',
    baseMilli: 1000,
    locationId: '',
    amountKopecks: stated.amountKopecks,
    effect: 'none',
    recognition,
  };
}
