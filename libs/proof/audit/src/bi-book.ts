import type { LogRecord } from '@potok/platform-kafka/log';

export const receiptLinesTopicName = 'bi.receipt-lines.v1';

/** Of a row's `event_id`: the document, as registered first. */
const firstRow = /^([0-9a-f-]{36})\/1\/decided\/0\//;

/** When the rows of each document came to the topic for BI, by the broker's clock. */
export class BiBook {
  readonly appendedAtMs = new Map<string, number>();

  take(record: LogRecord): void {
    const documentId = firstRow.exec(record.headers['ce_id']?.toString() ?? '')?.[1];
    if (documentId === undefined || this.appendedAtMs.has(documentId)) return;
    this.appendedAtMs.set(documentId, record.timestampMs);
  }
}
