import type { CanonicalDocument } from '@potok/retail/document/canonical-document';

/** The first ones in their order, then what the second add. */
export function unionOfIdentities(
  first: CanonicalDocument['identities'],
  second: CanonicalDocument['identities'],
): CanonicalDocument['identities'] {
  const known = new Set(first.map((identity) => JSON.stringify(identity)));
  return [...first, ...second.filter((identity) => !known.has(JSON.stringify(identity)))];
}
