import type { Clock } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { present } from '@potok/kernel/assert';
import { documentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { documentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import { decideReceipt } from '@potok/nomenclature-domain/decide-receipt';
import type { LineDecision, UnnumberedLine } from '@potok/nomenclature-domain/decide-receipt';
import type { EventBatch, StreamEvent } from '@potok/platform-kafka/stream-event';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import type { Rules } from '../catalogue/rule-set.repository';
import { DecisionBatch } from '../storage/decision-batch';
import { findReceipts } from '../storage/receipt-table';
import type { UnmatchedProducts, UnmatchedWanted } from '../storage/unmatched-products';
import { readDocument } from './document-reader';
import type { ReadDocument } from './document-reader';
import { receiptEventValue } from './receipt-event';

const REGISTERED = eventTypeOf(documentRegisteredV1);
const REVISED = eventTypeOf(documentRevisedV1);

/** The event types of retail.register.documents.v1 that are decided upon. */
export const DECIDED_TYPES = [REGISTERED, REVISED] as const;

/** What deciding needs: one per service. */
export interface DecisionDesk {
  readonly numbering: StreamNumbering;
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
  readonly unmatched: UnmatchedProducts;
  readonly clock: Clock;
}

interface Work extends ReadDocument {
  readonly event: StreamEvent;
  decisions: readonly LineDecision[];
}

/**
 * Decides every line of the batch's receipts, once: the decisions are stored as the events that carry them. Other
 * documents pass by: they are nobody's sale.
 */
export class DecideReceiptsHandler {
  constructor(private readonly desk: DecisionDesk) {}

  async handle({ tx, events }: EventBatch): Promise<void> {
    const receipts = readReceipts(events);
    if (receipts.length === 0) return;
    const stores = new Map(receipts.map(({ head }) => [head.storeId, head.storeNo]));
    const batch = await DecisionBatch.open(tx, this.desk.numbering, stores);
    const catalogueVersion = await this.desk.catalogue.refresh(tx);
    const ruleVersion = await this.decide(tx, receipts);
    const numbers = await this.desk.unmatched.ensure(tx, wantedBy(receipts), this.desk.clock.nowMs());
    const earlier = await findReceipts(tx, revisedDocuments(receipts));
    for (const receipt of receipts) {
      const lines = numbered(receipt, numbers);
      if (receipt.event.type === REGISTERED) {
        register(batch, { receipt, lines, catalogueVersion, ruleVersion });
        earlier.set(receipt.head.documentId, batch.next(receipt.head.storeId).seq - 1);
      } else {
        const receiptSeq = present(earlier.get(receipt.head.documentId), 'the receipt that is revised');
        addEvent(batch, { receipt, lines, catalogueVersion, ruleVersion, receiptSeq });
      }
    }
    await batch.save();
  }

  /** Answers the version of the rules. */
  private async decide(tx: Tx, receipts: readonly Work[]): Promise<number> {
    const rules = await this.desk.rules.current(tx);
    for (const receipt of receipts) {
      receipt.decisions = decideReceipt(receipt.document, { catalogue: this.desk.catalogue, rules });
    }
    return rules.ruleSet.version;
  }
}

function readReceipts(events: readonly StreamEvent[]): Work[] {
  const receipts: Work[] = [];
  for (const event of events) {
    const read = readDocument(event.value);
    if (read.document.type === 'receipt') receipts.push({ ...read, event, decisions: [] });
  }
  return receipts;
}

function wantedBy(receipts: readonly Work[]): Map<string, UnmatchedWanted> {
  const wanted = new Map<string, UnmatchedWanted>();
  for (const { decisions, document } of receipts) {
    decisions.forEach(({ unmatched, decided }, index) => {
      if (unmatched === null || wanted.has(decided.productId)) return;
      wanted.set(decided.productId, { key: unmatched, sampleName: document.lines[index]?.name ?? null });
    });
  }
  return wanted;
}

/** A revision whose lines differ is acted upon later, by a person's or another rule's decision: it posts nothing now. */
function numbered({ head, decisions }: Work, numbers: ReadonlyMap<string, number>): WholeDecidedLine[] {
  const reposts = head.repost === 'lines';
  return decisions.map(({ decided }) => {
    if (!reposts && isNumbered(decided)) return decided;
    const productNo =
      decided.productNo ?? present(numbers.get(decided.productId), `number of ${decided.productId}`);
    return { ...decided, productNo, stockEffect: reposts ? 'unknown' : decided.stockEffect };
  });
}

function isNumbered(line: UnnumberedLine): line is WholeDecidedLine {
  return line.productNo !== null;
}

function revisedDocuments(receipts: readonly Work[]): string[] {
  return receipts.filter(({ event }) => event.type === REVISED).map(({ head }) => head.documentId);
}

interface Decided {
  readonly receipt: Work;
  readonly lines: readonly WholeDecidedLine[];
  readonly catalogueVersion: number;
  readonly ruleVersion: number;
}

function register(batch: DecisionBatch, decided: Decided): void {
  const { receipt, lines, catalogueVersion } = decided;
  const { head, document, decisions } = receipt;
  const { seq: receiptSeq } = batch.next(head.storeId);
  addEvent(batch, { ...decided, receiptSeq: null });
  batch.addReceipt(head.storeId, { documentId: head.documentId, receiptSeq, rootSeq: head.streamSeq });
  const ledgerAtMs = Date.parse(document.time.ledgerAt);
  decisions.forEach(({ unmatched }, index) => {
    if (unmatched === null) return;
    const line = present(document.lines[index], 'line of a decision');
    const decidedLine = present(lines[index], 'decision of a line');
    batch.addUnmatched(head.storeId, {
      receiptSeq,
      line,
      decided: decidedLine,
      ledgerAtMs,
      catalogueVersion,
    });
  });
}

function addEvent(batch: DecisionBatch, decided: Decided & { readonly receiptSeq: number | null }): void {
  const { receipt, lines, catalogueVersion, receiptSeq } = decided;
  const { epoch, seq, recordedAtMs } = batch.next(receipt.head.storeId);
  const value = receiptEventValue(receipt, {
    streamEpoch: epoch,
    streamSeq: seq,
    recordedAtMs,
    traceparent: receipt.event.traceparent,
    cause: { epoch: receipt.event.epoch, seq: receipt.event.seq },
    catalogueVersion,
    ruleVersion: decided.ruleVersion,
    lines,
    receiptSeq,
  });
  batch.addEvent(receipt.head.storeId, value);
}
