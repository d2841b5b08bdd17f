import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { unionOfIdentities } from './union-of-identities';

/** The chosen copy under the standing document's id and in its place; of what stood before its names alone stay. */
export function replaceDocument(standing: CanonicalDocument, chosen: CanonicalDocument): CanonicalDocument {
  const { documentId, storeId, storeNo, registerId, registerNo, legalEntityId } = standing;
  const place = { documentId, storeId, storeNo, registerId, registerNo, legalEntityId };
  return { ...chosen, ...place, identities: unionOfIdentities(standing.identities, chosen.identities) };
}
