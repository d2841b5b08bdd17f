import type { PersonMention } from '@potok/ingestion-domain/persons';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import type { DocumentHead } from '@potok/ingestion-domain/canonical/document-head';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { RevisionKind } from '../storage/document-table';
import type { ObservationKind } from '../storage/observation-table';
import type { Candidate } from './candidate';
import type { ConflictKind } from '../storage/conflict-table';
import type { RevisionLinks, WrittenDocument } from './event-values';
import type { InboxLine, LineOutcome } from './inbox-line';
import type { WorkingDocument } from './working-document';

/** Received bytes that go into the archive, and whom they mention. */
export interface ArchivedCopy {
  readonly bytes: Buffer;
  readonly storeId: string;
  readonly storeNo: number;
  readonly persons: readonly PersonMention[];
  /** Set when the blocks are made. */
  blockNo: number;
  index: number;
}

/** A revision to be numbered and published (or archived only). */
export interface PendingRevision {
  readonly document: Pick<WorkingDocument, 'documentId' | 'published' | 'seriesNo' | 'number'>;
  readonly canonical: DocumentHead;
  /** The whole of it, serialised. */
  readonly written: WrittenDocument;
  /** The revision that it replaces. */
  readonly previous?: CanonicalDocument;
  readonly revision: number;
  readonly revisionKind: RevisionKind;
  readonly repost: 'none' | 'lines';
  readonly links: RevisionLinks | null;
  /** The bytes that made it. */
  readonly candidate: RevisionSource;
  readonly copy: Pick<ArchivedCopy, 'blockNo' | 'index'>;
}

export interface RevisionSource {
  readonly sha256: Buffer;
  readonly line: Pick<InboxLine, 'receivedAtMs' | 'traceparent'>;
}

/** A copy that a person has to decide about. */
export interface PendingConflict {
  readonly kind: ConflictKind;
  readonly candidate: Candidate;
  readonly document: WorkingDocument;
  /** Of a copy that names several documents: all of them. */
  readonly joinedIds: readonly string[];
  readonly observationNo: number | null;
  readonly field: string;
  readonly subjectKey: string;
}

export interface PendingObservation {
  readonly document: WorkingDocument;
  readonly observationNo: number;
  readonly kind: ObservationKind;
  readonly candidate: Candidate;
  readonly copy: ArchivedCopy;
}

export interface PendingIdentity {
  readonly identity: KnownIdentity;
  readonly seriesNo: number;
  readonly documentId: string;
}

/** What a batch comes to, gathered before anything is written. */
export class BatchWork {
  readonly outcomes: LineOutcome[] = [];
  readonly identities: PendingIdentity[] = [];
  readonly revisions: PendingRevision[] = [];
  readonly observations: PendingObservation[] = [];
  readonly copies: ArchivedCopy[] = [];
  readonly conflicts: PendingConflict[] = [];
  /** Copies that were held before and are held again. */
  readonly heldAgain: { readonly documentId: string; readonly sha256: Buffer }[] = [];
  readonly repeats = new Map<
    string,
    { readonly document: WorkingDocument; readonly candidate: Candidate; count: number }
  >();

  archive(candidate: Candidate, persons: readonly PersonMention[]): ArchivedCopy {
    const { storeId, storeNo } = candidate.place;
    const copy = { bytes: candidate.line.bytes, storeId, storeNo, persons, blockNo: 0, index: 0 };
    this.copies.push(copy);
    return copy;
  }

  repeat(document: WorkingDocument, candidate: Candidate): void {
    const key = `${document.documentId} ${candidate.sha256Text}`;
    const known = this.repeats.get(key);
    if (known === undefined) this.repeats.set(key, { document, candidate, count: 1 });
    else known.count += 1;
  }
}
