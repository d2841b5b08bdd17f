import { toInstant } from '@potok/kernel/clock';
import type { DocumentHistory } from '@potok/ingestion-contracts/decisions-http';
import type { Transactor } from '@potok/platform-postgres/tx';
import { decisionViewOf } from '../decide-documents/decision-view';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { decisionsOf } from '../storage/decision-table';
import { readRevisions } from '../storage/document-table';

/** What became of a document, and who decided it. */
export class DocumentHistoryQuery {
  constructor(
    private readonly database: Transactor,
    private readonly directory: OrganisationDirectory,
  ) {}

  /** Null when there is none with this id. */
  async byId(documentId: string): Promise<DocumentHistory | null> {
    const revisions = await readRevisions(this.database, [documentId]);
    if (revisions.length === 0) return null;
    await this.directory.refresh(this.database);
    const decisions = await decisionsOf(this.database, documentId);
    return {
      documentId,
      revisions: revisions.map((one) => ({
        revision: one.revision,
        revisionKind: one.revisionKind,
        storeId: this.directory.storeIdOf(one.storeNo) ?? '',
        streamSeq: one.streamSeq,
        recordedAt: toInstant(one.recordedAtMs),
      })),
      decisions: decisions.map(decisionViewOf),
    };
  }
}
