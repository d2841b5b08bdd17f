import { present } from '@potok/kernel/assert';
import type { Tx } from '@potok/platform-postgres/tx';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { LockedStream, StreamNumbering } from '@potok/platform-publication/stream';
import { EventValueWriter } from '../intake/event-values';
import type { PendingIdentity, PendingRevision } from '../intake/batch-work';
import { IntakeRace } from '../intake/intake-race';
import { gatherArrivals } from '../intake/note-arrivals';
import { lockStreams, numberRevisions, storeRevisions } from '../intake/number-revisions';
import { loadDocuments } from '../intake/working-document';
import { insertArrivals } from '../storage/arrival-table';
import type { SeriesTable } from '../storage/series-table';
import { seriesOfIdentities } from './named-series';
import type { StandingDocument } from './standing-document';

export interface PublishingParts {
  readonly numbering: StreamNumbering;
  readonly series: SeriesTable;
}

/** What is published, and the names that are new where its documents stand now. */
export interface Decided {
  readonly revisions: readonly PendingRevision[];
  readonly identities: readonly PendingIdentity[];
  /** Documents as they stood at registers that they do not belong to. */
  readonly left?: readonly CanonicalDocument[];
}

/** Numbers and stores revisions, and tells completeness of them: series, streams, in the order of the intake's locks. */
export async function publishDecided(
  tx: Tx,
  { numbering, series }: PublishingParts,
  { revisions, identities, left = [] }: Decided,
): Promise<void> {
  const standing = revisions.filter(
    ({ revisionKind }) => revisionKind !== 'withdrawn' && revisionKind !== 'merged',
  );
  const names = standing.flatMap(({ canonical }) => canonical.identities);
  const seriesNos = await series.numbersOf(tx, seriesOfIdentities(names));
  const streams = await lockForRevisions(tx, numbering, revisions);
  await storeRevisions(tx, { numbering }, numberRevisions(revisions, streams));
  const work = { revisions: standing, identities };
  await insertArrivals(tx, gatherArrivals({ work, held: [], left, seriesNos }));
}

/**
 * Locks the streams that these revisions go to. A revision that another transaction has made since the documents were
 * read is a race: the caller begins anew.
 */
async function lockForRevisions(
  tx: Tx,
  numbering: StreamNumbering,
  revisions: readonly Pick<PendingRevision, 'document' | 'canonical' | 'revision'>[],
): Promise<ReadonlyMap<string, LockedStream>> {
  const streams = await lockStreams(tx, numbering, revisions);
  const documentIds = [...new Set(revisions.map(({ document }) => document.documentId))];
  const now = await loadDocuments(tx, documentIds);
  const first = new Map<string, number>();
  for (const { document, revision } of revisions)
    first.set(document.documentId, Math.min(revision, first.get(document.documentId) ?? revision));
  for (const [documentId, revision] of first) {
    const { revision: latest } = present(now.get(documentId), 'a document that is revised');
    if (latest >= revision) throw new IntakeRace('a document was revised meanwhile');
  }
  return streams;
}

/** A revision made by a decision: of the bytes that the latest one was made of, unless others are named. */
export function revisionOf(
  { document, latest }: StandingDocument,
  change: Pick<PendingRevision, 'revisionKind' | 'repost'> &
    Partial<Pick<PendingRevision, 'revision' | 'links' | 'candidate' | 'copy' | 'previous'>> & {
      readonly canonical: CanonicalDocument;
      readonly traceparent: string | null;
    },
): PendingRevision {
  const { traceparent, ...rest } = change;
  return {
    document,
    revision: document.revision + 1,
    written: new EventValueWriter().document(change.canonical),
    links: null,
    candidate: { sha256: latest.sha256, line: { receivedAtMs: latest.receivedAtMs, traceparent } },
    copy: { blockNo: latest.archiveBlockNo, index: latest.archiveIndex },
    ...rest,
  };
}
