import type { ReceivedLine } from '@potok/ingestion-contracts/register-document';
import { AMOUNT_KOPECKS_MAX } from '@potok/kernel/money';
import { roundHalfEven } from '@potok/kernel/quantity';
import type { CanonicalLine } from '@potok/retail/document/canonical-document';
import { organisationInn } from '../persons';
import type { RegisterPlace } from '../register-place';
import { scrubText } from '../text-scrub';
import type { Findings } from './findings';

export interface LineContext {
  readonly place: RegisterPlace;
  readonly findings: Findings;
}

/** Codes of 1214 and 1212 that ФФД 1.2 knows; others pass through and are named. */
const PAYMENT_METHOD_MAX = 7;
const NUMBER_AS_WRITTEN = /^[\d\s.,/+eE-]*$/;
const SUBJECT_MAX = 33;

/** One line by the allow-list: members in this order, nothing else. */
export function canonicalLine(line: ReceivedLine, context: LineContext): CanonicalLine {
  const { place, findings } = context;
  const { lineNo } = line;
  const quantity = roundedQuantity(line, findings);
  const price = roundedPrice(line, findings);
  const location = locationOf(line, context);
  noteCodes(line, findings);
  return {
    lineNo,
    state: line.state ?? 'sold',
    article: line.article,
    barcode: line.barcode,
    externalCode: line.externalCode,
    measureCode: line.measureCode,
    unitText: cleanText(line.unitText, findings, { lineNo, field: 'unitText' }),
    fraction: line.fraction && { numerator: line.fraction.numerator, denominator: line.fraction.denominator },
    marks: line.marks?.map(canonicalMark),
    discounts: line.discounts?.map(({ origin, promoId, amountKopecks }) => ({
      origin: cleanText(origin, findings, { lineNo, field: 'discounts' }) ?? '',
      promoId: cleanText(promoId, findings, { lineNo, field: 'discounts' }),
      amountKopecks: roundedAmount(amountKopecks, findings, { lineNo, field: 'discounts' }),
    })),
    paymentMethod: line.paymentMethod,
    subject: line.subject,
    agent: line.agent && { flags: line.agent.flags, supplierInn: organisationInn(line.agent.supplierInn) },
    exciseKopecks:
      line.exciseKopecks === undefined
        ? undefined
        : roundedAmount(line.exciseKopecks, findings, { lineNo, field: 'exciseKopecks' }),
    originCountry: line.originCountry,
    customsDeclaration: line.customsDeclaration,
    originalLineNo: line.originalLineNo,
    disposition: line.disposition,
    reason: cleanText(line.reason, findings, { lineNo, field: 'reason' }),
    name: cleanText(line.name, findings, { lineNo, field: 'name' }),
    quantityMilli: quantity.value,
    quantityRaw: quantity.raw,
    amountKopecks: roundedAmount(line.amountKopecks, findings, { lineNo, field: 'amountKopecks' }),
    priceKopecks: price.value,
    priceRaw: price.raw,
    listPriceKopecks: listPriceOf(line, findings),
    vat: line.vat && {
      rate: line.vat.rate,
      rawCode: line.vat.rawCode,
      amountKopecks:
        line.vat.amountKopecks === null
          ? null
          : roundedAmount(line.vat.amountKopecks, findings, { lineNo, field: 'vat' }),
      origin: line.vat.origin ?? 'stated',
    },
    stockLocationId: location ?? place.locationId,
    stockLocationNo:
      location === null ? place.locationNo : (place.locationNos.get(location) ?? place.locationNo),
  };
}

export interface FieldOf {
  readonly lineNo: number | null;
  readonly field: string;
}

/** Kopecks rounded half to even; a fraction is a finding. */
export function roundedAmount(kopecks: number, findings: Findings, { lineNo, field }: FieldOf): number {
  const rounded = roundHalfEven(kopecks);
  if (!rounded.exact) findings.note('amountRounded', field, lineNo);
  return rounded.value;
}

/** The text without phones, e-mails and cards. */
export function cleanText(
  text: string | undefined,
  findings: Findings,
  { lineNo, field }: FieldOf,
): string | undefined {
  if (text === undefined) return undefined;
  const scrubbed = scrubText(text);
  if (scrubbed.removed.length > 0) {
    findings.note('textRemoved', field, lineNo);
    findings.removedTexts.push(...scrubbed.removed);
  }
  return scrubbed.text;
}

type ReceivedMark = NonNullable<ReceivedLine['marks']>[number];
type CanonicalMark = NonNullable<CanonicalLine['marks']>[number];

function canonicalMark(mark: ReceivedMark): CanonicalMark {
  const { raw, codeKind, plannedStatus, check, permit } = mark;
  return {
    raw,
    codeKind,
    plannedStatus,
    check,
    permit: permit && { reqId: permit.reqId, time: permit.time, inst: permit.inst, ver: permit.ver },
  };
}

interface RoundedField {
  readonly value: number;
  readonly raw: string | undefined;
}

function roundedQuantity(line: ReceivedLine, findings: Findings): RoundedField {
  const { value, exact } = roundHalfEven(line.quantityMilli);
  if (!exact) findings.note('quantityRounded', 'quantityMilli', line.lineNo);
  if (value === 0) findings.note('quantityZero', 'quantityMilli', line.lineNo);
  const raw = asWritten(line.quantityRaw, 'quantityRaw', { line, findings });
  return { value, raw: raw ?? (exact ? undefined : String(line.quantityMilli / 1000)) };
}

function roundedPrice(line: ReceivedLine, findings: Findings): Partial<RoundedField> {
  const raw = asWritten(line.priceRaw, 'priceRaw', { line, findings });
  if (line.priceKopecks === undefined) return { raw };
  if (!isPlausiblePrice(line.priceKopecks, 'priceKopecks', { line, findings })) {
    return { raw: raw ?? String(line.priceKopecks) };
  }
  const { value, exact } = roundHalfEven(line.priceKopecks);
  if (!exact) findings.note('priceFraction', 'priceKopecks', line.lineNo);
  return { value, raw: raw ?? (exact ? undefined : String(line.priceKopecks)) };
}

/** A number as the till wrote it; a text in its place is somebody's note. */
function asWritten(
  raw: string | undefined,
  field: string,
  { line, findings }: { readonly line: ReceivedLine; readonly findings: Findings },
): string | undefined {
  if (raw === undefined || NUMBER_AS_WRITTEN.test(raw)) return raw;
  findings.note('textRemoved', field, line.lineNo);
  return undefined;
}

function listPriceOf(line: ReceivedLine, findings: Findings): number | undefined {
  const { listPriceKopecks } = line;
  if (listPriceKopecks === undefined) return undefined;
  if (!isPlausiblePrice(listPriceKopecks, 'listPriceKopecks', { line, findings })) return undefined;
  return roundHalfEven(listPriceKopecks).value;
}

/** A price only informs: one that no amount can be is left out, and named. */
function isPlausiblePrice(
  kopecks: number,
  field: string,
  { line, findings }: { readonly line: ReceivedLine; readonly findings: Findings },
): boolean {
  if (Math.abs(kopecks) <= AMOUNT_KOPECKS_MAX) return true;
  findings.note('priceImplausible', field, line.lineNo);
  return false;
}

/** A location of the register's own store; null = the register's. */
function locationOf(line: ReceivedLine, { place, findings }: LineContext): string | null {
  const stated = line.stockLocationId;
  if (stated === undefined || place.locationNos.has(stated)) return stated ?? null;
  findings.note('unknownCode', 'stockLocationId', line.lineNo);
  return null;
}

function noteCodes(line: ReceivedLine, findings: Findings): void {
  const { lineNo, paymentMethod, subject } = line;
  if (paymentMethod !== undefined && (paymentMethod < 1 || paymentMethod > PAYMENT_METHOD_MAX)) {
    findings.note('unknownCode', 'paymentMethod', lineNo);
  }
  if (subject !== undefined && (subject < 1 || subject > SUBJECT_MAX))
    findings.note('unknownCode', 'subject', lineNo);
  if (line.vat?.rate === 'unknown') findings.note('unknownCode', 'vat', lineNo);
  if (line.agent?.supplierInn !== undefined && organisationInn(line.agent.supplierInn) === undefined) {
    findings.note('textRemoved', 'agent.supplierInn', lineNo);
  }
}
