import { present } from '@potok/kernel/assert';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import { readIdentities } from '@potok/ingestion-domain/identities';
import { joined, withNames } from '@potok/ingestion-domain/revision/decide-arrival';
import { contradiction, coreOf } from '@potok/ingestion-domain/revision/fiscal-core';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { DecisionError } from '../decide-documents/decision-error';
import { publishDecided, revisionOf } from '../decide-documents/publish-decided';
import { readCounting, readStanding } from '../decide-documents/standing-document';
import type { StandingDocument } from '../decide-documents/standing-document';
import { retryRaces } from '../intake/intake-race';
import { numberedBy, seriesOfIdentities } from '../decide-documents/named-series';
import type { PendingRevision } from '../intake/batch-work';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { RedriveLinesHandler } from '../redrive-lines/redrive-lines.handler';
import { openJoinsOf } from '../storage/conflict-table';
import { decisionsOf, insertDecision, insertOverruledCore } from '../storage/decision-table';
import type { StoredDecision } from '../storage/decision-table';
import { renameIdentities } from '../storage/identity-table';
import type { SeriesTable } from '../storage/series-table';
import type { HeldCopies } from '../decide-conflict/held-copy';

export interface Merger {
  readonly survivorId: string;
  readonly mergedId: string;
  /** The principal's id. */
  readonly by: string;
  readonly reason: string;
  readonly traceparent: string | null;
}

export interface Merged {
  readonly decision: StoredDecision;
  /** The field in which the two contradict: then the survivor takes nothing over but the names. */
  readonly contradicts: string | null;
  readonly survivorRevision: number;
  readonly mergedRevision: number;
  /** Held copies that named both and were taken in. */
  readonly followed: number;
}

export interface MergeDocumentsParts {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly series: SeriesTable;
  readonly numbering: StreamNumbering;
  readonly redrive: RedriveLinesHandler;
  readonly copies: HeldCopies;
}

type Merging = Result<Omit<Merged, 'followed'>, DecisionError>;

/**
 * Makes one document of two: the merged one counts no more and names its survivor; the survivor takes over its names,
 * and what it did not say itself. Two events, each sufficient in itself, in whichever stores. The same again answers
 * the first merger and takes in what still waits for it.
 */
export class MergeDocumentsHandler {
  constructor(private readonly parts: MergeDocumentsParts) {}

  async handle(merger: Merger): Promise<Result<Merged, DecisionError>> {
    const { survivorId, mergedId, by } = merger;
    if (survivorId === mergedId) return fail({ code: 'sameDocument' });
    const { database } = this.parts;
    const merged = await retryRaces(() => database.tx((tx) => this.merge(tx, merger)));
    if (!merged.ok) return merged;
    const waiting = [
      ...(await openJoinsOf(database, survivorId)),
      ...(await openJoinsOf(database, mergedId)),
    ];
    const entryIds = new Set<number>();
    for (const conflict of waiting) {
      for (const id of await this.parts.copies.openEntries(database, conflict)) entryIds.add(id);
    }
    const results = entryIds.size === 0 ? [] : await this.parts.redrive.redrive([...entryIds], by);
    return ok({ ...merged.value, followed: results.filter(({ outcome }) => outcome === 'applied').length });
  }

  private async merge(tx: Tx, merger: Merger): Promise<Merging> {
    await this.parts.directory.refresh(tx);
    const before = await this.mergedBefore(tx, merger);
    if (before !== null) return before;
    const counting = await readCounting(tx, [merger.survivorId, merger.mergedId]);
    if (!counting.ok) return counting;
    const [survivor, merged] = counting.value;
    return this.store(tx, merger, {
      survivor: present(survivor, 'the survivor'),
      merged: present(merged, 'the document to be merged'),
    });
  }

  private async mergedBefore(tx: Tx, { survivorId, mergedId }: Merger): Promise<Merging | null> {
    const decisions = await decisionsOf(tx, survivorId);
    const decision = decisions.findLast((one) => one.kind === 'merge' && one.otherDocumentId === mergedId);
    if (decision === undefined) return null;
    const standing = await readStanding(tx, [survivorId, mergedId]);
    if (!standing.ok) return standing;
    const [survivor, merged] = standing.value;
    if (survivor === undefined || merged?.latest.revisionKind !== 'merged') return null;
    return ok({
      decision,
      contradicts: contradiction(survivor.canonical, merged.canonical),
      survivorRevision: decision.revision ?? survivor.latest.revision,
      mergedRevision: merged.latest.revision,
    });
  }

  private async store(tx: Tx, merger: Merger, pair: Pair): Promise<Merging> {
    const { survivorId, mergedId, by: decidedBy, reason } = merger;
    const contradicts = contradiction(pair.survivor.canonical, pair.merged.canonical);
    await this.rename(tx, pair);
    const revisions = this.revisionsOf(merger, pair, contradicts);
    await publishDecided(tx, this.parts, { revisions, identities: [] });
    const [mergedRevision, survivorRevision] = revisions.map(({ revision }) => revision);
    const row = { kind: 'merge', conflictNo: null, decidedBy, reason } as const;
    const decisionNo = await insertDecision(tx, {
      ...row,
      documentId: survivorId,
      otherDocumentId: mergedId,
      revision: survivorRevision ?? null,
    });
    await insertDecision(tx, {
      ...row,
      documentId: mergedId,
      otherDocumentId: survivorId,
      revision: mergedRevision ?? null,
    });
    if (contradicts !== null) {
      await insertOverruledCore(tx, { documentId: survivorId, decisionNo }, coreOf(pair.merged.canonical));
    }
    const decisions = await decisionsOf(tx, survivorId);
    const decision = present(
      decisions.find((one) => one.decisionNo === decisionNo),
      'the decision just stored',
    );
    return ok({
      decision,
      contradicts,
      survivorRevision: survivorRevision ?? pair.survivor.latest.revision,
      mergedRevision: present(mergedRevision, 'the revision of the merged document'),
    });
  }

  /** The merged document's first: within one store nothing ever counts twice. */
  private revisionsOf(
    { survivorId, mergedId, traceparent }: Merger,
    { survivor, merged }: Pair,
    contradicts: string | null,
  ): readonly PendingRevision[] {
    const { directory } = this.parts;
    const defaultLocationId = directory.register(survivor.canonical.registerId)?.locationId ?? null;
    const grown =
      contradicts === null
        ? joined(survivor.canonical, merged.canonical, defaultLocationId)
        : withNames(survivor.canonical, merged.canonical);
    const leaves = revisionOf(merged, {
      canonical: merged.canonical,
      revisionKind: 'merged',
      repost: 'lines',
      links: { survivorId },
      traceparent,
    });
    if (grown.kind === 'variant') return [leaves];
    const { document: canonical, revisionKind, repost } = grown;
    const links = { mergedId };
    const previous = survivor.canonical;
    const change = { canonical, previous, revisionKind, repost, links, traceparent };
    return [leaves, revisionOf(survivor, change)];
  }

  /** Every name of the merged document leads to the survivor from now on. */
  private async rename(tx: Tx, { survivor, merged }: Pair): Promise<void> {
    const identities = readIdentities(merged.canonical.identities);
    if (typeof identities === 'string') throw new Error('a canonical document has readable identities');
    const seriesNos = await this.parts.series.numbersOf(tx, seriesOfIdentities(identities));
    await renameIdentities(tx, numberedBy(identities, seriesNos), {
      from: merged.latest.documentId,
      to: survivor.latest.documentId,
    });
  }
}

interface Pair {
  readonly survivor: StandingDocument;
  readonly merged: StandingDocument;
}
