import { present } from '@potok/kernel/assert';
import { buildDocument } from '@potok/ingestion-domain/canonical/build-document';
import type { BuiltDocument } from '@potok/ingestion-domain/canonical/build-document';
import { headOfDocument } from '@potok/ingestion-domain/canonical/document-head';
import { documentIdOf, numberOf, seriesKey } from '@potok/ingestion-domain/identities';
import type { EmployeeMention } from '@potok/ingestion-domain/persons';
import { decideArrival } from '@potok/ingestion-domain/revision/decide-arrival';
import type { Arrival } from '@potok/ingestion-domain/revision/decide-arrival';
import { isTraining } from '@potok/ingestion-domain/training';
import type { ZoneOffsets } from '@potok/retail/time/zone-offsets';
import { subjectOfDocument } from '../quarantine/line-quarantine';
import type { ObservationKind } from '../storage/observation-table';
import type { SeriesHead } from '../storage/series-table';
import { BatchWork } from './batch-work';
import type { Candidate } from './candidate';
import type { LineOutcome } from './inbox-line';
import { documentsNamedBy } from './named-documents';
import type { DocumentOverlaps } from './named-documents';
import { EventValueWriter } from './event-values';
import { canonicalOf } from './working-document';
import type { WorkingDocument } from './working-document';

export interface DecidingOptions {
  readonly zones: ZoneOffsets;
  readonly referenceOf: (mention: EmployeeMention) => string;
  readonly trainingPrefixes: readonly string[];
  /** Numbers of series by `seriesKey`. */
  readonly seriesNos: ReadonlyMap<string, number>;
  /** Moved on while documents are decided. */
  readonly heads: Map<number, SeriesHead>;
  /** Documents by `identityKey`: extended with what the batch names. */
  readonly byIdentity: Map<string, WorkingDocument>;
  /** The same for numbers and spans that share a number. */
  readonly overlaps: DocumentOverlaps;
  /** SHA-256, hex, of copies that name several documents and that a person has decided against. */
  readonly keptJoins: ReadonlySet<string>;
}

/** Decides line by line, each seeing what the ones before it came to. */
export class BatchDecisions {
  readonly work = new BatchWork();
  private readonly writer = new EventValueWriter();
  private readonly movedSeries = new Set<number>();

  constructor(private readonly options: DecidingOptions) {}

  decide(candidate: Candidate): LineOutcome {
    const named = documentsNamedBy(candidate, this.options);
    const [document] = named;
    if (document === undefined) return this.first(candidate);
    return named.size > 1 ? this.joins(candidate, [...named]) : this.further(candidate, document);
  }

  /** How far the series have come that this batch moved. */
  movedHeads(): readonly SeriesHead[] {
    const moved = [...this.movedSeries].sort((left, right) => left - right);
    return moved.map((seriesNo) => present(this.options.heads.get(seriesNo), 'the head of a series'));
  }

  private first(candidate: Candidate): LineOutcome {
    const { place, identities } = candidate;
    const primary = present(identities[0], 'the first identity');
    const built = this.build(candidate);
    const written = this.writer.document(built.document);
    const published = !isTraining(identities, this.options.trainingPrefixes);
    const document: WorkingDocument = {
      documentId: documentIdOf(primary),
      storeId: place.storeId,
      storeNo: place.storeNo,
      registerNo: place.registerNo,
      seriesNo: this.seriesNo(primary.scheme, primary.series),
      number: numberOf(primary),
      published,
      counts: true,
      overruled: [],
      canonical: null,
      written,
      revision: 1,
      observations: 1,
      seen: new Map([[candidate.sha256Text, 'agreed']]),
      latest: null,
    };
    this.bind(candidate, document);
    this.work.revisions.push({
      document,
      canonical: headOfDocument(built.document),
      written,
      revision: 1,
      revisionKind: 'original',
      repost: 'none',
      links: null,
      candidate,
      copy: this.work.archive(candidate, built.persons),
    });
    return { kind: published ? 'registered' : 'training' };
  }

  /** A copy whose names lead to several documents: a person merges them, or decides against the copy. */
  private joins(candidate: Candidate, documents: readonly WorkingDocument[]): LineOutcome {
    const document = present(documents[0], 'the first document that is named');
    const [known] = documents.filter(({ seen }) => seen.has(candidate.sha256Text));
    if (known !== undefined) return this.further(candidate, known);
    if (this.options.keptJoins.has(candidate.sha256Text)) {
      return this.observe(candidate, document, { kind: 'overruled', built: this.build(candidate) });
    }
    const joinedIds = documents.map(({ documentId }) => documentId);
    const held = { field: '/identities', subjectKey: candidate.keys[0] ?? '' };
    const kind = 'joinsTwoDocuments';
    this.work.conflicts.push({ kind, candidate, document, joinedIds, observationNo: null, ...held });
    return { kind: 'held', code: kind, ...held };
  }

  private further(candidate: Candidate, document: WorkingDocument): LineOutcome {
    const seen = document.seen.get(candidate.sha256Text);
    if (seen === 'agreed') {
      this.work.repeat(document, candidate);
      return { kind: 'repeat' };
    }
    if (seen === 'conflict') {
      this.work.heldAgain.push({ documentId: document.documentId, sha256: candidate.sha256 });
      return conflictOf(document, '/');
    }
    const built = this.build(candidate);
    const known = canonicalOf(document);
    if (known === null) return this.observe(candidate, document, { kind: 'variant', built });
    const { overruled } = document;
    const arrival = decideArrival(known, built.document, {
      overruled,
      defaultLocationId: candidate.place.locationId,
    });
    if (arrival.kind === 'variant') return this.observe(candidate, document, { kind: 'variant', built });
    if (arrival.kind === 'conflict') return this.contradicts(candidate, document, { arrival, built });
    return this.revise(candidate, document, { arrival, built });
  }

  private contradicts(
    candidate: Candidate,
    document: WorkingDocument,
    { arrival, built }: ArrivedCopy<'conflict'>,
  ): LineOutcome {
    const field = `/${arrival.field.replaceAll('.', '/')}`;
    const outcome = conflictOf(document, field);
    this.observe(candidate, document, { kind: 'conflict', built });
    this.work.conflicts.push({
      kind: 'conflict',
      candidate,
      document,
      joinedIds: [],
      observationNo: document.observations,
      field,
      subjectKey: outcome.subjectKey,
    });
    return outcome;
  }

  private revise(
    candidate: Candidate,
    document: WorkingDocument,
    { arrival, built }: ArrivedCopy<'revision'>,
  ): LineOutcome {
    this.bind(candidate, document);
    if (!document.counts) return this.observe(candidate, document, { kind: 'variant', built });
    const previous = document.canonical;
    document.canonical = arrival.document;
    if (!document.published) return this.observe(candidate, document, { kind: 'variant', built });
    document.revision += 1;
    this.observe(candidate, document, { kind: 'bound', built });
    const { revisionKind, repost } = arrival;
    const copy = present(this.work.copies.at(-1), 'the copy just archived');
    const revision = {
      document,
      canonical: arrival.document,
      written: this.writer.document(arrival.document),
      revision: document.revision,
      revisionKind,
      repost,
      links: null,
      ...(previous === null ? {} : { previous }),
    };
    this.work.revisions.push({ ...revision, candidate, copy });
    return { kind: 'revised' };
  }

  private observe(
    candidate: Candidate,
    document: WorkingDocument,
    { kind, built }: { readonly kind: FurtherCopy; readonly built: BuiltDocument },
  ): LineOutcome {
    document.observations += 1;
    document.seen.set(candidate.sha256Text, kind === 'conflict' ? 'conflict' : 'agreed');
    const copy = this.work.archive(candidate, built.persons);
    this.work.observations.push({ document, observationNo: document.observations, kind, candidate, copy });
    return { kind: 'variant' };
  }

  private bind(candidate: Candidate, document: WorkingDocument): void {
    candidate.identities.forEach((identity, index) => {
      const key = candidate.keys[index] ?? '';
      if (this.options.byIdentity.has(key)) return;
      this.options.byIdentity.set(key, document);
      this.options.overlaps.add(identity, document);
      const seriesNo = this.seriesNo(identity.scheme, identity.series);
      this.work.identities.push({ identity, seriesNo, documentId: document.documentId });
    });
  }

  private build(candidate: Candidate): BuiltDocument {
    const { identities, place, line, employeeSource } = candidate;
    const dense = identities.find(({ kind }) => kind === 'number');
    const number = dense === undefined ? null : numberOf(dense);
    const seriesNo = dense === undefined ? null : this.seriesNo(dense.scheme, dense.series);
    const head = seriesNo === null ? undefined : this.options.heads.get(seriesNo);
    const follows = head !== undefined && number !== null && number > head.lastNumber;
    const built = buildDocument(candidate.received(), {
      identities,
      place,
      receivedAtMs: line.receivedAtMs,
      previousLedgerMs: follows ? head.lastLedgerMs : null,
      zones: this.options.zones,
      employeeSource,
      referenceOf: this.options.referenceOf,
    });
    if (seriesNo !== null && number !== null && (head === undefined || follows)) {
      const lastLedgerMs = Date.parse(built.document.time.ledgerAt);
      this.options.heads.set(seriesNo, { seriesNo, lastNumber: number, lastLedgerMs });
      this.movedSeries.add(seriesNo);
    }
    return built;
  }

  private seriesNo(scheme: string, series: string): number {
    return present(this.options.seriesNos.get(seriesKey(scheme, series)), 'the number of a series');
  }
}

type FurtherCopy = Exclude<ObservationKind, 'original' | 'repeat' | 'chosen'>;

interface ArrivedCopy<Kind extends Arrival['kind']> {
  readonly arrival: Extract<Arrival, { readonly kind: Kind }>;
  readonly built: BuiltDocument;
}

function conflictOf({ documentId }: WorkingDocument, field: string): HeldOutcome {
  return { kind: 'held', code: 'conflict', field, subjectKey: subjectOfDocument(documentId) };
}

type HeldOutcome = Extract<LineOutcome, { readonly kind: 'held' }>;
