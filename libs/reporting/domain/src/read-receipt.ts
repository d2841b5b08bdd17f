import {
  countsInReports,
  DISCOUNT_ORIGIN_CODE,
  paymentCode,
  RECOGNITION_CODE,
  RETURN_METHOD_CODE,
  STOCK_EFFECT_CODE,
  VAT_RATE_CODE,
} from './codes';
import type { Purpose } from './codes';
import { directionOf } from './receipt-facts';
import type { FactLine, ReceiptFacts } from './receipt-facts';
import type { ReportedDiscount, ReportedDocument, ReportedLine } from './reported-document';

/** What the nomenclature decided about a line, as far as reports count it. */
export interface LineDecision {
  readonly lineNo: number;
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly stockEffect: string;
  readonly recognition: string;
}

const DAY_MS = 86_400_000;
const NO_RECOGNITION = codeIn(RECOGNITION_CODE, 'none');
const SALE_RECOGNITION = codeIn(RECOGNITION_CODE, 'sale');
const VOIDED = codeIn(RECOGNITION_CODE, 'voided');
const NO_EFFECT = codeIn(STOCK_EFFECT_CODE, 'none');
const OTHER_ORIGIN = codeIn(DISCOUNT_ORIGIN_CODE, 'other');
const UNKNOWN_RATE = codeIn(VAT_RATE_CODE, 'unknown');

/** Whether its lines stand in the document and are not withdrawn, is decided by the caller: `stands`. */
export function readReceipt(
  document: ReportedDocument,
  decisions: readonly LineDecision[],
  stands: boolean,
): ReceiptFacts {
  const operation = document.operation ?? 'sale';
  const direction = directionOf(operation);
  const totalKopecks = direction * (document.totalKopecks ?? sumOfLines(document.lines));
  const lines = linesOf(document, decisions, direction);
  return {
    counted: stands && countsInReports(document.fiscalState, document.businessState),
    direction,
    businessDay: dayOf(document.time.businessDate),
    localDay: vatDayOf(document),
    totalKopecks,
    roundingKopecks: direction * (document.roundingKopecks ?? 0),
    payments: paymentsOf(document, direction),
    discounts: discountsOf(document, direction),
    vatTotals: vatTotalsOf(document, direction),
    lines: lines.length > 0 ? lines : withoutLines(totalKopecks, direction * (document.roundingKopecks ?? 0)),
  };
}

/** What the document is for, where no decision says so: what mends an error (1192) is no customer's return. */
export function purposeOf(document: ReportedDocument): Purpose {
  const { form, correctsFpd, operation } = document;
  if (form === 'correction' || form === 'strictFormCorrection') return 'correction';
  if (correctsFpd !== undefined) return 'mendsError';
  return operation === 'return' ? 'customerReturn' : 'purchase';
}

export function returnMethodOf(document: ReportedDocument): number | null {
  if (document.operation !== 'return') return null;
  return codeIn(RETURN_METHOD_CODE, document.returnOf?.method ?? 'none');
}

/** VAT falls on the local date; where the register's clock cannot be believed (1970, 2099), on the business date. */
function vatDayOf({ time }: ReportedDocument): number {
  const believed = time.timeQuality === 'stated' || time.timeQuality === 'minute';
  return dayOf(believed ? time.localDate : time.businessDate);
}

export function dayOf(date: string): number {
  return Math.floor(Date.parse(date) / DAY_MS);
}

function linesOf(
  { lines }: ReportedDocument,
  decisions: readonly LineDecision[],
  direction: number,
): FactLine[] {
  const facts: FactLine[] = [];
  let byNumber: Map<number, LineDecision> | null = null;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined) continue;
    let decision = decisions[index];
    if (decision?.lineNo !== line.lineNo) {
      byNumber ??= new Map(decisions.map((decided) => [decided.lineNo, decided]));
      decision = byNumber.get(line.lineNo);
    }
    facts.push(factOf(line, decision, direction));
  }
  return facts;
}

/** Written out member by member: it runs for every line of the chain. */
function factOf(line: ReportedLine, decision: LineDecision | undefined, direction: number): FactLine {
  const { vat } = line;
  const decided = decision === undefined ? NO_RECOGNITION : codeIn(RECOGNITION_CODE, decision.recognition);
  return {
    lineNo: line.lineNo,
    productNo: decision?.productNo ?? 0,
    quantityMilli: direction * (decision?.quantityMilli ?? line.quantityMilli),
    amountKopecks: direction * line.amountKopecks,
    discountKopecks: line.discounts === undefined ? 0 : direction * discountOf(line.discounts),
    vatRate: vat === undefined ? UNKNOWN_RATE : (VAT_RATE_CODE.get(vat.rate) ?? UNKNOWN_RATE),
    vatKopecks: vat === undefined || vat.amountKopecks === null ? null : direction * vat.amountKopecks,
    recognition: line.state === 'voided' ? VOIDED : decided,
    stockEffect: decision === undefined ? NO_EFFECT : codeIn(STOCK_EFFECT_CODE, decision.stockEffect),
  };
}

/** Money was taken and nobody said what for: the total counts as turnover of no product. */
function withoutLines(totalKopecks: number, roundingKopecks: number): FactLine[] {
  if (totalKopecks === 0) return [];
  return [
    {
      lineNo: 0,
      productNo: 0,
      quantityMilli: 0,
      amountKopecks: totalKopecks + roundingKopecks,
      discountKopecks: 0,
      vatRate: UNKNOWN_RATE,
      vatKopecks: null,
      recognition: SALE_RECOGNITION,
      stockEffect: NO_EFFECT,
    },
  ];
}

function discountOf(discounts: readonly ReportedDiscount[]): number {
  let sum = 0;
  for (const { amountKopecks } of discounts) sum += amountKopecks;
  return sum;
}

function discountsOf({ lines }: ReportedDocument, direction: number): number[] | null {
  let facts: number[] | null = null;
  for (const { state, discounts } of lines) {
    if (discounts === undefined || state === 'voided') continue;
    for (const { origin, amountKopecks } of discounts) {
      const code = DISCOUNT_ORIGIN_CODE.get(origin) ?? OTHER_ORIGIN;
      facts ??= [];
      let place = 0;
      while (place < facts.length && facts[place] !== code) place += 3;
      if (place === facts.length) facts.push(code, 0, 0);
      facts[place + 1] = (facts[place + 1] ?? 0) + 1;
      facts[place + 2] = (facts[place + 2] ?? 0) + direction * amountKopecks;
    }
  }
  return facts;
}

function paymentsOf({ payments }: ReportedDocument, direction: number): number[] {
  const facts: number[] = [];
  if (payments === undefined) return facts;
  for (const { fiscalKind, instrument, amountKopecks, cashOutKopecks } of payments) {
    facts.push(
      paymentCode(fiscalKind, instrument),
      direction * amountKopecks,
      direction * (cashOutKopecks ?? 0),
    );
  }
  return facts;
}

function vatTotalsOf({ vatTotals }: ReportedDocument, direction: number): number[] | null {
  if (vatTotals === undefined || vatTotals.length === 0) return null;
  const facts: number[] = [];
  for (const { rate, amountKopecks } of vatTotals) {
    facts.push(VAT_RATE_CODE.get(rate) ?? UNKNOWN_RATE, direction * amountKopecks);
  }
  return facts;
}

function sumOfLines(lines: readonly ReportedLine[]): number {
  let sum = 0;
  for (const { state, amountKopecks } of lines) if (state !== 'voided') sum += amountKopecks;
  return sum;
}

function codeIn(codes: ReadonlyMap<string, number>, name: string): number {
  return codes.get(name) ?? codes.get('unknown') ?? codes.get('none') ?? 0;
}
