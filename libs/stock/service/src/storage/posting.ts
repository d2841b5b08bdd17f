import type { PostingKind } from '@potok/stock-contracts/movements-posted.v1';

/** What one document posts, before it is numbered. Instants in milliseconds since 1970, UTC. */
export interface PostingDraft {
  readonly kind: PostingKind;
  readonly documentId: string;
  readonly revision: number;
  readonly decisionNo: number;
  /** Sequence, on retail.sales.receipts.v1, of the receipt that it is about; null for stock documents. */
  readonly receiptSeq: number | null;
  readonly causeEpoch: number | null;
  readonly causeSeq: number | null;
  readonly rootSeq: number | null;
  readonly causeRecordedAtMs: number | null;
  readonly ledgerAtMs: number;
  /** Days since 1970-01-01. */
  readonly businessDay: number;
  /** W3C trace context of the request behind it, where it was traced. */
  readonly traceparent: string | null;
}

/** Movements of one event on the topic at most (design §5.16). */
export const MOVEMENTS_PER_EVENT_MAX = 1000;

/** How many events, and so how many sequences of the stream, a posting takes. */
export function partsOf(movementCount: number): number {
  return Math.max(1, Math.ceil(movementCount / MOVEMENTS_PER_EVENT_MAX));
}
