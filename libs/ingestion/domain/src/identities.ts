import type { Identity } from '@potok/retail/document/identity';
import { documentIdOfKey, numberKey, seriesKey } from '@potok/retail/document/document-id';

export { seriesKey };

const IDENTITIES_MAX = 8;
const SCHEME = /^[a-z][a-z0-9-]{0,39}$/;
const SERIES_LENGTH_MAX = 100;
const OPAQUE_LENGTH_MAX = 128;
/** Control characters and lone surrogates: the first cannot be stored as text, the second are no text. */
const UNSTORABLE = /[\u0000-\u001f\u007f]|[\uD800-\uDFFF]/u;
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/** An identity in its one canonical form: exactly one of the three is there. */
export type KnownIdentity =
  | { readonly kind: 'number'; readonly scheme: string; readonly series: string; readonly number: number }
  | {
      readonly kind: 'span';
      readonly scheme: string;
      readonly series: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'opaque'; readonly scheme: string; readonly series: string; readonly opaqueId: string };

export type IdentityFault = 'identityUnreadable' | 'invalidUnicode';

/** Reads `identities` of a value of unknown shape: all of them, or why not. Padding of series names is removed. */
export function readIdentities(value: unknown): readonly KnownIdentity[] | IdentityFault {
  if (!Array.isArray(value) || value.length === 0 || value.length > IDENTITIES_MAX)
    return 'identityUnreadable';
  const known = new Map<string, KnownIdentity>();
  for (const candidate of value) {
    const identity = readIdentity(candidate);
    if (typeof identity === 'string') return identity;
    known.set(identityKey(identity), identity);
  }
  return [...known.values()];
}

function readIdentity(value: unknown): KnownIdentity | IdentityFault {
  if (typeof value !== 'object' || value === null) return 'identityUnreadable';
  const { scheme, series, number, span, opaqueId } = value as Readonly<Record<string, unknown>>;
  if (typeof scheme !== 'string' || !SCHEME.test(scheme)) return 'identityUnreadable';
  const name = readText(series, SERIES_LENGTH_MAX);
  if (typeof name !== 'object') return name;
  const given = [number, span, opaqueId].filter((part) => part !== undefined && part !== null).length;
  if (given !== 1) return 'identityUnreadable';
  const base = { scheme, series: name.text };
  if (isNumber(number)) return { kind: 'number', ...base, number };
  if (opaqueId !== undefined && opaqueId !== null) {
    const id = readText(opaqueId, OPAQUE_LENGTH_MAX);
    return typeof id === 'object' ? { kind: 'opaque', ...base, opaqueId: id.text } : id;
  }
  return readSpan(base, span);
}

function readSpan(base: { scheme: string; series: string }, span: unknown): KnownIdentity | IdentityFault {
  if (typeof span !== 'object' || span === null) return 'identityUnreadable';
  const { from, to } = span as Readonly<Record<string, unknown>>;
  if (!isNumber(from) || !isNumber(to) || from > to) return 'identityUnreadable';
  return from === to ? { kind: 'number', ...base, number: from } : { kind: 'span', ...base, from, to };
}

function readText(value: unknown, lengthMax: number): { readonly text: string } | IdentityFault {
  if (typeof value !== 'string') return 'identityUnreadable';
  const text = value.trim();
  if (LONE_SURROGATE.test(text)) return 'invalidUnicode';
  return text.length === 0 || text.length > lengthMax || UNSTORABLE.test(text)
    ? 'identityUnreadable'
    : { text };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** One text per identity: equal texts are equal identities. */
export function identityKey(identity: KnownIdentity): string {
  if (identity.kind === 'number') return numberKey(identity.scheme, identity.series, identity.number);
  const series = seriesKey(identity.scheme, identity.series);
  if (identity.kind === 'span') return `${series}#${String(identity.from)}-${String(identity.to)}`;
  return `${series}=${identity.opaqueId}`;
}

/** The documentId that the first identity of a document gives it. */
export function documentIdOf(identity: KnownIdentity): string {
  return documentIdOfKey(identityKey(identity));
}

/** As the canonical document states it. */
export function statedIdentity(identity: KnownIdentity): Identity {
  const { scheme, series } = identity;
  if (identity.kind === 'number') return { scheme, series, number: identity.number };
  if (identity.kind === 'span') return { scheme, series, span: { from: identity.from, to: identity.to } };
  return { scheme, series, opaqueId: identity.opaqueId };
}

/** What a registration's number range is compared with; null where there is no order. */
export function numberOf(identity: KnownIdentity): number | null {
  if (identity.kind === 'number') return identity.number;
  return identity.kind === 'span' ? identity.from : null;
}
