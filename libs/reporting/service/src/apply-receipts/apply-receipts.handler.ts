import { present } from '@potok/kernel/assert';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import type { Tx } from '@potok/platform-postgres/tx';
import { decideLines } from '@potok/reporting-domain/decide-lines';
import { dayOf } from '@potok/reporting-domain/read-receipt';
import { Facets } from '../storage/facets';
import type { KnownFacets } from '../storage/facets';
import type { OperationKey, ReceiptKey } from '../storage/receipt-rows';
import type { ReceiptState } from '../storage/receipt-state';
import { ReportBook } from '../storage/report-book';
import type { BookDesk } from '../storage/report-book';
import { ReportNames } from '../storage/report-names';
import type { KnownNames } from '../storage/report-names';
import { foldLateEvents } from '../storage/product-sums';
import { lockStoreReports, moveStoreReports } from '../storage/store-reports';
import type { StoreProgress } from '../storage/store-reports';
import { PeriodSums } from '../storage/item-sums';
import type { UnfoldedProducts } from '../storage/unfolded-products';
import { decodeEvent, facetOf, instantMs, purposeCode, stateOf } from './receipt-event';
import type { ReceiptEvent, WholeReceiptEvent } from './receipt-event';

/** What the writers of reporting share: one per service. */
export interface ReportDesk extends BookDesk {
  readonly knownFacets: KnownFacets;
  readonly knownNames: KnownNames;
  readonly unfolded: UnfoldedProducts;
}

/**
 * Keeps receipts, and what becomes of them later, as facts and as sums: in the transaction of the batch, under the rows
 * of its stores.
 */
export class ApplyReceiptsHandler {
  constructor(private readonly desk: ReportDesk) {}

  async handle({ tx, events }: EventBatch): Promise<void> {
    const decoded = events.map(decodeEvent).sort(byStore);
    const progress = progressOf(decoded);
    const applied = await lockStoreReports(tx, progress);
    const facets = new Facets(this.desk.knownFacets);
    await facets.resolve(tx, decoded.filter(isWhole).map(facetOf));
    const book = await ReportBook.open(tx, this.desk, wantedBy(decoded));
    const names = new ReportNames(this.desk.knownNames);
    for (const event of decoded) {
      remember(names, event);
      if (event.kind === 'decision') await decide(tx, { book, facets, event });
      else apply(book, facets, event);
    }
    await names.save(tx);
    await book.save();
    await moveStoreReports(tx, progress);
    const late = lateEvents(decoded, applied);
    await foldLateEvents(tx, this.desk.chunks, late);
    const lateStores = new Set(late.map(({ storeNo }) => storeNo));
    tx.afterCommit(() => {
      for (const { storeNo, appliedSeq } of progress) {
        if (lateStores.has(storeNo)) continue;
        const days = book.products.stores.get(storeNo) ?? new PeriodSums();
        this.desk.unfolded.note(storeNo, { afterSeq: applied.get(storeNo) ?? 0, upToSeq: appliedSeq, days });
      }
    });
  }
}

/** Rows of one store next to each other; the sort is stable, so a store's events keep their order. */
function byStore(one: ReceiptEvent, other: ReceiptEvent): number {
  return one.body.storeNo - other.body.storeNo;
}

function isWhole(event: ReceiptEvent): event is WholeReceiptEvent {
  return event.kind !== 'decision';
}

function apply(book: ReportBook, facets: Facets, receipt: WholeReceiptEvent): void {
  const { storeNo } = receipt.body;
  const { seq } = receipt.event;
  const receiptSeq = receipt.kind === 'revision' ? receipt.body.receiptSeq : seq;
  const before: ReceiptState | null = book.find(storeNo, receiptSeq);
  const now = stateOf(receipt, before === null ? seq : receiptSeq, facets.numberOf(facetOf(receipt)));
  if (before === null) book.register(now);
  else book.change(now);
}

interface Decision {
  readonly book: ReportBook;
  readonly facets: Facets;
  readonly event: Extract<ReceiptEvent, { readonly kind: 'decision' }>;
}

/** Lines decided anew; what the receipt is for, and its business date, may be decided with them. */
async function decide(tx: Tx, { book, facets, event: { event, body } }: Decision): Promise<void> {
  const { receiptSeq, revision, decisionNo, rootSeq, lines, meaning } = body;
  const before = present(book.find(body.storeNo, receiptSeq), `receipt ${String(receiptSeq)}`);
  const purpose = meaning === undefined ? before.facet.purpose : purposeCode(meaning.purpose ?? 'purchase');
  const facet = { ...before.facet, purpose };
  await facets.resolve(tx, [facet]);
  book.change({
    ...before,
    lastSeq: event.seq,
    rootSeq: rootSeq ?? before.rootSeq,
    facet,
    facetNo: facets.numberOf(facet),
    revision,
    decisionNo,
    facts: {
      ...decideLines(before.facts, lines),
      businessDay: body.businessDate === undefined ? before.facts.businessDay : dayOf(body.businessDate),
    },
  });
}

/** Receipts to be read before: those that later events are about, and other parts of the batch's operations. */
function wantedBy(events: readonly ReceiptEvent[]): { receipts: ReceiptKey[]; operations: OperationKey[] } {
  const receipts: ReceiptKey[] = [];
  const operations: OperationKey[] = [];
  for (const { kind, body } of events) {
    const { storeNo } = body;
    if (kind !== 'receipt') receipts.push({ storeNo, receiptSeq: body.receiptSeq });
    const operationId = kind === 'decision' ? undefined : body.document.operationId;
    if (operationId !== undefined) operations.push({ storeNo, operationId });
  }
  return { receipts, operations };
}

function remember(names: ReportNames, { kind, body }: ReceiptEvent): void {
  names.store(body.storeNo, body.storeId);
  if (kind !== 'decision') {
    const { registerNo, registerId } = body.document;
    names.register(registerNo, { registerId, storeId: body.storeId });
  }
  for (const { productNo, productId } of body.lines) names.product(productNo, productId);
}

/** Events before what was applied: re-driven ones. */
function lateEvents(events: readonly ReceiptEvent[], applied: ReadonlyMap<number, number>) {
  return events
    .filter(({ event, body }) => event.seq <= (applied.get(body.storeNo) ?? 0))
    .map(({ event, body }) => ({ storeNo: body.storeNo, seq: event.seq }));
}

/** How far each store of the batch comes by it. */
function progressOf(events: readonly ReceiptEvent[]): readonly StoreProgress[] {
  const stores = new Map<number, StoreProgress>();
  for (const { event, body } of events) {
    const { storeNo, storeId, rootSeq } = body;
    stores.set(storeNo, {
      storeNo,
      storeId,
      epoch: event.epoch,
      appliedSeq: event.seq,
      rootSeq: rootSeq ?? stores.get(storeNo)?.rootSeq ?? null,
      recordedAtMs: instantMs(body.recordedAt),
    });
  }
  return [...stores.values()];
}
