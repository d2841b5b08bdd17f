import { buyerPhone } from '../chain/people';
import { organisationInn } from '../catalogue/check-digit';
import type { SeededRandom } from '../random/seeded-random';
import type { CloseReportFacts, DocumentFacts, LineFact } from '../truth/document-facts';
import type { Operation, ReceiptFacts } from '../truth/receipt-facts';
import { lineFact, type SoldLine } from './lines';
import { payAsUsual, type WayToPay } from './payments';
import type { SentDocument, SentIdentity, SentLine } from './sent-document';
import type { FiscalDocument, Till } from './till';

const phoneChance = 0.06;
const organisationChance = 0.005;
const voidedChance = 0.01;

/** A document as the register has it, before anything happens to it on the way. */
export interface TillDocument {
  readonly document: SentDocument;
  readonly till: Till;
  /** Local second of the day at which it happened. */
  readonly second: number;
  readonly kind: string;
  readonly role: DocumentFacts['role'];
  /** lost: never sent · onRequest: sent once the platform asks for its number · unsent: nobody misses it. */
  readonly fate: 'sent' | 'lost' | 'onRequest' | 'unsent';
  /** Names of documents that have to be confirmed before it is sent. */
  readonly requires: SentDocument['identities'];
  readonly lines: readonly LineFact[];
  readonly lineCount: number;
  /** Of a completed receipt. */
  readonly receipt: ReceiptFacts | null;
  /** Of a close report. */
  readonly closeReport: CloseReportFacts | null;
  /** Of a fiscal sale or return: what copies and returns of it need. */
  readonly sold: readonly SoldLine[];
  /** The name under which it is told of before the ФН has it. */
  readonly pendingAs?: SentIdentity;
  /** Another copy under its name, and which of the two a person says is right. */
  readonly dispute?: { readonly copy: SentDocument; readonly verdict: 'keep' | 'revise' };
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
  readonly pay?: WayToPay;
  /** 1018, where it is not the store's own. */
  readonly sellerInn?: string;
  readonly personDecides?: ReceiptFacts['personDecides'];
  /** The receipt that it corrects: nobody corrects what has not arrived. */
  readonly refersTo?: TillDocument;
}

/** A completed fiscal receipt. */
export function makeReceipt(request: ReceiptRequest): TillDocument {
  const { till, random, sold, operation } = request;
  const fiscal = till.nextFiscal('receipt');
  const sum = sold.reduce((total, { amountKopecks }) => total + amountKopecks, 0);
  const payer = (request.pay ?? payAsUsual)(sum, till, random);
  till.countReceipt(operation, payer);
  const { sellerInn } = request;
  const head = till.fiscalHead(fiscal, 'receipt');
  const document: SentDocument = {
    type: 'receipt',
    ...head,
    ...(sellerInn === undefined ? {} : { fiscal: { ...head.fiscal, sellerInn } }),
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
  const sign = operation === 'sale' || operation === 'buyReturn' ? -1 : 1;
  return {
    document,
    till,
    second: request.second,
    kind: request.kind,
    role: 'sale',
    fate: 'sent',
    requires: request.refersTo?.document.identities ?? [],
    lines: sold.map((line) => lineFact(line, sign)).filter((fact) => fact !== null),
    lineCount: sold.length,
    receipt: receiptFactsOf(document, request),
    closeReport: null,
    sold,
  };
}

export function receiptFactsOf(document: SentDocument, request: ReceiptRequest): ReceiptFacts {
  const { sold, operation, till, date } = request;
  const discounts = sold.flatMap(({ line }) => line.discounts ?? []);
  return {
    businessDate: date,
    operation,
    purpose: purposeOf(document),
    operationId: document.operationId ?? null,
    cashier: till.cashier.tabNumber,
    totalKopecks: document.totalKopecks ?? 0,
    discountKopecks: discounts.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0),
    lines: sold.map((line) => [line.line.lineNo, line.productKey, line.recognition, line.amountKopecks]),
    payments: (document.payments ?? []).map((payment) => [
      payment.fiscalKind,
      payment.instrument ?? null,
      payment.amountKopecks,
    ]),
    vat: (document.vatTotals ?? []).map(({ rate, amountKopecks }) => [rate, amountKopecks]),
    undecidedLines: sold.filter(({ effect }) => effect === 'undecided').map(({ line }) => line.lineNo),
    personDecides: request.personDecides ?? null,
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

function vatTotalsOf(sold: readonly SoldLine[]): Partial<SentDocument> {
  const turnover = new Map<string, number>();
  for (const { line, amountKopecks } of sold) {
    const rate = line.vat?.rate ?? 'none';
    turnover.set(rate, (turnover.get(rate) ?? 0) + amountKopecks);
  }
  const vatTotals: NonNullable<SentDocument['vatTotals']> = [];
  for (const rate of ['none', '10', '20', '22', '10/110', '20/120', '22/122'] as const) {
    const amount = turnover.get(rate);
    if (amount === undefined) continue;
    const percent = rate === 'none' ? null : Number(rate.split('/')[0]);
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
