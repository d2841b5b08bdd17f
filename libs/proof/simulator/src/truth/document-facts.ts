import type { ReceiptFacts } from './receipt-facts';

/**
 * What is true of one transmission, known to the simulator alone and worked out by its own arithmetic. The audit
 * compares the platform with it.
 */

/** A line that moves stock: its number, product, location and what it does there in thousandths of the base unit. */
export type LineFact = readonly [
  lineNo: number,
  productKey: string,
  locationId: string,
  stockDeltaMilli: number,
];

/**
 * accepted: archived as a new document · repeat: the same bytes again · variant: another form of an archived document
 * with an equal fiscal core · bound: brings a further identity to an archived document · held: received, waits in
 * quarantine · rejected: refused, its bytes kept in quarantine.
 */
export type Expectation = 'accepted' | 'repeat' | 'variant' | 'bound' | 'held' | 'rejected';

export interface DocumentFacts {
  /** Unique within a run. */
  readonly key: string;
  /** What it is in the simulator's words: sale, return, correction, shiftOpened, … */
  readonly kind: string;
  readonly storeId: string;
  readonly registerId: string;
  /** `scheme|series|number` or `scheme|series|opaqueId`. */
  readonly identities: readonly string[];
  readonly expected: Expectation;
  /** Reason of a held or rejected one. */
  readonly code: string | null;
  /** Its goods move only with what comes later: the full copy of a report without lines, the right copy. */
  readonly movesLater?: true;
  /** Of a held copy that contradicts its document: what a person says of it. */
  readonly verdict?: 'keep' | 'revise';
  /** Held until its series is registered, then accepted. */
  readonly heldFirst: boolean;
  /**
   * sale: a completed receipt of any form and operation, must stand on the topic of receipts and post `lines` ·
   * carried: archived and published as a document, posts nothing · archived: of a training drive, never published.
   */
  readonly role: 'sale' | 'carried' | 'archived';
  /** Lines of a completed receipt that are not voided. */
  readonly lineCount: number;
  readonly lines: readonly LineFact[];
  /** Of a completed receipt that is accepted: what reports must make of it. */
  readonly receipt: ReceiptFacts | null;
  /** Of a close report: what a comparison with its shift must find. */
  readonly closeReport: CloseReportFacts | null;
}

export interface CloseReportFacts {
  /** ФН and 1038. */
  readonly series: string;
  readonly shiftNumber: number;
  /**
   * full: its counters can be compared · countsOnly: it states no sums · pending: a document never comes, or cannot be
   * read.
   */
  readonly result: 'full' | 'countsOnly' | 'pending';
  readonly differences: readonly (readonly [
    operation: string,
    measure: string,
    stated: number,
    counted: number,
  ])[];
}

/** The key of a product that nomenclature never learns: its lines stand on an unmatched product of this barcode. */
export function unmatchedProductKey(barcode: string): string {
  return `unmatched|barcode|${barcode}`;
}

export function identityKey(identity: {
  readonly scheme: string;
  readonly series: string;
  readonly number?: number | undefined;
  readonly opaqueId?: string | undefined;
}): string {
  return `${identity.scheme}|${identity.series}|${String(identity.number ?? identity.opaqueId)}`;
}
