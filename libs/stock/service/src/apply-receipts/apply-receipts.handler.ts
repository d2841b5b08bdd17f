import { assert } from '@potok/kernel/assert';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { eventTypeOf } from '@potok/kernel/contract';
import type { EventBatch, StreamEvent } from '@potok/platform-kafka/stream-event';

import { applyReceipt } from '@potok/stock-domain/apply-receipt';
import { rematchLines } from '@potok/stock-domain/rematch-lines';
import { LedgerBatch } from '../storage/ledger-batch';
import type { LedgerDesk } from '../storage/ledger-batch';
import { LedgerNames } from '../storage/ledger-names';

import { MovementsOfReceipts, receiptKey } from '../storage/movements-of-receipts';
import type { PostingDraft } from '../storage/posting';
import { readHead } from './receipt-reader';
import type { ReceiptHead } from './receipt-reader';

const DAY_MS = 86_400_000;
const RECEIPT_REGISTERED = eventTypeOf(receiptRegisteredV1);
const RECEIPT_REVISED = eventTypeOf(receiptRevisedV1);
const LINES_DECIDED = eventTypeOf(linesDecidedV1);

/** The event types that the ledger understands on retail.sales.receipts.v1. */
export const APPLIED_TYPES = [RECEIPT_REGISTERED, RECEIPT_REVISED, LINES_DECIDED] as const;

interface Decoded {
  readonly event: StreamEvent;
  readonly head: ReceiptHead | LinesDecidedV1;
}

/**
 * Posts receipts, and lines that were decided anew, in the transaction of the batch. A revision without a repost
 * moves nothing; what a revision with a repost does is decided elsewhere, its lines carry the effect `unknown`.
 */
export class ApplyReceiptsHandler {
  constructor(private readonly desk: LedgerDesk) {}

  async handle(batch: EventBatch): Promise<void> {
    const decoded = batch.events.map(decode).sort(byStore);
    const stores = new Map(decoded.map(({ head }) => [head.storeId, head.storeNo]));
    const ledger = await LedgerBatch.open(
      batch.tx,
      this.desk,
      [...stores].map(([storeId, storeNo]) => ({ storeId, storeNo })),
    );
    const names = new LedgerNames(this.desk.knownNames);
    const earlier = await MovementsOfReceipts.load(
      batch.tx,
      decoded.filter(isRematch).map(({ head }) => ({ storeNo: head.storeNo, receiptSeq: head.receiptSeq })),
    );
    for (const { event, head } of decoded) {
      remember(names, head);
      if (event.type === RECEIPT_REGISTERED) post(ledger, earlier, receiptPosting(event, head));
      else if (event.type === LINES_DECIDED) post(ledger, earlier, rematchPosting(event, head, earlier));
    }
    await names.save(batch.tx);
    await ledger.save();
  }
}

interface Work {
  readonly storeId: string;
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly posting: PostingDraft;
  readonly drafts: ReturnType<typeof applyReceipt>;
}

function post(ledger: LedgerBatch, earlier: MovementsOfReceipts, work: Work): void {
  if (work.drafts.length === 0) return;
  const { firstMovementSeq } = ledger.post(work.storeId, work.posting, work.drafts);
  if (!earlier.empty) earlier.add(receiptKey(work.storeNo, work.receiptSeq), work.drafts, firstMovementSeq);
}

/**
 * Rows of one store next to each other: the index takes them in a run. The sort is stable, so a store's events keep
 * their order; that of different stores means nothing.
 */
function byStore(one: Decoded, other: Decoded): number {
  return one.head.storeNo - other.head.storeNo;
}

function decode(event: StreamEvent): Decoded {
  const head = readHead<ReceiptHead | LinesDecidedV1>(event.value);
  assert(
    head.storeId === event.streamKey && head.streamSeq === event.seq,
    'the event says what its headers say',
  );
  assert(Number.isInteger(head.storeNo) && Array.isArray(head.lines), 'the event has a store and lines');
  return { event, head };
}

function isRematch(decoded: Decoded): decoded is { event: StreamEvent; head: LinesDecidedV1 } {
  return decoded.event.type === LINES_DECIDED;
}

function receiptPosting(event: StreamEvent, head: ReceiptHead | LinesDecidedV1): Work {
  assert(
    head.ledgerAt !== undefined && head.businessDate !== undefined,
    'a receipt says when it moved goods',
  );
  return {
    storeId: head.storeId,
    storeNo: head.storeNo,
    receiptSeq: event.seq,
    posting: {
      kind: 'receipt',
      ...causeOf(event, head),
      receiptSeq: event.seq,
      ledgerAtMs: instantMs(head.ledgerAt),
      businessDay: Math.floor(Date.parse(head.businessDate) / DAY_MS),
    },
    drafts: applyReceipt(head.lines, head.locationNo ?? 0),
  };
}

function rematchPosting(
  event: StreamEvent,
  head: ReceiptHead | LinesDecidedV1,
  earlier: MovementsOfReceipts,
): Work {
  assert(
    'receiptSeq' in head && typeof head.receiptSeq === 'number',
    'lines decided anew name their receipt',
  );
  const key = receiptKey(head.storeNo, head.receiptSeq);
  const recordedAtMs = instantMs(head.recordedAt);
  const origin = earlier.origin(key);
  return {
    storeId: head.storeId,
    storeNo: head.storeNo,
    receiptSeq: head.receiptSeq,
    posting: {
      kind: 'rematch',
      ...causeOf(event, head),
      receiptSeq: head.receiptSeq,
      ledgerAtMs: origin?.ledgerAtMs ?? recordedAtMs,
      businessDay: origin?.businessDay ?? Math.floor(recordedAtMs / DAY_MS),
    },
    drafts: rematchLines(earlier.of(key), { lines: head.lines, locationNo: head.locationNo ?? 0 }),
  };
}

function causeOf(event: StreamEvent, head: ReceiptHead | LinesDecidedV1) {
  return {
    documentId: head.documentId,
    revision: head.revision,
    decisionNo: head.decisionNo,
    causeEpoch: event.epoch,
    causeSeq: event.seq,
    rootSeq: head.rootSeq,
    causeRecordedAtMs: instantMs(head.recordedAt),
    traceparent: event.traceparent,
  };
}

function instantMs(instant: string): number {
  const epochMs = Date.parse(instant);
  assert(Number.isFinite(epochMs), `not an instant: ${instant}`);
  return epochMs;
}

function remember(names: LedgerNames, head: ReceiptHead | LinesDecidedV1): void {
  const { storeNo, locationNo, locationId } = head;
  if (locationNo !== undefined && locationId !== undefined) names.location(locationNo, locationId, storeNo);
  for (const line of head.lines) {
    names.product(line.productNo, line.productId);
    if (line.locationNo !== undefined && line.locationId !== undefined) {
      names.location(line.locationNo, line.locationId, storeNo);
    }
  }
}
