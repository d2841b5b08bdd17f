import { seriesKey } from '@potok/ingestion-domain/identities';
import { IdentityOverlaps } from '@potok/ingestion-domain/identity-overlaps';
import type { NumberedIdentity } from '../storage/identity-table';
import type { ProbedSpans } from '../storage/span-probe';
import type { Candidate } from './candidate';
import type { WorkingDocument } from './working-document';

export type DocumentOverlaps = IdentityOverlaps<WorkingDocument>;

export interface NamingPlaces {
  /** Documents by `identityKey`. */
  readonly byIdentity: ReadonlyMap<string, WorkingDocument>;
  /** Documents whose numbers lie in spans, and those whose spans hold numbers. */
  readonly overlaps: DocumentOverlaps;
}

/** Every document that a candidate names, each once. */
export function documentsNamedBy(
  { keys, identities }: Pick<Candidate, 'keys' | 'identities'>,
  { byIdentity, overlaps }: NamingPlaces,
): ReadonlySet<WorkingDocument> {
  const named = new Set<WorkingDocument>();
  for (const key of keys) {
    const document = byIdentity.get(key);
    if (document !== undefined) named.add(document);
  }
  if (!overlaps.empty) {
    for (const identity of identities) for (const document of overlaps.named(identity)) named.add(document);
  }
  return named;
}

/** The overlaps of a batch's series with what is stored. */
export function overlapsOf(
  { seriesNos, known }: ProbedSpans,
  identities: readonly NumberedIdentity[],
  documentOf: (documentId: string) => WorkingDocument,
): DocumentOverlaps {
  const names = new Map<number, { readonly scheme: string; readonly series: string }>();
  if (seriesNos.size > 0) {
    for (const { identity, seriesNo } of identities)
      if (seriesNos.has(seriesNo)) names.set(seriesNo, identity);
  }
  const overlaps: DocumentOverlaps = new IdentityOverlaps(
    [...names.values()].map(({ scheme, series }) => seriesKey(scheme, series)),
  );
  for (const { seriesNo, from, to, documentId } of known) {
    const name = names.get(seriesNo);
    if (name === undefined) continue;
    const { scheme, series } = name;
    overlaps.add({ kind: 'span', scheme, series, from, to }, documentOf(documentId));
  }
  return overlaps;
}

/** Known documents of which other bytes have come: their canonical form is needed. */
export function unseenOf(candidates: readonly Candidate[], places: NamingPlaces): readonly WorkingDocument[] {
  const unseen = new Set<WorkingDocument>();
  const note = (document: WorkingDocument | undefined, sha256Text: string): void => {
    if (document !== undefined && !document.seen.has(sha256Text)) unseen.add(document);
  };
  for (const { keys, identities, sha256Text } of candidates) {
    for (const key of keys) note(places.byIdentity.get(key), sha256Text);
    if (places.overlaps.empty) continue;
    for (const identity of identities)
      for (const document of places.overlaps.named(identity)) note(document, sha256Text);
  }
  return [...unseen];
}

/** The bytes of candidates that name several documents. */
export function joiningOf(candidates: readonly Candidate[], places: NamingPlaces): readonly Buffer[] {
  if (places.overlaps.empty && candidates.every(({ keys }) => keys.length === 1)) return [];
  const joining = candidates.filter((candidate) => documentsNamedBy(candidate, places).size > 1);
  return joining.map(({ sha256 }) => sha256);
}
