import { exampleReceipt } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { DecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';

/** Events as the ledger's tests need them: the example of the contract with other lines. */

export function decidedLine(lineNo: number, change: Partial<DecidedLine>): DecidedLine {
  return {
    lineNo,
    productId: `p-${String(change.productNo ?? 1)}`,
    productNo: 1,
    coefficient: { numerator: 1, denominator: 1 },
    quantityMilli: 1000,
    amountKopecks: 10_000,
    stockEffect: 'out',
    recognition: 'sale',
    matchedBy: 'barcode',
    ruleVersion: 1,
    locationId: 'store-1',
    locationNo: 1,
    ...change,
  };
}

export interface TestEvent {
  readonly storeNo?: number;
  readonly seq: number;
  readonly type?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export function storeIdOf(storeNo: number): string {
  return `store-${String(storeNo)}`;
}

export function receiptEvent({ storeNo = 1, seq, type, fields }: TestEvent): StreamEvent {
  const { document, ...head } = exampleReceipt;
  const value = {
    ...head,
    eventId: `${storeIdOf(storeNo)}/${String(seq)}`,
    documentId: `00000000-0000-5000-8000-${String(storeNo * 1_000_000 + seq).padStart(12, '0')}`,
    storeId: storeIdOf(storeNo),
    storeNo,
    streamSeq: seq,
    rootSeq: seq,
    ...fields,
    document,
  };
  return {
    topic: receiptsTopic.name,
    partition: 0,
    offset: seq - 1,
    streamKey: storeIdOf(storeNo),
    epoch: 1,
    seq,
    eventId: value.eventId,
    type: type ?? 'retail.sales.receipt-registered.v1',
    value: Buffer.from(JSON.stringify(value)),
    traceparent: null,
  };
}
