import type { BiHeaderPart, BiLinePart } from '@potok/reporting-contracts/bi-receipt-line.v1';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import { turnoverSign } from '../own-turnover';
import type { TurnoverFacts } from '../own-turnover';

/** What nomenclature decided about a line, as its events state it. */
export interface DecidedLineFacts {
  readonly lineNo: number;
  readonly productId: string;
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly stockEffect: BiLinePart['stock_effect'];
  readonly recognition: BiLinePart['recognition'];
  readonly matchedBy: NonNullable<BiLinePart['matched_by']>;
  readonly locationId?: string | undefined;
}

/** A receipt, or a later revision of it, as it stands on the topic of receipts. */
export interface ReceiptFacts {
  readonly revision: number;
  readonly decisionNo: number;
  readonly rootSeq: number | null;
  readonly locationId?: string | undefined;
  readonly meaning?: MeaningFacts | undefined;
  readonly lines: readonly DecidedLineFacts[];
  readonly document: CanonicalDocument;
}

/** What a receipt is as a whole. */
export interface MeaningFacts {
  readonly purpose?: NonNullable<BiHeaderPart['purpose']> | undefined;
  readonly saleDocumentId?: string | undefined;
}

/** What is known only where rows are numbered. */
export type UnnumberedLine = Omit<BiLinePart, 'event_id' | 'row_seq'>;
export type UnnumberedHeader = Omit<BiHeaderPart, 'row_version' | 'recorded_at'>;

/** A line each, in the order of the document; one row that stands for a receipt without lines. */
export function receiptLines(receipt: ReceiptFacts): UnnumberedLine[] {
  const { document } = receipt;
  if (document.lines.length === 0) return [totalLine(receipt)];
  const decided = new Map(receipt.lines.map((line) => [line.lineNo, line]));
  const receiptTurnover = turnoverFacts(document);
  return document.lines.map((line, index) => ({
    is_deleted: 0,
    line_no: line.lineNo,
    is_first: index === 0 ? 1 : 0,
    decision_no: receipt.decisionNo,
    line_state: line.state,
    ...printed(line),
    ...decisionColumns(
      decided.get(line.lineNo) ?? null,
      { ...receiptTurnover, line_state: line.state },
      receipt.locationId ?? null,
    ),
  }));
}

/** The columns of a line that follow from what was decided about it; null = nothing was. */
export function decisionColumns(
  decided: DecidedLineFacts | null,
  turnover: TurnoverFacts,
  commonLocation: string | null,
) {
  if (decided === null) return UNDECIDED;
  const { quantityMilli, stockEffect, recognition } = decided;
  return {
    product_id: decided.productId,
    product_no: decided.productNo,
    matched_by: decided.matchedBy,
    qty_milli: quantityMilli,
    recognition,
    stock_effect: stockEffect,
    location_id: decided.locationId ?? commonLocation,
    // `+ 0` keeps a negative zero out of the rows.
    revenue_kop: turnoverSign(turnover, recognition) * decided.amountKopecks + 0,
    stock_qty_milli: (stockEffect === 'out' ? -1 : stockEffect === 'in' ? 1 : 0) * quantityMilli + 0,
  };
}

const UNDECIDED = {
  product_id: null,
  product_no: null,
  matched_by: null,
  qty_milli: 0,
  recognition: 'none',
  stock_effect: 'unknown',
  location_id: null,
  revenue_kop: 0,
  stock_qty_milli: 0,
} as const;

/** Money was taken and nobody said what for: the total stands for the lines, as in reports. */
function totalLine({ decisionNo, document }: ReceiptFacts): UnnumberedLine {
  const amountKopecks = (document.totalKopecks ?? 0) + (document.roundingKopecks ?? 0);
  const recognition = 'sale';
  return {
    is_deleted: 0,
    line_no: 0,
    is_first: 1,
    decision_no: decisionNo,
    line_state: 'none',
    ...NOTHING_PRINTED,
    ...UNDECIDED,
    amount_kop: amountKopecks,
    recognition,
    stock_effect: 'none',
    revenue_kop: turnoverSign(turnoverFacts(document), recognition) * amountKopecks + 0,
  };
}

function turnoverFacts({ operation, fiscalState, businessState }: CanonicalDocument): TurnoverFacts {
  return {
    operation: operation ?? null,
    fiscal_state: fiscalState,
    business_state: businessState,
    line_state: 'none',
  };
}

export const NOTHING_PRINTED = {
  article: null,
  barcode: null,
  name: null,
  sold_qty_milli: 0,
  measure_code: null,
  price_kop: null,
  amount_kop: 0,
  discount_kop: null,
  vat_rate: null,
  vat_kop: null,
  payment_method: null,
  subject: null,
  is_agent: 0,
} as const;

function printed(line: CanonicalLine) {
  return {
    article: line.article ?? null,
    barcode: line.barcode ?? null,
    name: line.name ?? null,
    sold_qty_milli: line.quantityMilli,
    measure_code: line.measureCode ?? null,
    price_kop: line.priceKopecks ?? null,
    amount_kop: line.amountKopecks,
    discount_kop: sumOf(line.discounts),
    vat_rate: line.vat?.rate ?? null,
    vat_kop: line.vat?.amountKopecks ?? null,
    payment_method: line.paymentMethod ?? null,
    subject: line.subject ?? null,
    is_agent: line.agent === undefined ? 0 : 1,
  };
}

/** What the lines of a receipt share. */
export function receiptHeader(receipt: ReceiptFacts): UnnumberedHeader {
  const { revision, rootSeq, document, meaning } = receipt;
  const { time, shift } = document;
  const fiscal = document.identities.find(({ scheme }) => scheme === 'fn');
  return {
    store_id: document.storeId,
    store_no: document.storeNo,
    legal_entity_id: document.legalEntityId,
    register_id: document.registerId,
    business_date: time.businessDate,
    document_id: document.documentId,
    revision,
    root_seq: rootSeq,
    occurred_at: time.occurredAt,
    local_date: time.localDate,
    time_zone: time.timeZone,
    cashier_ref: document.cashierRef ?? null,
    shift_no: shift?.number ?? null,
    receipt_no: shift?.receiptNumber ?? null,
    fn: fiscal?.series ?? null,
    fd: fiscal?.number ?? null,
    fpd: document.fiscal?.fpd ?? null,
    operation: document.operation ?? null,
    form: document.form ?? null,
    fiscal_state: document.fiscalState,
    business_state: document.businessState,
    channel: document.channel ?? null,
    order_id: document.orderId ?? null,
    operation_id: document.operationId ?? null,
    ...meaningColumns(meaning),
    receipt_lines: document.lines.length,
    receipt_total_kop: document.totalKopecks ?? null,
    receipt_rounding_kop: document.roundingKopecks ?? null,
    ...paidColumns(document.payments),
  };
}

export function meaningColumns(meaning: MeaningFacts | undefined) {
  return { purpose: meaning?.purpose ?? null, sale_document_id: meaning?.saleDocumentId ?? null };
}

function paidColumns(payments: CanonicalDocument['payments']) {
  const paid = (kind: string) =>
    payments === undefined
      ? null
      : payments.reduce((sum, payment) => sum + (payment.fiscalKind === kind ? payment.amountKopecks : 0), 0);
  return {
    paid_cash_kop: paid('cash'),
    paid_electronic_kop: paid('electronic'),
    paid_prepaid_kop: paid('prepaid'),
    paid_credit_kop: paid('credit'),
    paid_provision_kop: paid('provision'),
  };
}

function sumOf(discounts: CanonicalLine['discounts']): number | null {
  if (discounts === undefined) return null;
  return discounts.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0);
}
