import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { select, WHOLE } from '@potok/platform-json/selection';
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

const VAT = select<ReportedVat>({ rate: WHOLE, amountKopecks: WHOLE });
const DISCOUNT = select<ReportedDiscount>({ origin: WHOLE, amountKopecks: WHOLE });
const LINE = select<ReportedLine>({
  lineNo: WHOLE,
  state: WHOLE,
  quantityMilli: WHOLE,
  amountKopecks: WHOLE,
  discounts: DISCOUNT,
  vat: VAT,
});
const IDENTITY = select<ReportedIdentity>({ scheme: WHOLE, series: WHOLE, number: WHOLE });
const SHIFT = select<ReportedShift>({ number: WHOLE, receiptNumber: WHOLE });
const TIME = select<ReportedTime>({
  occurredAt: WHOLE,
  timeQuality: WHOLE,
  localDate: WHOLE,
  businessDate: WHOLE,
});
const PAYMENT = select<ReportedPayment>({
  fiscalKind: WHOLE,
  instrument: WHOLE,
  amountKopecks: WHOLE,
  cashOutKopecks: WHOLE,
});
const DOCUMENT = select<ReportedDocument>({
  registerId: WHOLE,
  registerNo: WHOLE,
  legalEntityId: WHOLE,
  identities: IDENTITY,
  operationId: WHOLE,
  shift: SHIFT,
  time: TIME,
  form: WHOLE,
  operation: WHOLE,
  fiscalState: WHOLE,
  businessState: WHOLE,
  correctsFpd: WHOLE,
  totalKopecks: WHOLE,
  roundingKopecks: WHOLE,
  payments: PAYMENT,
  vatTotals: WHOLE,
  returnOf: WHOLE,
  cashierRef: WHOLE,
  lines: LINE,
});
const DECIDED_LINE = select<ReportedDecision>({
  lineNo: WHOLE,
  productId: WHOLE,
  productNo: WHOLE,
  quantityMilli: WHOLE,
  amountKopecks: WHOLE,
  stockEffect: WHOLE,
  recognition: WHOLE,
});
export const REPORTED_EVENT = select<AnyBody>({
  storeId: WHOLE,
  storeNo: WHOLE,
  streamSeq: WHOLE,
  rootSeq: WHOLE,
  recordedAt: WHOLE,
  documentId: WHOLE,
  revision: WHOLE,
  revisionKind: WHOLE,
  decisionNo: WHOLE,
  businessDate: WHOLE,
  meaning: WHOLE,
  receiptSeq: WHOLE,
  lines: DECIDED_LINE,
  document: DOCUMENT,
});
