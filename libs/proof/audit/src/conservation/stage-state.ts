import type { BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import type { DocumentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { ReceiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { MovementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';

/** A register document as it stands by its last revision. */
export interface StandingDocument {
  readonly documentHash: string;
  readonly businessDate: string;
  /** Withdrawn and merged ones stand no more. */
  readonly stands: boolean;
  readonly isReceipt: boolean;
}

export interface StandingLine {
  readonly productId: string;
  readonly amountKopecks: number;
  /** What it does to the stock, in thousandths: out is negative. */
  readonly stockMilli: number;
  readonly recognition: string;
  /** As the document states it; absent for lines that are not in it. */
  readonly statedKopecks: number | undefined;
}

/** A receipt as it is decided by its last event. */
export interface StandingReceipt {
  readonly documentHash: string;
  readonly businessDate: string;
  readonly stands: boolean;
  /** Reports count what goes back, and what is bought from people, as negative. */
  readonly sign: 1 | -1;
  readonly lines: Map<number, StandingLine>;
}

/** Revisions after which nothing of a document stands. */
const GONE = new Set(['withdrawn', 'merged']);

const NEGATIVE = new Set(['return', 'buy']);

type ReceiptEvent = LinesDecidedV1 | ReceiptRevisedV1;

export class DocumentStates {
  readonly byId = new Map<string, StandingDocument>();

  take({ documentId, documentHash, revisionKind, document }: DocumentRevisedV1): void {
    this.byId.set(documentId, {
      documentHash,
      businessDate: document.time.businessDate,
      stands: !GONE.has(revisionKind),
      isReceipt: document.type === 'receipt',
    });
  }
}

export class ReceiptStates {
  readonly byId = new Map<string, StandingReceipt>();

  take(event: ReceiptEvent): void {
    const known = this.byId.get(event.documentId);
    if (!('document' in event)) {
      if (known === undefined) return;
      for (const line of event.lines) {
        known.lines.set(line.lineNo, standingLine(line, known.lines.get(line.lineNo)?.statedKopecks));
      }
      return;
    }
    const stands = !GONE.has(event.revisionKind);
    const carried = event.repost === 'none' && known !== undefined;
    const stated = new Map(event.document.lines.map((line) => [line.lineNo, line.amountKopecks]));
    const lines = carried
      ? known.lines
      : new Map(event.lines.map((line) => [line.lineNo, standingLine(line, stated.get(line.lineNo))]));
    const { documentHash, businessDate } = event;
    const sign = NEGATIVE.has(event.document.operation ?? '') ? -1 : 1;
    this.byId.set(event.documentId, {
      documentHash,
      businessDate,
      stands,
      sign,
      lines: stands ? lines : new Map<number, StandingLine>(),
    });
  }
}

function standingLine(line: ReceiptEvent['lines'][number], statedKopecks: number | undefined): StandingLine {
  const sign = line.stockEffect === 'out' ? -1 : line.stockEffect === 'in' ? 1 : 0;
  return {
    productId: line.productId,
    amountKopecks: line.amountKopecks,
    stockMilli: sign * line.quantityMilli,
    recognition: line.recognition,
    statedKopecks,
  };
}

/** What the ledger's movements come to. */
export class MovementStates {
  /** documentId → `lineNo|productId` → thousandths; of receipts alone. */
  readonly byDocument = new Map<string, Map<string, number>>();
  /** `locationId|productId` → thousandths; of everything. */
  readonly balances = new Map<string, number>();
  /** Of everything; 0 = nothing has moved. */
  lastMovementSeq = 0;

  /** `ofReceipts`: the movement's cause is within what is compared. */
  take(event: MovementsPostedV1, ofReceipts: boolean): void {
    for (const {
      debit,
      credit,
      quantityMilli,
      lineNo,
      productId,
      locationId,
      movementSeq,
    } of event.movements) {
      this.lastMovementSeq = Math.max(this.lastMovementSeq, movementSeq);
      const delta = (debit === 'stock' ? quantityMilli : 0) - (credit === 'stock' ? quantityMilli : 0);
      add(this.balances, `${locationId}|${productId}`, delta);
      if (event.kind === 'delivery' || !ofReceipts) continue;
      const lines = this.byDocument.get(event.documentId) ?? new Map<string, number>();
      this.byDocument.set(event.documentId, lines);
      add(lines, `${String(lineNo)}|${productId}`, delta);
    }
  }
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

/** The rows for BI: of each line the one of the highest version. */
export class BiStates {
  readonly byDocument = new Map<string, Map<number, BiReceiptLineV1>>();

  take(row: BiReceiptLineV1): void {
    const lines = this.byDocument.get(row.document_id) ?? new Map<number, BiReceiptLineV1>();
    this.byDocument.set(row.document_id, lines);
    const known = lines.get(row.line_no);
    if (known === undefined || row.row_version >= known.row_version) lines.set(row.line_no, row);
  }
}
