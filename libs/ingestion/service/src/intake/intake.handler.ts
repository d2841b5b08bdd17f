import { present } from '@potok/kernel/assert';
import { seriesKey } from '@potok/ingestion-domain/identities';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import type { RegisterPlace } from '@potok/ingestion-domain/register-place';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import type { Tx } from '@potok/platform-postgres/tx';
import type { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { insertConflicts, keptJoins, stillUndecided } from '../storage/conflict-table';
import { insertHeldIdentities } from '../storage/held-identity-table';
import type { HeldIdentity } from '../storage/held-identity-table';
import { insertArrivals } from '../storage/arrival-table';
import { insertIdentities, probeIdentities } from '../storage/identity-table';
import type { NumberedIdentity } from '../storage/identity-table';
import { countRepeats, insertObservations } from '../storage/observation-table';
import type { SeriesName, SeriesTable } from '../storage/series-table';
import type { Vault } from '../vault/vault';
import { archiveCopies, resolveSubjects } from './archive-copies';
import { readCandidate } from './candidate';
import type { Candidate, SetAside } from './candidate';
import { BatchDecisions } from './decide-batch';
import type { BatchWork } from './batch-work';
import type { InboxLine, LineOutcome } from './inbox-line';
import { IntakeRace, isRace } from './intake-race';
import { gatherArrivals } from './note-arrivals';
import type { HeldLine } from './note-arrivals';
import { lockStreams, numberRevisions, storeRevisions } from './number-revisions';
import { joiningOf, overlapsOf, unseenOf } from './named-documents';
import { loadCanonicals, loadDocuments } from './working-document';
import type { WorkingDocument } from './working-document';

export interface IntakeParts {
  readonly directory: OrganisationDirectory;
  readonly series: SeriesTable;
  readonly vault: Vault;
  readonly numbering: StreamNumbering;
  /** What the relay of this process need not read back. */
  readonly recent?: RecentBlocks;
  readonly zones: ZoneOffsets;
  readonly trainingPrefixes: readonly string[];
}

/**
 * Takes lines in: archive, identities, further copies, canonical documents, numbering. All of it in the transaction
 * that is given; the locks in one order: series, persons, identities, streams. Answers what became of each line; what
 * is held or rejected is for the caller to put into quarantine.
 */
export class IntakeHandler {
  constructor(private readonly parts: IntakeParts) {}

  async apply(tx: Tx, lines: readonly InboxLine[]): Promise<readonly LineOutcome[]> {
    const { directory, series } = this.parts;
    await directory.refresh(tx);
    const candidates: Candidate[] = [];
    const aside: SetAside[] = [];
    lines.forEach((line, index) => {
      const read = readCandidate(index, line, directory);
      if ('outcome' in read) aside.push(read);
      else candidates.push(read);
    });
    const seriesNos = await series.numbersOf(tx, seriesOf([...candidates, ...aside]));
    try {
      return await this.takeIn(tx, { candidates, aside, seriesNos });
    } catch (error) {
      if (isRace(error) && !(error instanceof IntakeRace)) {
        throw new IntakeRace('another intake was faster', { cause: error });
      }
      throw error;
    }
  }

  private async takeIn(tx: Tx, batch: ReadBatch): Promise<readonly LineOutcome[]> {
    const { candidates, aside, seriesNos } = batch;
    const decisions = await this.decisionsFor(tx, batch);
    const outcomes: LineOutcome[] = [];
    const held: HeldIdentity[] = [];
    const heldLines: HeldLine[] = [];
    const settle = (
      read: Pick<Candidate, 'index' | 'identities'> & SettledLine,
      outcome: LineOutcome,
    ): void => {
      const { index, identities, place, line } = read;
      outcomes[index] = outcome;
      if (outcome.kind !== 'held') return;
      if (place !== null) heldLines.push({ place, identities, receivedAtMs: line.receivedAtMs });
      const { code: reason, subjectKey } = outcome;
      for (const numbered of withSeries(identities, seriesNos))
        held.push({ ...numbered, subjectKey, reason });
    };
    for (const candidate of candidates) settle(candidate, decisions.decide(candidate));
    for (const one of aside) settle(one, one.outcome);
    await this.write(tx, decisions.work);
    await insertHeldIdentities(tx, held);
    await insertArrivals(tx, gatherArrivals({ work: decisions.work, held: heldLines, seriesNos }));
    await this.parts.series.moveHeads(tx, decisions.movedHeads());
    return outcomes;
  }

  private async decisionsFor(tx: Tx, { candidates, seriesNos }: ReadBatch): Promise<BatchDecisions> {
    const numbered = candidates.flatMap(({ identities }) => withSeries(identities, seriesNos));
    const { found, spans } = await probeIdentities(tx, numbered);
    const named = [...found.values(), ...spans.known.map(({ documentId }) => documentId)];
    const documents = await loadDocuments(tx, [...new Set(named)]);
    const documentOf = (documentId: string) =>
      present(documents.get(documentId), 'the document of an identity');
    const byIdentity = new Map<string, WorkingDocument>();
    for (const [key, documentId] of found) byIdentity.set(key, documentOf(documentId));
    const overlaps = overlapsOf(spans, numbered, documentOf);
    await loadCanonicals(tx, unseenOf(candidates, { byIdentity, overlaps }));
    const kept = await keptJoins(tx, joiningOf(candidates, { byIdentity, overlaps }));
    const heads = await this.parts.series.heads(tx, [...new Set(numbered.map(({ seriesNo }) => seriesNo))]);
    const { zones, trainingPrefixes, vault } = this.parts;
    const referenceOf = vault.referenceOf;
    return new BatchDecisions({
      zones,
      referenceOf,
      trainingPrefixes,
      seriesNos,
      heads,
      byIdentity,
      overlaps,
      keptJoins: kept,
    });
  }

  private async write(tx: Tx, work: BatchWork): Promise<void> {
    const { vault, numbering } = this.parts;
    const subjects = await resolveSubjects(tx, vault, work.copies);
    await insertIdentities(tx, work.identities);
    await archiveCopies(tx, vault, { copies: work.copies, subjects });
    await countRepeats(tx, repeatRows(work));
    await insertObservations(
      tx,
      work.observations.map(({ document, observationNo, kind, candidate, copy }) => ({
        documentId: document.documentId,
        observationNo,
        kind,
        receivedAtMs: candidate.line.receivedAtMs,
        sha256: candidate.sha256,
        archiveBlockNo: copy.blockNo,
        archiveIndex: copy.index,
      })),
    );
    if (work.revisions.length > 0) {
      const streams = await lockStreams(tx, numbering, work.revisions);
      await storeRevisions(tx, this.parts, numberRevisions(work.revisions, streams));
    }
    await this.noteConflicts(tx, work);
  }

  /** Last of all: whoever decides a conflict takes these locks after the streams, too. */
  private async noteConflicts(tx: Tx, { conflicts, heldAgain }: BatchWork): Promise<void> {
    await insertConflicts(
      tx,
      conflicts.map(({ candidate, document, ...conflict }) => ({
        ...conflict,
        documentId: document.documentId,
        sha256: candidate.sha256,
        credentialId: candidate.line.credentialId,
        storeNo: document.storeNo,
        receivedAtMs: candidate.line.receivedAtMs,
      })),
    );
    if (!(await stillUndecided(tx, heldAgain))) throw new IntakeRace('a conflict was decided meanwhile');
  }
}

interface SettledLine {
  readonly place: RegisterPlace | null;
  readonly line: InboxLine;
}

interface ReadBatch {
  readonly candidates: readonly Candidate[];
  readonly aside: readonly SetAside[];
  readonly seriesNos: ReadonlyMap<string, number>;
}

function seriesOf(
  read: readonly { readonly identities: readonly KnownIdentity[] }[],
): ReadonlyMap<string, SeriesName> {
  const names = new Map<string, SeriesName>();
  for (const { identities } of read) {
    for (const { scheme, series } of identities) names.set(seriesKey(scheme, series), { scheme, series });
  }
  return names;
}

function withSeries(
  identities: readonly KnownIdentity[],
  seriesNos: ReadonlyMap<string, number>,
): readonly NumberedIdentity[] {
  return identities.map((identity) => {
    const seriesNo = seriesNos.get(seriesKey(identity.scheme, identity.series));
    return { identity, seriesNo: present(seriesNo, 'the number of a series') };
  });
}

function repeatRows(work: BatchWork) {
  return [...work.repeats.values()].map(({ document, candidate, count }) => ({
    documentId: document.documentId,
    sha256: candidate.sha256,
    count,
    lastReceivedAtMs: candidate.line.receivedAtMs,
  }));
}
