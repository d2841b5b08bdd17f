import { createHash } from 'node:crypto';
import type { DecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import type { ProducerRecord } from '@potok/platform-kafka/log';
import { seededRandom } from '@potok/platform-testing/seeded-random';
import { documentOf } from './documents';
import type { SyntheticReceipt } from './documents';

export interface InputSize {
  readonly receipts: number;
  readonly linesPerReceipt: number;
  readonly stores: number;
  readonly products: number;
  readonly seed: number;
}

/** The shape of the measurements that the goals were set by: 20 stores, 20,000 products, 8 lines. */
export const USUAL_SIZE: Omit<InputSize, 'receipts' | 'seed'> = {
  linesPerReceipt: 8,
  stores: 20,
  products: 20_000,
};

/** Receipts one after another over all stores; products by a skewed choice, as in shops. Same seed, same receipts. */
export function* syntheticReceipts(size: InputSize): Generator<SyntheticReceipt> {
  const random = seededRandom(size.seed);
  for (let index = 0; index < size.receipts; index += 1) {
    const lines = Array.from({ length: size.linesPerReceipt }, () => ({
      productNo: 1 + Math.floor(size.products * random() ** 3),
      quantityMilli: random() < 0.1 ? 200 + Math.floor(random() * 2_000) : 1_000,
      amountKopecks: 1_000 + Math.floor(random() * 90_000),
    }));
    const storeNo = 1 + (index % size.stores);
    yield { storeNo, number: 1 + Math.floor(index / size.stores), lines, isReturn: random() < 0.02 };
  }
}

/** The event of nomenclature about a receipt, as the ledger reads it from retail.sales.receipts.v1. */
export function receiptEvent(receipt: SyntheticReceipt): ProducerRecord {
  const document = Buffer.from(JSON.stringify(documentOf(receipt)));
  const head = headOf(receipt, createHash('sha256').update(document).digest('hex'));
  const prefix = JSON.stringify(head);
  const value = Buffer.concat([
    Buffer.from(`${prefix.slice(0, -1)},"document":`),
    document,
    Buffer.from('}'),
  ]);
  return {
    key: head.storeId,
    value,
    headers: eventHeaders({
      id: head.eventId,
      type: 'retail.sales.receipt-registered.v1',
      source: '/potok/nomenclature',
      time: head.recordedAt,
      epoch: 1,
      seq: receipt.number,
      mustUnderstand: true,
      traceparent: null,
    }),
  };
}

function headOf(receipt: SyntheticReceipt, documentHash: string): Omit<ReceiptRegisteredV1, 'document'> {
  const document = documentOf(receipt);
  const { storeId, storeNo, registerId, legalEntityId, documentId, time } = document;
  return {
    eventId: `${documentId}/1/decided/0`,
    storeId,
    storeNo,
    streamEpoch: 1,
    streamSeq: receipt.number,
    rootSeq: receipt.number,
    cause: { topic: 'retail.register.documents.v1', epoch: 1, seq: receipt.number },
    recordedAt: time.receivedAt,
    causeRecordedAt: time.receivedAt,
    documentId,
    revision: 1,
    revisionKind: 'original',
    repost: 'none',
    decisionNo: 0,
    catalogueVersion: 1,
    registerId,
    legalEntityId,
    occurredAt: time.occurredAt,
    ledgerAt: time.ledgerAt,
    businessDate: time.businessDate,
    documentHash,
    ruleVersion: 1,
    locationId: storeId,
    locationNo: storeNo,
    lines: document.lines.map((line, index) => decidedLine(receipt, line.lineNo, index)),
  };
}

function decidedLine(receipt: SyntheticReceipt, lineNo: number, index: number): DecidedLine {
  const line = receipt.lines[index] ?? { productNo: 1, quantityMilli: 0, amountKopecks: 0 };
  return {
    lineNo,
    productId: `p-${String(line.productNo)}`,
    productNo: line.productNo,
    quantityMilli: line.quantityMilli,
    amountKopecks: line.amountKopecks,
    stockEffect: receipt.isReturn ? 'in' : 'out',
    recognition: 'sale',
    matchedBy: 'barcode',
  };
}
