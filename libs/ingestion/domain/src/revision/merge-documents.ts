import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import { soldLines } from './fiscal-core';

/** What a second copy of a document adds to the first. */
export interface Merged {
  readonly document: CanonicalDocument;
  /** True when any field but the identities was filled in. */
  readonly filled: boolean;
  /** True when a change matters to what was posted: a line's existence, key, 1212, 1214, disposition, location, mark. */
  readonly linesMatter: boolean;
}

/** Members that say which document it is: always the first one's. */
const OWN = new Set<string>([
  'documentId',
  'storeId',
  'storeNo',
  'registerId',
  'registerNo',
  'legalEntityId',
  'identities',
  'lines',
  'findings',
  'time',
  'fiscal',
  'fiscalState',
]);

const POSTED_MEMBERS = [
  'article',
  'barcode',
  'externalCode',
  'paymentMethod',
  'subject',
  'disposition',
  'marks',
] as const;

/**
 * The first copy with everything that it does not say taken from the second: till software knows discounts, an ОФД the
 * fiscal fields. What the first says stands. Both must agree in their core.
 */
export function mergeDocuments(first: CanonicalDocument, second: CanonicalDocument): Merged {
  const filled = fill(first, second, OWN);
  const fiscal = fillObject(first.fiscal, second.fiscal);
  const state =
    first.fiscalState !== 'fiscal' && second.fiscalState === 'fiscal'
      ? second.fiscalState
      : first.fiscalState;
  const time =
    first.time.timeQuality === 'missing' && second.time.timeQuality !== 'missing' ? second.time : first.time;
  const lines = mergeLines(first, second);
  const document = {
    ...filled.value,
    identities: unionOf(first, second),
    time,
    fiscalState: state,
    fiscal: fiscal.value,
    lines: lines.lines,
    findings: lines.added
      ? [...first.findings.filter(({ code }) => code !== 'linesMissing'), ...second.findings]
      : first.findings,
  };
  const changed = filled.changed || fiscal.changed || state !== first.fiscalState || time !== first.time;
  return { document, filled: changed || lines.changed, linesMatter: lines.matter };
}

interface Filled<T> {
  readonly value: T;
  readonly changed: boolean;
}

/** Members in the order of the second, which was built with all of them. */
function fill<T extends object>(first: T, second: T, own: ReadonlySet<string>): Filled<T> {
  const value: Record<string, unknown> = {};
  const stated = first as Readonly<Record<string, unknown>>;
  let changed = false;
  for (const [name, offered] of Object.entries(second)) {
    const kept = stated[name];
    value[name] = kept === undefined && !own.has(name) ? offered : kept;
    if (kept === undefined && offered !== undefined && !own.has(name)) changed = true;
  }
  return { value: { ...value, ...rest(stated, value) } as T, changed };
}

function rest(
  stated: Readonly<Record<string, unknown>>,
  taken: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(stated).filter(([name]) => !(name in taken)));
}

const NONE: ReadonlySet<string> = new Set();

function fillObject<T extends object>(first: T | undefined, second: T | undefined): Filled<T | undefined> {
  if (second === undefined) return { value: first, changed: false };
  return first === undefined ? { value: second, changed: true } : fill(first, second, NONE);
}

function unionOf(first: CanonicalDocument, second: CanonicalDocument): CanonicalDocument['identities'] {
  const known = new Set(first.identities.map((identity) => JSON.stringify(identity)));
  return [
    ...first.identities,
    ...second.identities.filter((identity) => !known.has(JSON.stringify(identity))),
  ];
}

interface MergedLines {
  readonly lines: CanonicalLine[];
  readonly changed: boolean;
  readonly matter: boolean;
  readonly added: boolean;
}

const LINE_OWN = new Set<string>([
  'lineNo',
  'state',
  'quantityMilli',
  'amountKopecks',
  'stockLocationId',
  'stockLocationNo',
]);

function mergeLines(first: CanonicalDocument, second: CanonicalDocument): MergedLines {
  if (first.lines.length === 0) {
    const added = second.lines.length > 0;
    return { lines: second.lines, changed: added, matter: added, added };
  }
  const others = soldLines(second);
  let place = 0;
  let changed = false;
  let matter = false;
  const lines = first.lines.map((line) => {
    const other = line.state === 'sold' ? others[place++] : undefined;
    if (other === undefined) return line;
    const filled = fill(line, other, LINE_OWN);
    changed ||= filled.changed;
    matter ||= POSTED_MEMBERS.some((name) => line[name] === undefined && other[name] !== undefined);
    return filled.value;
  });
  return { lines, changed, matter, added: false };
}
