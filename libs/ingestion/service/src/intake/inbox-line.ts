import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import type { HoldCode, RejectionCode } from '@potok/ingestion-contracts/outcome';

/** One line of a sender as the intake gets it: from the inbox, or driven again from the quarantine. */
export interface InboxLine {
  readonly bytes: Buffer;
  readonly receivedAtMs: number;
  readonly credentialId: string;
  /** Why the edge refused it; null when the intake decides. */
  readonly rejection: Rejection | null;
  /** What the edge read in it, where it found it usable by the same contract: it need not be validated again. */
  readonly usable: UsableLine | null;
  /** Set when the edge forwarded only the beginning of a line that was over the limit. */
  readonly cut: CutLine | null;
  /** W3C trace context of the request that brought it, where it was traced. */
  readonly traceparent: string | null;
  /** The quarantine row that it comes from, or null. */
  readonly entryId: number | null;
}

/** What tells which document a usable line is about, and whose. */
export interface UsableLine {
  readonly identities: readonly KnownIdentity[];
  /** As the document states it. */
  readonly registerId: string | null;
}

export interface Rejection {
  readonly code: RejectionCode;
  readonly field: string | null;
}

export interface CutLine {
  readonly byteLength: number;
  /** Of the whole line, hex. */
  readonly sha256: string;
}

/** What became of a line for good, or until something is mended. */
export type LineOutcome =
  | { readonly kind: 'registered' | 'revised' | 'repeat' | 'variant' | 'training' }
  | {
      readonly kind: 'held';
      readonly code: HoldCode;
      readonly field: string | null;
      readonly subjectKey: string;
      /** Whose tab numbers its employees have, where it is known. */
      readonly employeeSource?: string;
    }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly field: string | null };
