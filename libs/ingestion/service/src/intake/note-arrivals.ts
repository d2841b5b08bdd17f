import { ArrivalGatherer } from '@potok/ingestion-domain/completeness/gather-arrivals';
import type { NamedBy } from '@potok/ingestion-domain/completeness/gather-arrivals';
import { identityKey, seriesKey } from '@potok/ingestion-domain/identities';
import type { KnownIdentity } from '@potok/ingestion-domain/identities';
import type { RegisterPlace } from '@potok/ingestion-domain/register-place';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import type { Identity } from '@potok/retail/document/identity';
import type { PendingIdentity, PendingRevision } from './batch-work';

/** Lines that were held: their numbers stand in quarantine and count as received. */
export interface HeldLine {
  readonly place: RegisterPlace;
  readonly identities: readonly KnownIdentity[];
  readonly receivedAtMs: number;
}

export interface BatchArrivals {
  readonly work: {
    readonly revisions: readonly PendingRevision[];
    readonly identities: readonly PendingIdentity[];
  };
  readonly held: readonly HeldLine[];
  /** Documents as they stood at registers that they do not belong to. */
  readonly left?: readonly CanonicalDocument[];
  readonly seriesNos: ReadonlyMap<string, number>;
}

/** What a batch comes to for the completeness of its series. Documents of training drives leave no gaps. */
export function gatherArrivals({ work, held, seriesNos, left = [] }: BatchArrivals) {
  const gatherer = new ArrivalGatherer();
  const newNames = namesOfRevised(work);
  for (const revision of work.revisions) {
    const { document, canonical, candidate } = revision;
    if (!document.published) continue;
    const isFirst = revision.revision === 1;
    const fresh = isFirst ? null : (newNames.get(document.documentId) ?? NONE);
    const named = namesOf(canonical, seriesNos, fresh);
    const { receivedAtMs } = candidate.line;
    gatherer.add({ document: canonical, previous: revision.previous ?? null, receivedAtMs, named });
  }
  for (const document of left) {
    gatherer.take({ document, receivedAtMs: 0, named: namesOf(document, seriesNos, null) });
  }
  for (const { place, identities, receivedAtMs } of held) {
    for (const { scheme, series } of identities) {
      const seriesNo = seriesNos.get(seriesKey(scheme, series));
      const { storeNo, registerNo } = place;
      if (seriesNo !== undefined) gatherer.touch({ storeNo, registerNo, seriesNo }, receivedAtMs);
    }
  }
  return gatherer.rows();
}

/** `fresh` null = all of its names are new. */
function namesOf(
  { identities }: Pick<CanonicalDocument, 'identities'>,
  seriesNos: BatchArrivals['seriesNos'],
  fresh: ReadonlySet<string> | null,
): readonly NamedBy[] {
  const named: NamedBy[] = [];
  for (const stated of identities) {
    const identity = knownIdentity(stated);
    const seriesNo = seriesNos.get(seriesKey(identity.scheme, identity.series));
    if (seriesNo === undefined) continue;
    named.push({ identity, seriesNo, isNew: fresh === null || fresh.has(identityKey(identity)) });
  }
  return named;
}

const NONE: ReadonlySet<string> = new Set();

/** The names that this batch gave to documents which had others before. */
function namesOfRevised({
  revisions,
  identities,
}: BatchArrivals['work']): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { document, revision } of revisions) {
    if (revision > 1) names.set(document.documentId, new Set());
  }
  if (names.size === 0) return names;
  for (const { identity, documentId } of identities) names.get(documentId)?.add(identityKey(identity));
  return names;
}

function knownIdentity({ scheme, series, number, span, opaqueId }: Identity): KnownIdentity {
  if (number !== undefined) return { kind: 'number', scheme, series, number };
  if (span !== undefined) return { kind: 'span', scheme, series, from: span.from, to: span.to };
  return { kind: 'opaque', scheme, series, opaqueId: opaqueId ?? '' };
}
