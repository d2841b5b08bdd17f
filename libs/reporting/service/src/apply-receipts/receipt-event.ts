import { assert, present } from '@potok/kernel/assert';
import { eventTypeOf } from '@potok/kernel/contract';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { readSelected } from '@potok/platform-json/read-selected';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { OPERATION_CODE, PURPOSES } from '@potok/reporting-domain/codes';
import type { Purpose } from '@potok/reporting-domain/codes';
import { purposeOf, readReceipt, returnMethodOf } from '@potok/reporting-domain/read-receipt';
import type { FacetKey } from '../storage/facets';
import type { ReceiptState } from '../storage/receipt-state';
import { REPORTED_EVENT } from './selected-event';
import type { AnyBody, DecisionBody, ReceiptBody, RevisionBody } from './selected-event';

const RECEIPT_REGISTERED = eventTypeOf(receiptRegisteredV1);
const RECEIPT_REVISED = eventTypeOf(receiptRevisedV1);
const LINES_DECIDED = eventTypeOf(linesDecidedV1);

/** The event types that reporting understands on retail.sales.receipts.v1. */
export const REPORTED_TYPES = [RECEIPT_REGISTERED, RECEIPT_REVISED, LINES_DECIDED] as const;

export type ReceiptEvent =
  | { readonly kind: 'receipt'; readonly event: StreamEvent; readonly body: ReceiptBody }
  | { readonly kind: 'revision'; readonly event: StreamEvent; readonly body: RevisionBody }
  | { readonly kind: 'decision'; readonly event: StreamEvent; readonly body: DecisionBody };

export type WholeReceiptEvent = Exclude<ReceiptEvent, { readonly kind: 'decision' }>;

/** Revisions after which the document stands no more: elsewhere, or within another. */
const ENDED = ['withdrawn', 'merged'] as const;

export function decodeEvent(event: StreamEvent): ReceiptEvent {
  const body = read(event.value);
  assert(
    body.storeId === event.streamKey && body.streamSeq === event.seq,
    'the event says what its headers say',
  );
  assert(Number.isInteger(body.storeNo) && Array.isArray(body.lines), 'the event has a store and lines');
  if (event.type === LINES_DECIDED) return { kind: 'decision', event, body: body as DecisionBody };
  assert(Array.isArray(body.document?.lines), 'a receipt has its document');
  return event.type === RECEIPT_REVISED
    ? { kind: 'revision', event, body: body as RevisionBody }
    : { kind: 'receipt', event, body: body as ReceiptBody };
}

function read(value: Buffer): AnyBody {
  let body: unknown;
  try {
    body = readSelected(value, REPORTED_EVENT);
  } catch (error) {
    assert(false, `not a readable event: ${error instanceof Error ? error.message : String(error)}`);
  }
  assert(typeof body === 'object' && body !== null, 'an event is an object');
  return body;
}

export function facetOf({ body }: WholeReceiptEvent): FacetKey {
  const { document } = body;
  return {
    storeNo: body.storeNo,
    registerNo: document.registerNo,
    cashierRef: document.cashierRef ?? '',
    legalEntityId: document.legalEntityId,
    operation: operationCode(document.operation),
    purpose: purposeCode(body.meaning?.purpose ?? purposeOf(document)),
  };
}

/** The receipt as the event states it, under the key of the receipt that it begins or revises. */
export function stateOf(receipt: WholeReceiptEvent, receiptSeq: number, facetNo: number): ReceiptState {
  const { body, event } = receipt;
  const { document } = body;
  const identity = document.identities.find(({ number }) => number !== undefined) ?? document.identities[0];
  const stands = !ENDED.some((kind) => kind === body.revisionKind);
  return {
    storeNo: body.storeNo,
    receiptSeq,
    lastSeq: event.seq,
    rootSeq: body.rootSeq,
    facetNo,
    facet: facetOf(receipt),
    documentId: body.documentId,
    revision: body.revision,
    decisionNo: body.decisionNo,
    stands,
    occurredAtMs: instantMs(document.time.occurredAt),
    series: `${present(identity, 'an identity').scheme}:${present(identity, 'an identity').series}`,
    seriesNumber: identity?.number ?? null,
    shiftNumber: document.shift?.number ?? null,
    receiptNumber: document.shift?.receiptNumber ?? null,
    operationId: document.operationId ?? null,
    returnMethod: returnMethodOf(document),
    facts: readReceipt(document, body.lines, stands),
  };
}

export function purposeCode(purpose: Purpose): number {
  return PURPOSES.indexOf(purpose);
}

function operationCode(operation: string | undefined): number {
  return OPERATION_CODE.get(operation ?? 'sale') ?? 1;
}

export function instantMs(instant: string): number {
  const epochMs = Date.parse(instant);
  assert(Number.isFinite(epochMs), `not an instant: ${instant}`);
  return epochMs;
}
