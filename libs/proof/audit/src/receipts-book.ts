import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { LogRecord } from '@potok/platform-kafka/log';
import { hashOfDocument, type DocumentsBook } from './documents-book';
import type { Faults } from './faults';
import { StreamCheck } from './stream-check';

export const receiptsTopicName = 'retail.sales.receipts.v1';

type ReceiptEvent = LinesDecidedV1 | ReceiptRevisedV1;

export interface DecidedReceipt {
  /** How often it was decided for the first time. */
  registered: number;
  /** Where it stands in its stream, by its first event. */
  readonly first: { readonly storeId: string; readonly streamSeq: number };
  /** Each line as decided last. */
  readonly lines: Map<number, DecidedLine>;
}

export type DecidedLine = Pick<ReceiptEvent['lines'][number], 'productId' | 'stockEffect' | 'recognition'>;

/** What stands on the topic of receipts. */
export class ReceiptsBook {
  readonly byDocument = new Map<string, DecidedReceipt>();
  private readonly check: StreamCheck;

  constructor(
    private readonly documents: DocumentsBook,
    private readonly faults: Faults,
  ) {
    this.check = new StreamCheck(receiptsTopicName, faults);
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    const event = JSON.parse(record.value.toString('utf8')) as ReceiptEvent;
    if (!this.check.isNew(record, event)) return;
    const receipt: DecidedReceipt = this.byDocument.get(event.documentId) ?? {
      registered: 0,
      first: { storeId: event.storeId, streamSeq: event.streamSeq },
      lines: new Map(),
    };
    this.byDocument.set(event.documentId, receipt);
    const type = record.headers['ce_type']?.toString() ?? '';
    if (type.startsWith('retail.sales.receipt-registered.')) receipt.registered += 1;
    if ('document' in event) this.checkBytes(record.value, event);
    if ('document' in event) receipt.lines.clear();
    for (const line of event.lines) receipt.lines.set(line.lineNo, line);
  }

  /** The document travels on in the same bytes. */
  private checkBytes(value: Buffer, { documentId, revision, documentHash }: ReceiptRevisedV1): void {
    const published = this.documents.hashes.get(`${documentId}/${String(revision)}`);
    if (published !== undefined && published !== documentHash) {
      this.faults.note('stream', documentId, 'the receipt names another hash of the document');
    }
    if (hashOfDocument(value) !== documentHash) {
      this.faults.note('stream', documentId, 'the receipt holds other bytes of the document');
    }
  }
}
