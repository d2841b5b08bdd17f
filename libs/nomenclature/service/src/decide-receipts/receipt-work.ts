import { eventTypeOf } from '@potok/kernel/contract';
import { documentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { documentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { LinkedBy, MeaningFinding, ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import type { LineDecision } from '@potok/nomenclature-domain/decide-receipt';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { readDocument } from './document-reader';
import type { ReadDocument } from './document-reader';

const REGISTERED = eventTypeOf(documentRegisteredV1);
const REVISED = eventTypeOf(documentRevisedV1);

/** The event types of retail.register.documents.v1 that are decided upon. */
export const DECIDED_TYPES = [REGISTERED, REVISED] as const;

export interface Link {
  readonly documentId: string;
  readonly by: LinkedBy;
}

/** A receipt on its way through a transaction. */
export interface Work extends ReadDocument {
  readonly event: StreamEvent;
  /** The receipt that it revises, on the same stream; null for one that begins here. */
  receiptSeq: number | null;
  seller: 'own' | 'other';
  /** It names a receipt, known or not. */
  names: boolean;
  link: Link | null;
  /** What was decided before, of a revision that posts nothing or ends the receipt. */
  kept: { readonly lines: readonly WholeDecidedLine[]; readonly meaning: ReceiptMeaning | null } | null;
  decisions: readonly LineDecision[];
  lines: readonly WholeDecidedLine[];
  findings: readonly MeaningFinding[];
}

export function isRevision({ event }: Work): boolean {
  return event.type === REVISED;
}

/** Nothing of the receipt stands after it. */
export function ends({ head }: Work): boolean {
  return head.revisionKind === 'withdrawn' || head.revisionKind === 'merged';
}

/** A receipt that begins here is decided, and so is a revision that says so and does not end it. */
export function keepsLines(work: Work): boolean {
  return work.receiptSeq !== null && (ends(work) || work.head.repost === 'none');
}

/** Receipts of the batch; what a training drive printed is nobody's sale (register-document §5). */
export function readReceipts(events: readonly StreamEvent[]): Work[] {
  const receipts: Work[] = [];
  for (const event of events) {
    const read = readDocument(event.value);
    if (read.document.type !== 'receipt') continue;
    if (event.type === REGISTERED && read.document.fiscalState === 'training') continue;
    receipts.push({
      ...read,
      event,
      receiptSeq: null,
      seller: 'own',
      names: false,
      link: null,
      kept: null,
      decisions: [],
      lines: [],
      findings: [],
    });
  }
  return receipts;
}

/** Parts in which each document occurs once: a revision finds in the tables what it revises. */
export function splitAtRevisions(receipts: readonly Work[]): (readonly Work[])[] {
  if (!receipts.some(isRevision)) return receipts.length === 0 ? [] : [receipts];
  const parts: Work[][] = [];
  let seen = new Set<string>();
  for (const work of receipts) {
    const { documentId } = work.head;
    if (parts.length === 0 || seen.has(documentId)) {
      parts.push([]);
      seen = new Set();
    }
    seen.add(documentId);
    parts.at(-1)?.push(work);
  }
  return parts;
}
