import { exampleReceipt } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';

/** Events as the tests of reporting need them: the example of the contract with another document. */

export interface TestLine {
  readonly lineNo: number;
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly recognition: string;
  readonly vatRate: string;
  /** null = not stated. */
  readonly vatKopecks: number | null;
  readonly discountKopecks: number;
  /** Absent = the till. */
  readonly discountOrigin?: string;
  readonly voided: boolean;
}

export interface TestReceipt {
  readonly storeNo: number;
  readonly registerNo: number;
  readonly cashier: string | null;
  readonly legalEntityId: string;
  readonly operation: 'sale' | 'return' | 'buy' | 'buyReturn';
  readonly mends: boolean;
  readonly completed: boolean;
  readonly businessDate: string;
  readonly localDate: string;
  readonly totalKopecks: number;
  readonly roundingKopecks: number;
  readonly operationId: string | null;
  readonly shift: number | null;
  readonly payments: readonly {
    readonly fiscalKind: string;
    readonly instrument?: string;
    readonly amountKopecks: number;
  }[];
  readonly vatTotals: readonly { readonly rate: string; readonly amountKopecks: number }[] | null;
  readonly lines: readonly TestLine[];
}

export interface TestPlace {
  readonly seq: number;
  /** Of a revision or decision: the receipt that it is about. */
  readonly receiptSeq?: number;
  readonly revision?: number;
  readonly revisionKind?: string;
  readonly decisionNo?: number;
}

export function storeIdOf(storeNo: number): string {
  return `store-${String(storeNo)}`;
}

export function documentIdOf(storeNo: number, receiptSeq: number): string {
  return `00000000-0000-5000-8000-${String(storeNo * 1_000_000 + receiptSeq).padStart(12, '0')}`;
}

export function receiptEvent(receipt: TestReceipt, place: TestPlace): StreamEvent {
  const type = place.receiptSeq === undefined ? 'receipt-registered' : 'receipt-revised';
  return event(
    { verb: type, storeNo: receipt.storeNo, place },
    {
      registerId: registerIdOf(receipt),
      legalEntityId: receipt.legalEntityId,
      businessDate: receipt.businessDate,
      lines: decisionsOf(receipt.lines),
      ...(place.receiptSeq === undefined ? {} : { receiptSeq: place.receiptSeq }),
      document: documentOf(receipt, place),
    },
  );
}

export interface TestDecision {
  readonly storeNo: number;
  readonly lines: readonly TestLine[];
  readonly businessDate?: string;
  readonly mends?: boolean;
}

export function decisionEvent(decision: TestDecision, place: TestPlace): StreamEvent {
  return event(
    { verb: 'lines-decided', storeNo: decision.storeNo, place },
    {
      receiptSeq: place.receiptSeq,
      reason: 'manual',
      businessDate: decision.businessDate,
      meaning: decision.mends === true ? { purpose: 'mendsError' } : undefined,
      lines: decisionsOf(decision.lines),
      document: undefined,
    },
  );
}

interface TestEvent {
  readonly verb: string;
  readonly storeNo: number;
  readonly place: TestPlace;
}

function event({ verb, storeNo, place }: TestEvent, fields: object): StreamEvent {
  const storeId = storeIdOf(storeNo);
  const documentId = documentIdOf(storeNo, place.receiptSeq ?? place.seq);
  const { seq, revision = 1, revisionKind = 'original', decisionNo = 0 } = place;
  const eventId = `${documentId}/${String(revision)}/${verb}/${String(seq)}`;
  const value = {
    ...exampleReceipt,
    ...{ eventId, documentId, storeId, storeNo, streamSeq: seq, rootSeq: seq },
    ...{ revision, revisionKind, decisionNo },
    ...fields,
  };
  return {
    topic: receiptsTopic.name,
    partition: 0,
    offset: seq - 1,
    streamKey: storeId,
    epoch: 1,
    seq,
    eventId,
    type: `retail.sales.${verb}.v1`,
    value: Buffer.from(JSON.stringify(value)),
    traceparent: null,
  };
}

function registerIdOf({ storeNo, registerNo }: TestReceipt): string {
  return `${storeIdOf(storeNo)}-${String(registerNo)}`;
}

function decisionsOf(lines: readonly TestLine[]) {
  return lines.map(({ lineNo, productNo, quantityMilli, amountKopecks, recognition }) => ({
    ...{ lineNo, productNo, productId: `p-${String(productNo)}`, quantityMilli, amountKopecks, recognition },
    stockEffect: 'out',
    matchedBy: 'barcode',
  }));
}

function documentOf(receipt: TestReceipt, place: TestPlace) {
  const { time, ...example } = exampleReceipt.document;
  const { storeNo, registerNo, legalEntityId, operation, totalKopecks, roundingKopecks } = receipt;
  return {
    ...example,
    documentId: documentIdOf(storeNo, place.receiptSeq ?? place.seq),
    ...{ storeNo, storeId: storeIdOf(storeNo), registerNo, registerId: registerIdOf(receipt), legalEntityId },
    identities: [{ scheme: 'fn', series: `fn-${String(registerNo)}`, number: place.receiptSeq ?? place.seq }],
    shift: receipt.shift === null ? undefined : { number: receipt.shift, receiptNumber: 1 },
    time: { ...time, businessDate: receipt.businessDate, localDate: receipt.localDate },
    ...{ operation, totalKopecks, roundingKopecks },
    businessState: receipt.completed ? 'completed' : 'cancelled',
    correctsFpd: receipt.mends ? '0123456789' : undefined,
    cashierRef: receipt.cashier ?? undefined,
    operationId: receipt.operationId ?? undefined,
    payments: receipt.payments,
    vatTotals: receipt.vatTotals ?? undefined,
    lines: receipt.lines.map(documentLineOf),
  };
}

function documentLineOf(line: TestLine) {
  const { lineNo, quantityMilli, amountKopecks, vatKopecks, discountKopecks, discountOrigin = 'till' } = line;
  return {
    ...{ lineNo, quantityMilli, amountKopecks },
    state: line.voided ? 'voided' : 'sold',
    vat: { rate: line.vatRate, amountKopecks: vatKopecks, origin: 'stated' },
    discounts:
      discountKopecks === 0 ? undefined : [{ origin: discountOrigin, amountKopecks: discountKopecks }],
    stockLocationId: 'store-1',
    stockLocationNo: 1,
  };
}
