import { present } from '@potok/kernel/assert';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { Tx } from '@potok/platform-postgres/tx';
import type { LockedStream, StreamNumbering } from '@potok/platform-publication/stream';
import type { PendingRevision } from '../intake/batch-work';
import { IntakeRace, isRace } from '../intake/intake.handler';
import { lockStreams } from '../intake/number-revisions';
import { loadCanonicals, loadDocuments } from '../intake/working-document';
import type { WorkingDocument } from '../intake/working-document';
import type { StoredRevision } from '../storage/document-table';
import type { DecisionError } from './decision-error';

/** A published document with its latest revision. */
export interface StandingDocument {
  readonly document: WorkingDocument;
  readonly latest: StoredRevision;
  readonly canonical: CanonicalDocument;
}

/** The documents in the order of their ids as given; each of them published. */
export async function readStanding(
  tx: Tx,
  documentIds: readonly string[],
): Promise<Result<readonly StandingDocument[], DecisionError>> {
  const documents = await loadDocuments(tx, documentIds);
  await loadCanonicals(tx, [...documents.values()]);
  const standing: StandingDocument[] = [];
  for (const documentId of documentIds) {
    const document = documents.get(documentId);
    if (document === undefined) return fail({ code: 'documentUnknown', documentId });
    const { latest, canonical } = document;
    if (canonical === null || latest === null) return fail({ code: 'documentArchivedOnly', documentId });
    standing.push({ document, latest, canonical });
  }
  return ok(standing);
}

/** The same, and each of them counts: neither withdrawn nor merged into another. */
export async function readCounting(
  tx: Tx,
  documentIds: readonly string[],
): Promise<Result<readonly StandingDocument[], DecisionError>> {
  const standing = await readStanding(tx, documentIds);
  if (!standing.ok) return standing;
  const gone = standing.value.find(({ document }) => !document.counts);
  if (gone === undefined) return standing;
  const { documentId, revisionKind } = gone.latest;
  return fail({ code: 'documentCountsNoMore', documentId, revisionKind });
}

/**
 * Locks the streams that these revisions go to. A revision that another transaction has made since the documents were
 * read is a race: the caller begins anew.
 */
export async function lockForRevisions(
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
  change: Pick<PendingRevision, 'canonical' | 'revisionKind' | 'repost'> &
    Partial<Pick<PendingRevision, 'revision' | 'links' | 'candidate' | 'copy'>> & {
      readonly traceparent: string | null;
    },
): PendingRevision {
  const { traceparent, ...rest } = change;
  return {
    document,
    revision: document.revision + 1,
    links: null,
    candidate: { sha256: latest.sha256, line: { receivedAtMs: latest.receivedAtMs, traceparent } },
    copy: { blockNo: latest.archiveBlockNo, index: latest.archiveIndex },
    ...rest,
  };
}

const ATTEMPTS_MAX = 5;

/** Begins anew where another transaction was faster. */
export async function retryRaces<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRace(error) || attempts >= ATTEMPTS_MAX) throw error;
    }
  }
}
