import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { documentTypes } from '@potok/retail/document/codes';
import type { DocumentType } from '@potok/retail/document/codes';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { documentIdOf, statedIdentity } from '../identities';
import type { KnownIdentity } from '../identities';
import { buyerOf, employeeOf, mentionedContact, organisationInn } from '../persons';
import type { EmployeeMention, PersonMention } from '../persons';
import type { RegisterPlace } from '../register-place';
import { personsInArchiveOnly } from '../unknown-members';
import { documentTime } from './document-time';
import { Findings } from './findings';
import { canonicalLine, cleanText, roundedAmount } from './lines';
import { noteSums } from './sums';

export interface BuildContext {
  readonly identities: readonly KnownIdentity[];
  readonly place: RegisterPlace;
  readonly receivedAtMs: number;
  /** ledgerAt of the series' previous document; null when it is not known. */
  readonly previousLedgerMs: number | null;
  readonly zones: ZoneOffsets;
  /** Whose tab numbers they are. */
  readonly employeeSource: string;
  /** The opaque reference of a person, the same for ever. */
  readonly referenceOf: (mention: EmployeeMention) => string;
}

export interface BuiltDocument {
  readonly document: CanonicalDocument;
  /** Whose personal data the received bytes hold. */
  readonly persons: readonly PersonMention[];
}

const FPD = /^\d{1,10}$/;
const KNOWN_TYPES: ReadonlySet<string> = new Set(documentTypes);

/** The canonical document: named safe fields only, in this order. Personal data stays behind in the archive. */
export function buildDocument(received: RegisterDocument, context: BuildContext): BuiltDocument {
  const findings = new Findings();
  const cashier = employeeOf(received.cashier, context.employeeSource);
  const approver = employeeOf(received.approver, context.employeeSource);
  const document = allowed(received, { context, findings, cashier, approver });
  noteSums(document, findings);
  const buyer = buyerOf(received.buyer);
  const persons = [cashier, approver, buyer].filter((person) => person !== null);
  const mentioned = findings.removedTexts.map(mentionedContact);
  return { document, persons: [...persons, ...mentioned, ...personsInArchiveOnly(received)] };
}

interface Parts {
  readonly context: BuildContext;
  readonly findings: Findings;
  readonly cashier: EmployeeMention | null;
  readonly approver: EmployeeMention | null;
}

function allowed(
  received: RegisterDocument,
  { context, findings, cashier, approver }: Parts,
): CanonicalDocument {
  const { place, identities } = context;
  const type = typeOf(received, findings);
  const isReceipt = type === 'receipt';
  const text = (value: string | undefined, field: string) =>
    cleanText(value, findings, { lineNo: null, field });
  return {
    schemaVersion: 1,
    documentId: documentIdOf(firstOf(identities)),
    type,
    sourceType: type === 'other' ? text(received.type, 'type') : undefined,
    subtype: text(received.subtype, 'subtype'),
    storeId: place.storeId,
    storeNo: place.storeNo,
    registerId: place.registerId,
    registerNo: place.registerNo,
    legalEntityId: place.legalEntityId,
    identities: identities.map(statedIdentity),
    operationId: received.operationId,
    part: received.part && { index: received.part.index, of: received.part.of },
    shift: received.shift && {
      number: received.shift.number,
      receiptNumber: received.shift.receiptNumber,
      sourceNumber: text(received.shift.sourceNumber, 'shift.sourceNumber'),
    },
    time: documentTime(received, { ...context, findings }),
    form: received.form ?? (isReceipt ? 'receipt' : undefined),
    operation: received.operation,
    fiscalState:
      received.fiscalState ?? (identities.some(({ scheme }) => scheme === 'fn') ? 'fiscal' : 'nonFiscal'),
    businessState: received.businessState ?? 'completed',
    fiscal: fiscalOf(received, findings),
    correction: received.correction && {
      type: received.correction.type,
      basisDate: text(received.correction.basisDate, 'correction.basisDate'),
      basisNumber: text(received.correction.basisNumber, 'correction.basisNumber'),
      kind: received.correction.kind ?? 'unknown',
    },
    correctsFpd: digitsOnly(received.correctsFpd, findings),
    channel: text(received.channel, 'channel'),
    orderId: text(received.orderId, 'orderId'),
    totalKopecks: optionalAmount(received.totalKopecks, 'totalKopecks', findings),
    roundingKopecks: optionalAmount(received.roundingKopecks, 'roundingKopecks', findings),
    payments: received.payments?.map((payment) => ({
      fiscalKind: payment.fiscalKind,
      instrument: text(payment.instrument, 'payments'),
      amountKopecks: roundedAmount(payment.amountKopecks, findings, { lineNo: null, field: 'payments' }),
      tenderedKopecks: optionalAmount(payment.tenderedKopecks, 'payments', findings),
      changeKopecks: optionalAmount(payment.changeKopecks, 'payments', findings),
      cashOutKopecks: optionalAmount(payment.cashOutKopecks, 'payments', findings),
    })),
    vatTotals: received.vatTotals?.map(({ rate, amountKopecks }) => ({
      rate,
      amountKopecks: roundedAmount(amountKopecks, findings, { lineNo: null, field: 'vatTotals' }),
    })),
    detail: received.detail,
    returnOf: returnOfFrom(received),
    closeReport: closeReportOf(received, findings),
    cashierRef: cashier === null ? undefined : context.referenceOf(cashier),
    cashierRefBasis: cashier?.basis,
    cashierRole: text(received.cashier?.role, 'cashier.role'),
    approverRef: approver === null ? undefined : context.referenceOf(approver),
    buyerOrganisationInn: organisationInn(received.buyer?.inn),
    lines: (received.lines ?? []).map((line) => canonicalLine(line, { place, findings })),
    findings: findings.found,
  };
}

function firstOf(identities: readonly KnownIdentity[]): KnownIdentity {
  const [first] = identities;
  if (first === undefined) throw new RangeError('a document has at least one identity');
  return first;
}

function typeOf(received: RegisterDocument, findings: Findings): DocumentType {
  if (KNOWN_TYPES.has(received.type)) return received.type as DocumentType;
  findings.note('unknownType', 'type');
  return 'other';
}

function optionalAmount(kopecks: number | undefined, field: string, findings: Findings): number | undefined {
  return kopecks === undefined ? undefined : roundedAmount(kopecks, findings, { lineNo: null, field });
}

/** 1192 may hold a text where a ФПД is meant. */
function digitsOnly(fpd: string | undefined, findings: Findings): string | undefined {
  const digits = fpd?.trim();
  if (digits === undefined || FPD.test(digits)) return digits;
  findings.note('textRemoved', 'correctsFpd');
  return undefined;
}

function fiscalOf({ fiscal }: RegisterDocument, findings: Findings): CanonicalDocument['fiscal'] {
  if (fiscal === undefined) return undefined;
  const sellerInn = organisationInn(fiscal.sellerInn);
  if (fiscal.sellerInn !== undefined && sellerInn === undefined)
    findings.note('textRemoved', 'fiscal.sellerInn');
  return {
    fpd: fiscal.fpd,
    ffdVersion: fiscal.ffdVersion,
    taxation: fiscal.taxation,
    registrationNumber: fiscal.registrationNumber?.trim(),
    deviceSerial: fiscal.deviceSerial?.trim(),
    sellerInn,
    internet: fiscal.internet,
    automat: cleanText(fiscal.automat, findings, { lineNo: null, field: 'fiscal.automat' }),
  };
}

function returnOfFrom({ returnOf }: RegisterDocument): CanonicalDocument['returnOf'] {
  if (returnOf === undefined) return undefined;
  const { documentId, fiscal, vendor, date, method } = returnOf;
  return {
    documentId,
    fiscal: fiscal && { fn: fiscal.fn, fd: fiscal.fd, fpd: fiscal.fpd },
    vendor: vendor && { system: vendor.system, id: vendor.id },
    date,
    method,
  };
}

function closeReportOf(
  { closeReport }: RegisterDocument,
  findings: Findings,
): CanonicalDocument['closeReport'] {
  if (closeReport === undefined) return undefined;
  const { receiptCount, documentCount, totals = [] } = closeReport;
  const counter = (kopecks: number | null | undefined) =>
    kopecks === null ? null : optionalAmount(kopecks, 'closeReport', findings);
  return {
    receiptCount,
    documentCount,
    totals: totals.map((total) => ({
      origin: total.origin,
      operation: total.operation,
      receiptCount: total.receiptCount,
      totalKopecks: counter(total.totalKopecks),
      cashKopecks: counter(total.cashKopecks),
      electronicKopecks: counter(total.electronicKopecks),
    })),
  };
}
