import { buyerPhone } from '../chain/people';
import { organisationInn } from '../catalogue/check-digit';
import type { SeededRandom } from '../random/seeded-random';
import type { DocumentFacts, LineFact } from '../truth/document-facts';
import type { Operation, ReceiptFacts } from '../truth/receipt-facts';
import { lineFact, productKeyOf, type SoldLine } from './lines';
import type { SentDocument, SentLine, SentPayment } from './sent-document';
import type { FiscalDocument, Till } from './till';

const phoneChance = 0.06;
const organisationChance = 0.005;
const voidedChance = 0.01;
const cashOutChance = 0.004;

/** A document as the register has it, before anything happens to it on the way. */
export interface TillDocument {
  readonly document: SentDocument;
  readonly till: Till;
  /** Local second of the day at which it happened. */
  readonly second: number;
  readonly kind: string;
  readonly role: DocumentFacts['role'];
  readonly lines: readonly LineFact[];
  readonly lineCount: number;
  /** Of a completed receipt. */
  readonly receipt: ReceiptFacts | null;
  /** Of a fiscal sale or return: what copies and returns of it need. */
  readonly sold: readonly SoldLine[];
}

export interface Moment {
  readonly date: string;
  readonly second: number;
  readonly random: SeededRandom;
}

export interface ReceiptRequest extends Moment {
  readonly till: Till;
  readonly kind: string;
  readonly operation: Operation;
  readonly sold: readonly SoldLine[];
  /** Changes what the receipt states. */
  readonly extra?: Partial<SentDocument>;
  readonly payments?: (totalKopecks: number) => SentPayment[];
}

/** A completed fiscal receipt. */
export function makeReceipt(request: ReceiptRequest): TillDocument {
  const { till, random, sold, operation } = request;
  const fiscal = till.nextFiscal('receipt');
  const sum = sold.reduce((total, { amountKopecks }) => total + amountKopecks, 0);
  const payer = request.payments === undefined ? pay(sum, till, random) : statedPayer(sum, request.payments);
  const document: SentDocument = {
    type: 'receipt',
    ...till.fiscalHead(fiscal, 'receipt'),
    occurredAtLocal: till.clock(request.date, request.second),
    operation,
    totalKopecks: payer.totalKopecks,
    ...(payer.totalKopecks === sum ? {} : { roundingKopecks: sum - payer.totalKopecks }),
    payments: payer.payments,
    ...vatTotalsOf(sold),
    lines: [...sold.map(({ line }) => line), ...voidedLines(request)],
    detail: 'full',
    ...buyerOf(random),
    ...(till.register.trait === 'courier' ? { channel: 'courier' } : {}),
    ...request.extra,
  };
  const sign = operation === 'sale' ? -1 : 1;
  return {
    document,
    till,
    second: request.second,
    kind: request.kind,
    role: 'sale',
    lines: sold.map((line) => lineFact(line, sign)).filter((fact) => fact !== null),
    lineCount: sold.length,
    receipt: receiptFacts(document, request),
    sold,
  };
}

function receiptFacts(document: SentDocument, request: ReceiptRequest): ReceiptFacts {
  const { sold, operation, till, date } = request;
  const discounts = sold.flatMap(({ line }) => line.discounts ?? []);
  return {
    businessDate: date,
    operation,
    purpose: purposeOf(document),
    otherSeller: document.fiscal?.sellerInn !== undefined,
    operationId: document.operationId ?? null,
    cashier: till.cashier.tabNumber,
    totalKopecks: document.totalKopecks ?? 0,
    discountKopecks: discounts.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0),
    lines: sold.map((line) => [line.line.lineNo, productKeyOf(line), line.recognition, line.amountKopecks]),
    payments: (document.payments ?? []).map((payment) => [
      payment.fiscalKind,
      payment.instrument ?? null,
      payment.amountKopecks,
    ]),
    vat: (document.vatTotals ?? []).map(({ rate, amountKopecks }) => [rate, amountKopecks]),
    undecidedLines: sold.filter(({ effect }) => effect === 'undecided').map(({ line }) => line.lineNo),
  };
}

function purposeOf(document: SentDocument): ReceiptFacts['purpose'] {
  if (document.correction !== undefined) return 'correction';
  if (document.correctsFpd !== undefined) return 'mendsError';
  return document.operation === 'return' ? 'customerReturn' : 'purchase';
}

/** The receipt's fiscal names, for a return or a correction that refers to it. */
export function fiscalOf({ document }: TillDocument): FiscalDocument | null {
  const identity = document.identities.find(({ scheme }) => scheme === 'fn');
  if (identity?.number === undefined) return null;
  return { series: identity.series, number: identity.number, fpd: document.fiscal?.fpd ?? '' };
}

interface Payer {
  readonly totalKopecks: number;
  readonly payments: SentPayment[];
}

function statedPayer(sum: number, payments: (totalKopecks: number) => SentPayment[]): Payer {
  return { totalKopecks: sum, payments: payments(sum) };
}

function pay(sum: number, till: Till, random: SeededRandom): Payer {
  const way = random.fraction();
  if (way < 0.28) return payInCash(sum, till, random);
  if (way < 0.3 && sum > 20_000) {
    const cash = random.between(1, Math.floor(sum / 10_000)) * 5_000;
    return { totalKopecks: sum, payments: [{ fiscalKind: 'cash', amountKopecks: cash }, byCard(sum - cash)] };
  }
  if (way < 0.42) {
    return {
      totalKopecks: sum,
      payments: [{ fiscalKind: 'electronic', instrument: 'sbp', amountKopecks: sum }],
    };
  }
  const cashOut = random.chance(cashOutChance) ? { cashOutKopecks: random.between(1, 10) * 50_000 } : {};
  return { totalKopecks: sum, payments: [{ ...byCard(sum), ...cashOut }] };
}

function byCard(amountKopecks: number): SentPayment {
  return { fiscalKind: 'electronic', instrument: 'card', amountKopecks };
}

function payInCash(sum: number, till: Till, random: SeededRandom): Payer {
  const totalKopecks = till.store.roundsToRubles ? sum - (sum % 100) : sum;
  const note = random.pick([10_000, 50_000, 100_000, 500_000]);
  const tenderedKopecks = Math.ceil(totalKopecks / note) * note;
  return {
    totalKopecks,
    payments: [
      {
        fiscalKind: 'cash',
        amountKopecks: totalKopecks,
        tenderedKopecks,
        changeKopecks: tenderedKopecks - totalKopecks,
      },
    ],
  };
}

function vatTotalsOf(sold: readonly SoldLine[]): Partial<SentDocument> {
  const turnover = new Map<string, number>();
  for (const { line, amountKopecks } of sold) {
    const rate = line.vat?.rate ?? 'none';
    turnover.set(rate, (turnover.get(rate) ?? 0) + amountKopecks);
  }
  const vatTotals: NonNullable<SentDocument['vatTotals']> = [];
  for (const rate of ['none', '10', '20', '22'] as const) {
    const amount = turnover.get(rate);
    if (amount === undefined) continue;
    const percent = rate === 'none' ? null : Number(rate);
    vatTotals.push({
      rate,
      amountKopecks: percent === null ? amount : Math.round((amount * percent) / (100 + percent)),
    });
  }
  return { vatTotals };
}

/** Something was scanned and taken back before the receipt was closed: it stays in the document, out of all sums. */
function voidedLines({ sold, random, operation }: ReceiptRequest): SentLine[] {
  const last = sold.at(-1);
  if (last === undefined || operation !== 'sale' || !random.chance(voidedChance)) return [];
  const { marks: _marks, ...line } = last.line;
  return [{ ...line, lineNo: last.line.lineNo + 1, state: 'voided' }];
}

function buyerOf(random: SeededRandom): Partial<SentDocument> {
  if (random.chance(phoneChance)) return { buyer: { contact: buyerPhone(random) } };
  if (!random.chance(organisationChance)) return {};
  return { buyer: { name: 'ООО «Покупатель»', inn: organisationInn(`78${random.digits(7)}`) } };
}
