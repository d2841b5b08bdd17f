import type { CanonicalDocument } from '@potok/retail/document/canonical-document';

/** A field in which two copies differ, by JSON pointer; null where a copy does not state it. */
export interface Difference {
  readonly field: string;
  readonly standing: string | number | boolean | null;
  readonly held: string | number | boolean | null;
}

const DIFFERENCES_MAX = 200;

/** What the platform says of a copy, and not the copy itself. */
const OURS = new Set([
  '/schemaVersion',
  '/documentId',
  '/storeId',
  '/storeNo',
  '/registerId',
  '/registerNo',
  '/legalEntityId',
  '/identities',
  '/findings',
  '/time/receivedAt',
  '/time/ledgerAt',
  '/time/clockSkewMs',
]);

/** Field by field in the order of the canonical document; at most 200. Canonical documents hold no personal data. */
export function differencesOf(standing: CanonicalDocument, held: CanonicalDocument): readonly Difference[] {
  const found: Difference[] = [];
  compare({ standing, held, field: '' }, found);
  return found;
}

interface Compared {
  readonly standing: unknown;
  readonly held: unknown;
  readonly field: string;
}

function compare({ standing, held, field }: Compared, found: Difference[]): void {
  if (OURS.has(field) || found.length >= DIFFERENCES_MAX) return;
  if (!isObject(standing) && !isObject(held)) {
    if (plain(standing) !== plain(held)) found.push({ field, standing: plain(standing), held: plain(held) });
    return;
  }
  const names = new Set([...namesOf(standing), ...namesOf(held)]);
  for (const name of names) {
    compare({ standing: member(standing, name), held: member(held, name), field: `${field}/${name}` }, found);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function namesOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
