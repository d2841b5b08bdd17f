import { assert, present } from '@potok/kernel/assert';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { eventTypeOf } from '@potok/kernel/contract';
import type { EventBatch, StreamEvent } from '@potok/platform-kafka/stream-event';

import { applyReceipt } from '@potok/stock-domain/apply-receipt';
import { rematchLines, repostLines } from '@potok/stock-domain/rematch-lines';
import type { DecidedLines } from '@potok/stock-domain/rematch-lines';
import { LedgerBatch } from '../storage/ledger-batch';
import type { LedgerDesk } from '../storage/ledger-batch';
import { LedgerNames } from '../storage/ledger-names';

import { MovementsOfReceipts, receiptKey } from '../storage/movements-of-receipts';
import type { ReceiptOrigin } from '../storage/movements-of-receipts';
import type { PostingDraft } from '../storage/posting';
import { readHead } from './receipt-reader';
import type { ReceiptHead } from './receipt-reader';

const DAY_MS = 86_400_000;
const RECEIPT_REGISTERED = eventTypeOf(receiptRegisteredV1);
const RECEIPT_REVISED = eventTypeOf(receiptRevisedV1);
const LINES_DECIDED = eventTypeOf(linesDecidedV1);

/** The event types that the ledger understands on retail.sales.receipts.v1. */
export const APPLIED_TYPES = [RECEIPT_REGISTERED, RECEIPT_REVISED, LINES_DECIDED] as const;

type Head = ReceiptHead | LinesDecidedV1;

interface Decoded {
  readonly event: StreamEvent;
  readonly head: Head;
}

/**
 * Posts receipts, and lines that were decided anew, in the transaction of the batch. A revision with a repost takes back
 * what stands of its receipt and posts what its lines are now (of a withdrawn one: nothing); without, it moves nothing.
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
      decoded.filter(isLater).map(({ head }) => ({ storeNo: head.storeNo, receiptSeq: receiptSeqOf(head) })),
    );
    for (const { event, head } of decoded) {
      remember(names, head);
      if (event.type === RECEIPT_REGISTERED) post(ledger, earlier, receiptPosting(event, head));
      else if (event.type === LINES_DECIDED) post(ledger, earlier, rematchPosting(event, head, earlier));
      else if (isRepost(head)) post(ledger, earlier, revisionPosting(event, head, earlier));
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
  if (earlier.empty) return;
  const key = receiptKey(work.storeNo, work.receiptSeq);
  earlier.add(key, work.drafts, { firstMovementSeq, origin: work.posting });
}

/**
 * Rows of one store next to each other: the index takes them in a run. The sort is stable, so a store's events keep
 * their order; that of different stores means nothing.
 */
function byStore(one: Decoded, other: Decoded): number {
  return one.head.storeNo - other.head.storeNo;
}

function decode(event: StreamEvent): Decoded {
  const head = readHead<Head>(event.value);
  assert(
    head.storeId === event.streamKey && head.streamSeq === event.seq,
    'the event says what its headers say',
  );
  assert(Number.isInteger(head.storeNo) && Array.isArray(head.lines), 'the event has a store and lines');
  return { event, head };
}

/** It moves what its receipt moved before. */
function isLater({ event, head }: Decoded): boolean {
  return event.type === LINES_DECIDED || (event.type === RECEIPT_REVISED && isRepost(head));
}

function isRepost(head: Head): boolean {
  return 'repost' in head && head.repost === 'lines';
}

/** The receipt that a later event is about. */
function receiptSeqOf(head: Head): number {
  assert('receiptSeq' in head && typeof head.receiptSeq === 'number', 'a later event names its receipt');
  return head.receiptSeq;
}

function receiptPosting(event: StreamEvent, head: Head): Work {
  return {
    ...placeOf(head, event.seq),
    posting: {
      kind: 'receipt',
      ...causeOf(event, head),
      receiptSeq: event.seq,
      ...present(statedOrigin(head), 'a receipt says when it moved goods'),
    },
    drafts: applyReceipt(head.lines, head.locationNo ?? 0),
  };
}

function revisionPosting(event: StreamEvent, head: Head, earlier: MovementsOfReceipts): Work {
  const receiptSeq = receiptSeqOf(head);
  return {
    ...placeOf(head, receiptSeq),
    posting: {
      kind: 'revision',
      ...causeOf(event, head),
      receiptSeq,
      ...present(statedOrigin(head), 'a receipt says when it moved goods'),
    },
    drafts: repostLines(earlier.of(receiptKey(head.storeNo, receiptSeq)), decidedLines(head)),
  };
}

/** Belongs to the moment of its receipt: as the event says, else as the receipt was posted. */
function rematchPosting(event: StreamEvent, head: Head, earlier: MovementsOfReceipts): Work {
  const receiptSeq = receiptSeqOf(head);
  const key = receiptKey(head.storeNo, receiptSeq);
  const recordedAtMs = instantMs(head.recordedAt);
  const { ledgerAtMs, businessDay } = statedOrigin(head) ??
    earlier.origin(key) ?? { ledgerAtMs: recordedAtMs, businessDay: Math.floor(recordedAtMs / DAY_MS) };
  return {
    ...placeOf(head, receiptSeq),
    posting: { kind: 'rematch', ...causeOf(event, head), receiptSeq, ledgerAtMs, businessDay },
    drafts: rematchLines(earlier.of(key), decidedLines(head)),
  };
}

function placeOf({ storeId, storeNo }: Head, receiptSeq: number) {
  return { storeId, storeNo, receiptSeq };
}

function decidedLines({ lines, locationNo }: Head): DecidedLines {
  return { lines, locationNo: locationNo ?? 0 };
}

function statedOrigin({ ledgerAt, businessDate }: Head): ReceiptOrigin | null {
  if (ledgerAt === undefined || businessDate === undefined) return null;
  return { ledgerAtMs: instantMs(ledgerAt), businessDay: Math.floor(Date.parse(businessDate) / DAY_MS) };
}

function causeOf(event: StreamEvent, head: Head) {
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

function remember(names: LedgerNames, head: Head): void {
  const { storeNo, locationNo, locationId } = head;
  if (locationNo !== undefined && locationId !== undefined) names.location(locationNo, locationId, storeNo);
  for (const line of head.lines) {
    names.product(line.productNo, line.productId);
    if (line.locationNo !== undefined && line.locationId !== undefined) {
      names.location(line.locationNo, line.locationId, storeNo);
    }
  }
}
