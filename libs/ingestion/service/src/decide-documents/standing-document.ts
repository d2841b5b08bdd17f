import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { Tx } from '@potok/platform-postgres/tx';
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
