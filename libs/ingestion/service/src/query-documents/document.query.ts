import { toInstant } from '@potok/kernel/clock';
import type { DocumentView } from '@potok/ingestion-contracts/ingestion-http';
import type { Transactor } from '@potok/platform-postgres/tx';
import { documentIn } from '../intake/event-values';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { readEventValues, readRevisions } from '../storage/document-table';
import { readObservations, readRepeats } from '../storage/observation-table';

/** A document with everything that was seen of it. */
export class DocumentQuery {
  constructor(
    private readonly database: Transactor,
    private readonly directory: OrganisationDirectory,
  ) {}

  /** Null when there is none with this id. */
  async byId(documentId: string): Promise<DocumentView | null> {
    const revisions = await readRevisions(this.database, [documentId]);
    const latest = revisions.at(-1);
    const original = revisions[0];
    if (latest === undefined || original === undefined) return null;
    const value = latest.streamSeq === 0 ? undefined : (await readEventValues(this.database, [latest]))[0];
    const document = value === undefined ? null : documentIn(value);
    const observations = await readObservations(this.database, [documentId]);
    const repeats = await readRepeats(this.database, documentId);
    await this.directory.refresh(this.database);
    return {
      documentId,
      storeId: document?.storeId ?? this.directory.storeIdOf(latest.storeNo) ?? '',
      streamSeq: latest.streamSeq,
      revision: latest.revision,
      revisionKind: latest.revisionKind,
      recordedAt: toInstant(latest.recordedAtMs),
      document,
      observations: [
        seen(1, 'original', { receivedAtMs: original.receivedAtMs, sha256: original.sha256 }),
        ...observations.map((one) => seen(one.observationNo, one.kind, one)),
        ...repeats.map((one) => ({
          ...seen(0, 'repeat', { receivedAtMs: one.lastReceivedAtMs, sha256: one.sha256 }),
          count: one.count,
        })),
      ],
    };
  }
}

function seen(
  observationNo: number,
  kind: DocumentView['observations'][number]['kind'],
  { receivedAtMs, sha256 }: { readonly receivedAtMs: number; readonly sha256: Buffer },
) {
  return {
    observationNo,
    kind,
    receivedAt: toInstant(receivedAtMs),
    sha256: sha256.toString('hex'),
    count: 1,
  };
}
