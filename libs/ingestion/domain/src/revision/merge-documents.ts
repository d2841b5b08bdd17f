import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import { soldLines } from './fiscal-core';
import { unionOfIdentities } from './union-of-identities';

/** What a second copy of a document adds to the first. */
export interface Merged {
  readonly document: CanonicalDocument;
  /** True when any field but the identities was filled in. */
  readonly filled: boolean;
}

/** Members that are not filled in like others: the first one's, or decided below. */
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
  'businessState',
  'detail',
]);

/** How much a copy tells, least first. */
const DETAILS = ['totalsOnly', 'noArticles', 'noDiscounts', 'full'] as const;

/**
 * The first copy with everything that it does not say taken from the second: till software knows discounts, an ОФД the
 * fiscal fields. What the first says stands. Both must agree in their core.
 */
export function mergeDocuments(
  first: CanonicalDocument,
  second: CanonicalDocument,
  defaultLocationId: string | null,
): Merged {
  const filled = fill(first, second, OWN);
  const fiscal = fillObject(first.fiscal, second.fiscal);
  const lines = mergeLines(first, second, defaultLocationId);
  const decided = {
    time:
      first.time.timeQuality === 'missing' && second.time.timeQuality !== 'missing'
        ? second.time
        : first.time,
    fiscalState: second.fiscalState === 'fiscal' ? second.fiscalState : first.fiscalState,
    businessState: first.businessState === 'deferred' ? second.businessState : first.businessState,
    detail: fullerDetail(first.detail, second.detail),
  };
  const document = {
    ...filled.value,
    ...decided,
    identities: unionOfIdentities(first.identities, second.identities),
    fiscal: fiscal.value,
    lines: lines.lines,
    findings: lines.replaced
      ? [...first.findings.filter(({ code }) => code !== 'linesMissing'), ...second.findings]
      : first.findings,
  };
  const moved = DECIDED.some((name) => decided[name] !== first[name]);
  return { document, filled: filled.changed || fiscal.changed || moved || lines.changed };
}

const DECIDED = ['time', 'fiscalState', 'businessState', 'detail'] as const;

function fullerDetail(
  first: CanonicalDocument['detail'],
  second: CanonicalDocument['detail'],
): CanonicalDocument['detail'] {
  if (first === undefined || second === undefined) return first ?? second;
  return DETAILS.indexOf(second) > DETAILS.indexOf(first) ? second : first;
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

interface MergedLines {
  readonly lines: CanonicalLine[];
  readonly changed: boolean;
  /** The second copy's lines stand instead of the first one's. */
  readonly replaced: boolean;
}

const LINE_OWN = new Set<string>([
  'lineNo',
  'state',
  'quantityMilli',
  'amountKopecks',
  'stockLocationId',
  'stockLocationNo',
]);

function mergeLines(
  first: CanonicalDocument,
  second: CanonicalDocument,
  defaultLocationId: string | null,
): MergedLines {
  const others = soldLines(second);
  const lumps = [first.detail, second.detail].map((detail) => detail === 'totalsOnly');
  const better = soldLines(first).length === 0 || (lumps[0] === true && lumps[1] === false);
  if (better && others.length > 0) {
    return { lines: [...second.lines, ...voidedBeside(first, second)], changed: true, replaced: true };
  }
  if (lumps.includes(true)) return { lines: first.lines, changed: false, replaced: false };
  let place = 0;
  let changed = false;
  const lines = first.lines.map((line) => {
    const other = line.state === 'sold' ? others[place++] : undefined;
    if (other === undefined) return line;
    const filled = fill(line, other, LINE_OWN);
    const value = movedTo(other, filled.value, defaultLocationId);
    changed ||= filled.changed || value !== filled.value;
    return value;
  });
  return { lines, changed, replaced: false };
}

/** Voided lines of the first copy under numbers that the second leaves free. */
function voidedBeside(first: CanonicalDocument, second: CanonicalDocument): readonly CanonicalLine[] {
  const taken = new Set(second.lines.map(({ lineNo }) => lineNo));
  return first.lines.filter(({ state, lineNo }) => state === 'voided' && !taken.has(lineNo));
}

/** A location of its own, where the first copy has only the register's. */
function movedTo(other: CanonicalLine, line: CanonicalLine, defaultLocationId: string | null): CanonicalLine {
  const { stockLocationId, stockLocationNo } = other;
  if (line.stockLocationId !== defaultLocationId || stockLocationId === defaultLocationId) return line;
  return { ...line, stockLocationId, stockLocationNo };
}
