import { seriesKey } from './identities';
import type { KnownIdentity } from './identities';

interface Covered<Document> {
  readonly from: number;
  readonly to: number;
  readonly document: Document;
}

/**
 * Numbers and spans of numbers that name documents, for series that hold spans: two that share a number name the same
 * document. Of other series it knows nothing, which costs them nothing.
 */
export class IdentityOverlaps<Document> {
  private readonly covered = new Map<string, Covered<Document>[]>();

  /** `series` by `seriesKey`: those that hold spans. */
  constructor(series: Iterable<string>) {
    for (const key of series) this.covered.set(key, []);
  }

  get empty(): boolean {
    return this.covered.size === 0;
  }

  add(identity: KnownIdentity, document: Document): void {
    if (identity.kind === 'opaque') return;
    const range = rangeOf(identity);
    this.covered.get(seriesKey(identity.scheme, identity.series))?.push({ ...range, document });
  }

  /** Every document that shares a number with the identity. */
  named(identity: KnownIdentity): readonly Document[] {
    if (identity.kind === 'opaque') return [];
    const { from, to } = rangeOf(identity);
    const covered = this.covered.get(seriesKey(identity.scheme, identity.series)) ?? [];
    return covered.filter((one) => one.from <= to && one.to >= from).map(({ document }) => document);
  }
}

/** First and last number. */
export function rangeOf(identity: Exclude<KnownIdentity, { readonly kind: 'opaque' }>): {
  readonly from: number;
  readonly to: number;
} {
  return identity.kind === 'number' ? { from: identity.number, to: identity.number } : identity;
}
