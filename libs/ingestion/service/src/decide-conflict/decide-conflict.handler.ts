import { present } from '@potok/kernel/assert';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import { withNames } from '@potok/ingestion-domain/revision/decide-arrival';
import { contradiction, coreOf } from '@potok/ingestion-domain/revision/fiscal-core';
import { repostOf } from '@potok/ingestion-domain/revision/posted-facts';
import { replaceDocument } from '@potok/ingestion-domain/revision/replace-document';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { DecisionError } from '../decide-documents/decision-error';
import { publishDecided, revisionOf } from '../decide-documents/publish-decided';
import { readCounting } from '../decide-documents/standing-document';
import type { StandingDocument } from '../decide-documents/standing-document';
import type { PendingRevision } from '../intake/batch-work';
import { IntakeRace, retryRaces } from '../intake/intake-race';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { LINE_SOURCE } from '../quarantine/line-quarantine';
import type { LineQuarantine } from '../quarantine/line-quarantine';
import { lockConflictsOf, readConflict, settleConflict } from '../storage/conflict-table';
import type { StoredConflict } from '../storage/conflict-table';
import { decisionsOfConflicts, insertDecision, insertOverruledCore } from '../storage/decision-table';
import type { StoredDecision } from '../storage/decision-table';
import { releaseHeldIdentities } from '../storage/held-identity-table';
import { readObservations, settleObservation } from '../storage/observation-table';
import type { SeriesTable } from '../storage/series-table';
import { bindNames } from './bind-names';
import type { HeldCopies, HeldCopy } from './held-copy';

/** What a person decided about one copy. */
export interface ConflictDecision {
  readonly conflictNo: number;
  /** keep = the document stands as it is; revise = the held copy becomes its next revision. */
  readonly verb: 'keep' | 'revise';
  /** The principal's id. */
  readonly by: string;
  readonly reason: string;
  /** Decide otherwise what was kept before. */
  readonly overrule: boolean;
  readonly traceparent: string | null;
}

export interface DecideConflictParts {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly series: SeriesTable;
  readonly numbering: StreamNumbering;
  readonly quarantine: LineQuarantine;
  readonly copies: HeldCopies;
}

type Decided = Result<StoredDecision, DecisionError>;
type Revising = Pick<PendingRevision, 'revisionKind' | 'repost'> &
  Partial<Pick<PendingRevision, 'candidate' | 'copy'>> & { readonly canonical: CanonicalDocument };

const STATES = { keep: 'kept', revise: 'revised' } as const;

/**
 * Decides about held copies. One transaction a decision; its locks in the intake's order: series, identities, streams,
 * the conflict, its quarantine rows. The same decision again answers the first one.
 */
export class DecideConflictHandler {
  constructor(private readonly parts: DecideConflictParts) {}

  handle(decision: ConflictDecision): Promise<Decided> {
    return retryRaces(() => this.parts.database.tx((tx) => this.decide(tx, decision)));
  }

  private async decide(tx: Tx, decision: ConflictDecision): Promise<Decided> {
    await this.parts.directory.refresh(tx);
    const conflict = await readConflict(tx, decision.conflictNo);
    if (conflict === null) return fail({ code: 'conflictUnknown' });
    const before = await this.decidedBefore(tx, conflict, decision);
    if (before !== null) return before;
    if (conflict.kind === 'joinsTwoDocuments') return this.decideJoin(tx, conflict, decision);
    const standing = await readCounting(tx, [conflict.documentId]);
    if (!standing.ok) {
      const goneAlready = decision.verb === 'keep' && standing.error.code === 'documentCountsNoMore';
      return goneAlready ? this.settleAlone(tx, conflict, decision) : standing;
    }
    const document = present(standing.value[0], 'the document of a conflict');
    const held = await this.parts.copies.read(tx, conflict, document.canonical);
    if (held.ok && decision.verb === 'revise' && held.value.canonical.type !== document.canonical.type) {
      return fail({ code: 'copyOfAnotherType' });
    }
    if (!held.ok && decision.verb === 'revise') return held;
    return this.publish(tx, { conflict, decision, document, held: held.ok ? held.value : null });
  }

  /** The answer where it was decided; null where it is open, or kept and to be overruled. */
  private async decidedBefore(
    tx: Tx,
    { conflictNo, state }: StoredConflict,
    { verb, overrule }: ConflictDecision,
  ): Promise<Decided | null> {
    if (state === 'open' || (overrule && verb === 'revise' && state === 'kept')) return null;
    const decided = (await decisionsOfConflicts(tx, [conflictNo])).get(conflictNo);
    if (decided !== undefined && state === STATES[verb]) return ok(decided);
    return fail({ code: 'conflictDecided', state, by: decided?.decidedBy ?? 'the merger of its documents' });
  }

  /** A copy that names several documents is decided against here; otherwise its documents are merged. */
  private async decideJoin(tx: Tx, conflict: StoredConflict, decision: ConflictDecision): Promise<Decided> {
    if (decision.verb === 'keep') return this.settleAlone(tx, conflict, decision);
    return fail({ code: 'conflictNeedsMerge', documentIds: conflict.joinedIds });
  }

  private async publish(tx: Tx, deciding: Deciding): Promise<Decided> {
    const { conflict, decision, document } = deciding;
    const named =
      deciding.held === null
        ? null
        : await bindNames(tx, this.parts.series, { document, held: deciding.held });
    const held = named === null ? null : named.copy;
    const change = held === null ? null : await this.changeOf(tx, { ...deciding, held });
    const { traceparent } = decision;
    const previous = document.canonical;
    const revision = change === null ? null : revisionOf(document, { ...change, previous, traceparent });
    if (revision !== null && named !== null) {
      await publishDecided(tx, this.parts, { revisions: [revision], identities: named.bound });
    }
    const waiting = await lockOpen(tx, conflict);
    const settled = await this.settle(tx, { conflict, decision, revision: revision?.revision ?? null });
    if (held === null) return ok(settled);
    const [stands, overruled] =
      decision.verb === 'keep' ? [document.canonical, held.canonical] : [held.canonical, document.canonical];
    await insertOverruledCore(tx, settled, coreOf(overruled));
    const decided = decision.verb === 'keep' ? overruled : stands;
    for (const other of waiting) await this.follow(tx, { conflict: other, decision, document }, decided);
    return ok(settled);
  }

  /** Another held copy that says the same as the one decided about is decided with it. */
  private async follow(tx: Tx, following: Omit<Deciding, 'held'>, decided: CanonicalDocument): Promise<void> {
    const { conflict, decision, document } = following;
    const copy = await this.parts.copies.read(tx, conflict, document.canonical);
    if (!copy.ok || contradiction(decided, copy.value.canonical) !== null) return;
    await this.settle(tx, { conflict, decision, revision: null });
  }

  private async changeOf(tx: Tx, { conflict, decision, document, held }: Chosen): Promise<Revising | null> {
    if (decision.verb === 'keep') {
      const named = withNames(document.canonical, held.canonical);
      if (named.kind === 'variant') return null;
      return { canonical: named.document, revisionKind: named.revisionKind, repost: named.repost };
    }
    const observations = await readObservations(tx, [conflict.documentId]);
    const copy = observations.find(({ observationNo }) => observationNo === conflict.observationNo);
    const { sha256, receivedAtMs, archiveBlockNo, archiveIndex } = present(copy, 'the copy of a conflict');
    const canonical = replaceDocument(document.canonical, held.canonical);
    return {
      canonical,
      revisionKind: 'replaced',
      repost: repostOf(document.canonical, canonical),
      candidate: { sha256, line: { receivedAtMs, traceparent: decision.traceparent } },
      copy: { blockNo: archiveBlockNo, index: archiveIndex },
    };
  }

  private async settleAlone(tx: Tx, conflict: StoredConflict, decision: ConflictDecision): Promise<Decided> {
    await lockOpen(tx, conflict);
    return ok(await this.settle(tx, { conflict, decision, revision: null }));
  }

  /** Under the lock of the document's conflicts. */
  private async settle(tx: Tx, { conflict, decision, revision }: Settling): Promise<StoredDecision> {
    const { conflictNo, documentId, observationNo, subjectKey } = conflict;
    const decisionNo = await insertDecision(tx, {
      kind: decision.verb,
      documentId,
      otherDocumentId: null,
      conflictNo,
      revision,
      decidedBy: decision.by,
      reason: decision.reason,
    });
    await settleConflict(tx, conflictNo, STATES[decision.verb]);
    if (observationNo !== null) {
      const kind = decision.verb === 'keep' ? 'overruled' : 'chosen';
      await settleObservation(tx, { documentId, observationNo }, kind);
    }
    const { by, reason } = decision;
    const closing = { ids: await this.parts.copies.openEntries(tx, conflict), by, reason };
    const { store } = this.parts.quarantine;
    await (decision.verb === 'keep' ? store.dismiss(tx, closing) : store.markRedriven(tx, closing));
    const stillOpen = await store.openSubjects(tx, [subjectKey], LINE_SOURCE);
    if (stillOpen.size === 0) await releaseHeldIdentities(tx, [subjectKey]);
    const decided = (await decisionsOfConflicts(tx, [conflictNo])).get(conflictNo);
    return { ...present(decided, 'the decision just stored'), decisionNo };
  }
}

/**
 * Locks all conflicts of the document, so that two of them decided at once wait for each other in one direction. Answers
 * the other open ones. A race where this one was decided meanwhile.
 */
async function lockOpen(tx: Tx, conflict: StoredConflict): Promise<readonly StoredConflict[]> {
  const locked = await lockConflictsOf(tx, conflict);
  const now = locked.find(({ conflictNo }) => conflictNo === conflict.conflictNo);
  if (now?.state !== conflict.state) throw new IntakeRace('another person has decided meanwhile');
  return locked.filter((one) => one !== now && one.state === 'open');
}

interface Deciding {
  readonly conflict: StoredConflict;
  readonly decision: ConflictDecision;
  readonly document: StandingDocument;
  readonly held: HeldCopy | null;
}

type Chosen = Deciding & { readonly held: HeldCopy };

interface Settling extends Pick<Deciding, 'conflict' | 'decision'> {
  readonly revision: number | null;
}
