import { placeOf } from '@potok/ingestion-domain/register-place';
import type { RegisterPlace, SpeakingScope } from '@potok/ingestion-domain/register-place';
import { readIdentities } from '@potok/ingestion-domain/identities';
import { moveDocument } from '@potok/ingestion-domain/revision/move-document';
import { repostOf } from '@potok/ingestion-domain/revision/posted-facts';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { RevisionMove } from '@potok/retail/document/revision-move';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { numberedBy, seriesOfIdentities } from '../decide-documents/named-series';
import { publishDecided, revisionOf } from '../decide-documents/publish-decided';
import type { StandingDocument } from '../decide-documents/standing-document';
import { retryRaces } from '../intake/intake-race';
import type { PendingIdentity, PendingRevision } from '../intake/batch-work';
import { loadCanonicals, loadDocuments } from '../intake/working-document';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { moveConflicts } from '../storage/conflict-table';
import { insertDecisions } from '../storage/decision-table';
import { lockRunningRemap, moveRemap, nextNames, OPAQUE_PHASE } from '../storage/remap-table';
import type { SeriesTable } from '../storage/series-table';
import type { NamedDocument, RemapRow } from '../storage/remap-table';

export interface RemapStepParts {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly numbering: StreamNumbering;
  readonly series: SeriesTable;
  readonly zones: ZoneOffsets;
}

/** Names looked at in one transaction. */
const NAMES_PER_STEP = 200;

/** Whoever may speak for every register: the series alone decides. */
const EVERYBODY: SpeakingScope = {
  registers: new Set(),
  stores: new Set(),
  system: 'remap',
  onlyRegister: null,
};

interface Moving {
  readonly from: StandingDocument;
  readonly to: RegisterPlace;
}

/**
 * Moves documents to the register that their number belongs to: withdrawn from the old store's stream, whole on the new
 * one's. A bounded number in each transaction, which also moves the job: it goes on where it stood.
 */
export class RemapStepHandler {
  constructor(private readonly parts: RemapStepParts) {}

  /** One step of one job. False when none of them runs. */
  handle(): Promise<boolean> {
    return retryRaces(() => this.parts.database.tx((tx) => this.step(tx)));
  }

  private async step(tx: Tx): Promise<boolean> {
    const job = await lockRunningRemap(tx);
    if (job === null) return false;
    await this.parts.directory.refresh(tx);
    const names = await nextNames(tx, job, NAMES_PER_STEP);
    const ids = [...new Set(names.map(({ documentId }) => documentId))];
    const moving = await this.movingOf(tx, ids);
    if (moving.length > 0) await this.move(tx, job, moving);
    const moved = job.moved + moving.length;
    const unmoved = job.unmoved + ids.length - moving.length;
    const { phase, done } = nextPhase(job, names);
    await moveRemap(tx, { ...job, ...placeBehind(job, names, phase), phase, moved, unmoved }, done);
    return true;
  }

  /** Those of the documents, in their order, that count and belong to another register than where they stand. */
  private async movingOf(tx: Tx, documentIds: readonly string[]): Promise<readonly Moving[]> {
    const documents = await loadDocuments(tx, documentIds);
    const counting = documentIds
      .flatMap((documentId) => documents.get(documentId) ?? [])
      .filter(({ published, counts }) => published && counts);
    await loadCanonicals(tx, counting);
    const moving: Moving[] = [];
    for (const document of counting) {
      const { canonical, latest } = document;
      if (canonical === null || latest === null) continue;
      const identities = readIdentities(canonical.identities);
      if (typeof identities === 'string') continue;
      const to = placeOf({ identities, registerId: null, scope: EVERYBODY }, this.parts.directory);
      if (typeof to === 'string' || to.registerId === canonical.registerId) continue;
      moving.push({ from: { document, latest, canonical }, to });
    }
    return moving;
  }

  private async move(tx: Tx, job: RemapRow, moving: readonly Moving[]): Promise<void> {
    const revisions = moving.flatMap((one) => this.revisionsOf(one));
    const arrived = revisions.filter(({ revisionKind }) => revisionKind === 'remapped');
    const left = moving.map(({ from }) => from.canonical);
    await publishDecided(tx, this.parts, { revisions, left, identities: await this.namesOf(tx, arrived) });
    await insertDecisions(
      tx,
      arrived.map(({ document, revision }) => ({
        kind: 'remap',
        documentId: document.documentId,
        otherDocumentId: null,
        conflictNo: null,
        revision,
        decidedBy: job.startedBy,
        reason: job.reason,
      })),
    );
    await moveConflicts(
      tx,
      moving.map(({ from, to }) => ({ documentId: from.latest.documentId, storeNo: to.storeNo })),
    );
  }

  /** All names of a document are new where it stands now. */
  private async namesOf(tx: Tx, arrived: readonly PendingRevision[]): Promise<readonly PendingIdentity[]> {
    const names: PendingIdentity[] = [];
    for (const { document, canonical } of arrived) {
      const identities = readIdentities(canonical.identities);
      if (typeof identities === 'string') continue;
      const seriesNos = await this.parts.series.numbersOf(tx, seriesOfIdentities(identities));
      const { documentId } = document;
      names.push(...numberedBy(identities, seriesNos).map((one) => ({ ...one, documentId })));
    }
    return names;
  }

  /** Within one store a single revision; else two events, each sufficient in itself. */
  private revisionsOf({ from, to }: Moving): readonly PendingRevision[] {
    const { canonical, document } = from;
    const leftLocationId = this.parts.directory.register(canonical.registerId)?.locationId ?? null;
    const moved = moveDocument(canonical, { to, leftLocationId, zones: this.parts.zones });
    const common = { traceparent: null } as const;
    const first = document.revision + 1;
    if (to.storeId === canonical.storeId) {
      const links = { movedFrom: moveOf(canonical, document.revision) };
      const repost = repostOf(canonical, moved);
      return [revisionOf(from, { ...common, canonical: moved, revisionKind: 'remapped', repost, links })];
    }
    return [
      revisionOf(from, {
        ...common,
        canonical,
        revisionKind: 'withdrawn',
        repost: 'lines',
        links: { movedTo: moveOf(to, first + 1) },
      }),
      revisionOf(from, {
        ...common,
        canonical: moved,
        revision: first + 1,
        revisionKind: 'remapped',
        repost: 'lines',
        links: { movedFrom: moveOf(canonical, first) },
      }),
    ];
  }
}

function moveOf(
  { storeId, storeNo, registerId }: Omit<RevisionMove, 'revision'>,
  revision: number,
): RevisionMove {
  return { storeId, storeNo, registerId, revision };
}

/** A phase ends with its last names; opaque ids are gone through where the whole series is meant. */
function nextPhase(job: RemapRow, names: readonly NamedDocument[]): { phase: number; done: boolean } {
  if (names.length === NAMES_PER_STEP) return { phase: job.phase, done: false };
  const whole = job.fromNumber === 0 && job.toNumber === null;
  const last = whole ? OPAQUE_PHASE : OPAQUE_PHASE - 1;
  return job.phase >= last ? { phase: job.phase, done: true } : { phase: job.phase + 1, done: false };
}

function placeBehind(job: RemapRow, names: readonly NamedDocument[], phase: number) {
  const last = names.at(-1);
  if (phase !== job.phase) return { afterNumber: job.fromNumber - 1, afterOpaque: '' };
  return { afterNumber: last?.number ?? job.afterNumber, afterOpaque: last?.opaqueId ?? job.afterOpaque };
}
