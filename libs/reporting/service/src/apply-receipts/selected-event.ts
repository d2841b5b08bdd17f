import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { select } from '@potok/platform-json/selection';
import type {
  ReportedDiscount,
  ReportedDocument,
  ReportedIdentity,
  ReportedLine,
  ReportedPayment,
  ReportedShift,
  ReportedTime,
  ReportedVat,
} from '@potok/reporting-domain/reported-document';

type DecidedLine = LinesDecidedV1['lines'][number];
export type ReportedDecision = Pick<
  DecidedLine,
  'lineNo' | 'productId' | 'productNo' | 'quantityMilli' | 'amountKopecks' | 'stockEffect' | 'recognition'
>;

interface ReportedLines {
  readonly lines: readonly ReportedDecision[];
}

type EnvelopeMember = 'storeId' | 'storeNo' | 'streamSeq' | 'rootSeq' | 'recordedAt';
type DecisionMember = EnvelopeMember | 'documentId' | 'revision' | 'decisionNo' | 'meaning';
type RevisionMember = DecisionMember | 'revisionKind';

export interface ReceiptBody extends Pick<ReceiptRegisteredV1, RevisionMember>, ReportedLines {
  readonly document: ReportedDocument;
}
export interface RevisionBody extends ReceiptBody, Pick<ReceiptRevisedV1, 'receiptSeq'> {}
export interface DecisionBody
  extends Pick<LinesDecidedV1, DecisionMember | 'receiptSeq' | 'businessDate'>, ReportedLines {}

/** The members of every type of event on retail.sales.receipts.v1, as far as reports are made of them. */
export type AnyBody = {
  readonly [Member in keyof (RevisionBody & DecisionBody)]?:
    (RevisionBody & DecisionBody)[Member] | undefined;
};

const VAT = select<ReportedVat>()(['rate', 'amountKopecks'], ([rate, amountKopecks]) => ({
  rate,
  amountKopecks,
}));
const DISCOUNT = select<ReportedDiscount>()(['origin', 'amountKopecks'], ([origin, amountKopecks]) => ({
  origin,
  amountKopecks,
}));
const LINE = select<ReportedLine>()(
  ['lineNo', 'state', 'quantityMilli', 'amountKopecks', 'discounts', 'vat'],
  ([lineNo, state, quantityMilli, amountKopecks, discounts, vat]) => ({
    lineNo,
    state,
    quantityMilli,
    amountKopecks,
    discounts,
    vat,
  }),
  { discounts: DISCOUNT, vat: VAT },
);
const IDENTITY = select<ReportedIdentity>()(['scheme', 'series', 'number'], ([scheme, series, number]) => ({
  scheme,
  series,
  number,
}));
const SHIFT = select<ReportedShift>()(['number', 'receiptNumber'], ([number, receiptNumber]) => ({
  number,
  receiptNumber,
}));
const TIME = select<ReportedTime>()(
  ['occurredAt', 'timeQuality', 'localDate', 'businessDate'],
  ([occurredAt, timeQuality, localDate, businessDate]) => ({
    occurredAt,
    timeQuality,
    localDate,
    businessDate,
  }),
);
const PAYMENT = select<ReportedPayment>()(
  ['fiscalKind', 'instrument', 'amountKopecks', 'cashOutKopecks'],
  ([fiscalKind, instrument, amountKopecks, cashOutKopecks]) => ({
    fiscalKind,
    instrument,
    amountKopecks,
    cashOutKopecks,
  }),
);
const DOCUMENT = select<ReportedDocument>()(
  [
    'registerId',
    'registerNo',
    'legalEntityId',
    'identities',
    'operationId',
    'shift',
    'time',
    'form',
    'operation',
    'fiscalState',
    'businessState',
    'correctsFpd',
    'totalKopecks',
    'roundingKopecks',
    'payments',
    'vatTotals',
    'returnOf',
    'cashierRef',
    'lines',
  ],
  ([
    registerId,
    registerNo,
    legalEntityId,
    identities,
    operationId,
    shift,
    time,
    form,
    operation,
    fiscalState,
    businessState,
    correctsFpd,
    totalKopecks,
    roundingKopecks,
    payments,
    vatTotals,
    returnOf,
    cashierRef,
    lines,
  ]) => ({
    registerId,
    registerNo,
    legalEntityId,
    identities,
    operationId,
    shift,
    time,
    form,
    operation,
    fiscalState,
    businessState,
    correctsFpd,
    totalKopecks,
    roundingKopecks,
    payments,
    vatTotals,
    returnOf,
    cashierRef,
    lines,
  }),
  { identities: IDENTITY, shift: SHIFT, time: TIME, payments: PAYMENT, lines: LINE },
);
const DECIDED_LINE = select<ReportedDecision>()(
  ['lineNo', 'productId', 'productNo', 'quantityMilli', 'amountKopecks', 'stockEffect', 'recognition'],
  ([lineNo, productId, productNo, quantityMilli, amountKopecks, stockEffect, recognition]) => ({
    lineNo,
    productId,
    productNo,
    quantityMilli,
    amountKopecks,
    stockEffect,
    recognition,
  }),
);
export const REPORTED_EVENT = select<AnyBody>()(
  [
    'storeId',
    'storeNo',
    'streamSeq',
    'rootSeq',
    'recordedAt',
    'documentId',
    'revision',
    'revisionKind',
    'decisionNo',
    'businessDate',
    'meaning',
    'receiptSeq',
    'lines',
    'document',
  ],
  ([
    storeId,
    storeNo,
    streamSeq,
    rootSeq,
    recordedAt,
    documentId,
    revision,
    revisionKind,
    decisionNo,
    businessDate,
    meaning,
    receiptSeq,
    lines,
    document,
  ]) => ({
    storeId,
    storeNo,
    streamSeq,
    rootSeq,
    recordedAt,
    documentId,
    revision,
    revisionKind,
    decisionNo,
    businessDate,
    meaning,
    receiptSeq,
    lines,
    document,
  }),
  { lines: DECIDED_LINE, document: DOCUMENT },
);
