import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { contradiction } from './fiscal-core';
import type { FiscalCore } from './fiscal-core';
import { mergeDocuments } from './merge-documents';
import { repostOf } from './posted-facts';
import { unionOfIdentities } from './union-of-identities';

/** What a further copy of a known document is. Its bytes are not among those that were seen before. */
export type Arrival =
  | { readonly kind: 'variant' }
  | { readonly kind: 'conflict'; readonly field: string }
  | {
      readonly kind: 'revision';
      readonly revisionKind: 'bound' | 'enriched';
      readonly repost: 'none' | 'lines';
      readonly document: CanonicalDocument;
    };

export interface KnownBefore {
  /** Cores that a person has decided against: copies of them raise no alarm again. */
  readonly overruled: readonly FiscalCore[];
  /** The location that stands where a document of this register states none. */
  readonly defaultLocationId: string | null;
}

const NOTHING_KNOWN: KnownBefore = { overruled: [], defaultLocationId: null };

/** `known` is the latest revision; `arrived` the canonical form of the bytes that came now. */
export function decideArrival(
  known: CanonicalDocument,
  arrived: CanonicalDocument,
  { overruled, defaultLocationId }: KnownBefore = NOTHING_KNOWN,
): Arrival {
  const field = contradiction(known, arrived);
  if (field === null) return joined(known, arrived, defaultLocationId);
  const decided = overruled.some((core) => contradiction(core, arrived) === null);
  return decided ? withNames(known, arrived) : { kind: 'conflict', field };
}

/** What one document comes to when a copy, or another document found to be the same, joins it. */
export function joined(
  known: CanonicalDocument,
  arrived: CanonicalDocument,
  defaultLocationId: string | null,
): Exclude<Arrival, { kind: 'conflict' }> {
  const merged = mergeDocuments(known, arrived, defaultLocationId);
  const bound = merged.document.identities.length > known.identities.length;
  if (!bound && !merged.filled) return { kind: 'variant' };
  return {
    kind: 'revision',
    revisionKind: merged.filled ? 'enriched' : 'bound',
    repost: merged.filled ? repostOf(known, merged.document) : 'none',
    document: merged.document,
  };
}

/** Of a copy that was decided against only its names are taken. */
export function withNames(
  known: CanonicalDocument,
  arrived: Pick<CanonicalDocument, 'identities'>,
): Exclude<Arrival, { kind: 'conflict' }> {
  const identities = unionOfIdentities(known.identities, arrived.identities);
  if (identities.length === known.identities.length) return { kind: 'variant' };
  const document = { ...known, identities };
  return { kind: 'revision', revisionKind: 'bound', repost: 'none', document };
}
