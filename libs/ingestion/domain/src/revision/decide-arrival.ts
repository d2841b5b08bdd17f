import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { contradiction } from './fiscal-core';
import { mergeDocuments } from './merge-documents';

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

/** `known` is the latest revision; `arrived` the canonical form of the bytes that came now. */
export function decideArrival(known: CanonicalDocument, arrived: CanonicalDocument): Arrival {
  const field = contradiction(known, arrived);
  if (field !== null) return { kind: 'conflict', field };
  const merged = mergeDocuments(known, arrived);
  const bound = merged.document.identities.length > known.identities.length;
  if (!bound && !merged.filled) return { kind: 'variant' };
  return {
    kind: 'revision',
    revisionKind: merged.filled ? 'enriched' : 'bound',
    repost: merged.linesMatter ? 'lines' : 'none',
    document: merged.document,
  };
}
