import type { ReceiptFacts } from '@potok/reporting-domain/receipt-facts';
import type { FacetKey } from './facets';

/** A receipt as reports hold it: where it stands in the stream, whose it is, what it says. */
export interface ReceiptState {
  readonly storeNo: number;
  /** Sequence of the event that registered it: with the store its key. */
  readonly receiptSeq: number;
  /** Sequence of the event that changed it last. */
  readonly lastSeq: number;
  readonly rootSeq: number | null;
  readonly facetNo: number;
  readonly facet: FacetKey;
  readonly documentId: string;
  readonly revision: number;
  readonly decisionNo: number;
  /** False once it was withdrawn or merged into another. */
  readonly stands: boolean;
  readonly occurredAtMs: number;
  /** `scheme:series` of the first identity that has a number, else of the first. */
  readonly series: string;
  readonly seriesNumber: number | null;
  readonly shiftNumber: number | null;
  readonly receiptNumber: number | null;
  readonly operationId: string | null;
  readonly returnMethod: number | null;
  readonly facts: ReceiptFacts;
}

/** How often a receipt counts as an operation of its own: 0 where another part of the operation stands for it. */
export interface CountedReceipt {
  readonly state: ReceiptState;
  readonly operationCounted: boolean;
}

export function receiptKey(storeNo: number, receiptSeq: number): string {
  return `${String(storeNo)}/${String(receiptSeq)}`;
}
