import { present } from '@potok/kernel/assert';
import type {
  CompletenessBasis,
  CompletenessStatus,
  HoleClass,
  HoleReason,
  SeriesBeginning,
} from '@potok/ingestion-contracts/completeness';
import type { NumberRange } from '../number-ranges';
import { beginningOf } from './beginning';
import type { Beginning } from './beginning';
import { boundHoles } from './bound-holes';
import type { HoleBounds } from './bound-holes';
import { judgeShifts } from './judge-shifts';
import type { JudgedShift } from './judge-shifts';
import type { SeriesFacts, StatedEnd } from './series-facts';
import type { ShiftFacts } from './shift-facts';
import { countIn, joinStretches, missingIn, sizeOf } from './stretches';
import type { Stretch } from './stretches';

/** Everything that the judgement of a series at one register rests on. */
export interface SeriesCase {
  readonly scheme: string;
  readonly numbering: 'dense' | 'receiptsOnly' | 'opaque';
  /** Number ranges of the series that belong to the register; empty = all. In order. */
  readonly windows: readonly { readonly fromNumber: number; readonly toNumber: number | null }[];
  readonly facts: SeriesFacts;
  /** Unsettled shifts, and those that stand beside a hole. */
  readonly shifts: readonly ShiftFacts[];
  /** Numbers in quarantine: they count as received. */
  readonly held: readonly NumberRange[];
  /** By how much 1111 of a close report may be below the documents of its shift. */
  readonly documentCountSlack: number;
  readonly nowMs: number;
  /** What a heartbeat states may be on its way for so long. Milliseconds. */
  readonly tailGraceMs: number;
}

export interface JudgedHole extends NumberRange {
  readonly state: 'open' | 'closed';
  readonly class: HoleClass;
  readonly reason: HoleReason;
  readonly receiptsMin: number;
  readonly receiptsMax: number;
  readonly shiftNumber: number | null;
  readonly evidence: string;
}

export interface JudgedSeries {
  readonly status: CompletenessStatus;
  readonly basis: CompletenessBasis | null;
  /** Milliseconds; null = nothing is proved. */
  readonly completeUpToMs: number | null;
  readonly since: number | null;
  /** What `since` rests on; null = there are no numbers. */
  readonly beginning: SeriesBeginning | null;
  readonly receiptsBefore: number;
  readonly expected: number | null;
  readonly have: number;
  /** Open ones, and those that are closed from now on. */
  readonly holes: readonly JudgedHole[];
  readonly shifts: readonly JudgedShift[];
  /** The facts with what was explained and with the fulfilled statement. */
  readonly facts: SeriesFacts;
  /** When nothing else happens: look again then. Milliseconds. */
  readonly lookAgainMs: number | null;
}

/** Says of a series what is here, what is missing and why (register-document §4). Pure. */
export function judgeSeries(given: SeriesCase): JudgedSeries {
  const lastNumber = lastNumberOf(given);
  if (lastNumber === null) return judgeWithoutNumbers(given);
  const view = viewOf(given, lastNumber);
  const holes = judgeHoles(given, view);
  const explained = holes.filter(({ state }) => state === 'closed');
  const open = holes.filter(({ state }) => state === 'open');
  const accounted = joinStretches(given.facts.accounted, explained.map(asStretch));
  const contiguous = contiguousFrom(
    joinStretches(view.present, explained.map(asStretch)),
    view.universe.from,
  );
  const met = metBy(given.facts, open.length === 0 ? contiguous : null);
  const facts = { ...given.facts, accounted, met };
  const shifts = judgeShifts(given, {
    bounds: view.bounds,
    open,
    since: view.universe.from,
    held: view.held,
  });
  const proof = proofOf(facts, contiguous);
  const status = statusOf(facts, { open, shifts, proof });
  return {
    ...proof,
    status,
    since: view.universe.from,
    beginning: view.beginning.basis,
    receiptsBefore: view.beginning.receiptsBefore,
    expected: sizeOf(view.universe) - view.elsewhere,
    have: facts.received + countIn(view.held),
    holes,
    shifts,
    facts,
    lookAgainMs: view.lookAgainMs,
  };
}

/** The missing numbers of a series, before it is known what they are. */
export function missingNumbers(given: Omit<SeriesCase, 'shifts'>): readonly NumberRange[] {
  const lastNumber = lastNumberOf(given);
  return lastNumber === null ? [] : viewOf({ ...given, shifts: [] }, lastNumber).missing;
}

/** The highest number that was received, be it in quarantine; null = there are no numbers. */
function lastNumberOf({ facts, numbering, held }: Omit<SeriesCase, 'shifts'>): number | null {
  if (numbering === 'opaque') return null;
  const last = held.reduce((highest, { to }) => Math.max(highest, to), facts.lastNumber ?? -1);
  return last < 0 ? null : last;
}

interface View {
  readonly universe: NumberRange;
  readonly beginning: Beginning;
  /** Numbers in the universe that belong to another register. */
  readonly elsewhere: number;
  /** Accounted for, held, or somebody else's. */
  readonly present: readonly Stretch[];
  readonly held: readonly NumberRange[];
  readonly missing: readonly NumberRange[];
  readonly bounds: ReadonlyMap<NumberRange, HoleBounds>;
  readonly lookAgainMs: number | null;
}

function viewOf(given: SeriesCase, lastNumber: number): View {
  const { facts, windows } = given;
  const { stated } = facts;
  const dueMs = stated === null ? 0 : stated.receivedMs + given.tailGraceMs;
  const isDue = given.nowMs >= dueMs;
  const lastHeld = given.held.reduce((last, { to }) => Math.max(last, to), lastNumber);
  const statedLast = Math.max(isDue ? (stated?.lastNumber ?? 0) : 0, facts.ended?.lastNumber ?? 0);
  const beginning = beginningOf(given, lastNumber);
  const universe = {
    from: beginning.since,
    to: Math.max(lastHeld, Math.min(statedLast, windows.at(-1)?.toNumber ?? statedLast)),
  };
  const foreign = windows.length === 0 ? [] : missingIn(universe, windows.map(windowRange));
  const held = given.held.flatMap((range) => missingIn(range, facts.accounted));
  const present = joinStretches(facts.accounted, [...foreign, ...held].map(asStretch));
  const missing = missingIn(universe, present);
  const { shifts, numbering, scheme } = given;
  const fiscal = scheme === 'fn';
  const around = { held, shifts, lastNumber: lastHeld, numbering, fiscal };
  const found = boundHoles({ holes: missing, ...around, fromStart: fiscal && universe.from <= 1 });
  const bounds = new Map(missing.map((hole, index) => [hole, boundsOf(found[index])]));
  const waits = stated !== null && !isDue && stated.lastNumber > lastNumber;
  return {
    universe,
    beginning,
    elsewhere: countIn(foreign),
    present,
    held,
    missing,
    bounds,
    lookAgainMs: waits ? dueMs : null,
  };
}

function boundsOf(bounds: HoleBounds | undefined): HoleBounds {
  return present(bounds, 'the bounds of a hole');
}

function windowRange({ fromNumber, toNumber }: SeriesCase['windows'][number]): NumberRange {
  return { from: fromNumber, to: toNumber ?? Number.MAX_SAFE_INTEGER };
}

function asStretch({ from, to }: NumberRange): Stretch {
  return { from, to, ledgerMs: null };
}

function judgeHoles({ facts }: SeriesCase, { missing, bounds }: View): readonly JudgedHole[] {
  return missing.map((range) => {
    const bound = boundsOf(bounds.get(range));
    const { receiptsMin, receiptsMax, evidence, shiftFrom, shiftTo } = bound;
    const shiftNumber = shiftFrom !== null && shiftFrom === shiftTo ? shiftFrom : null;
    const said = { ...range, receiptsMin, receiptsMax, shiftNumber, evidence };
    if (receiptsMax === 0) {
      return { ...said, state: 'closed', class: 'noReceipts', reason: whyNoReceipts(bound) };
    }
    const isDead =
      bound.isTail && facts.ended !== null && facts.ended.how !== 'report' && facts.ended.act !== null;
    if (isDead) return { ...said, state: 'closed', class: 'tail', reason: 'closedByAct' };
    const inSpool = bound.isTail && (facts.stated?.unsent ?? 0) > 0;
    return { ...said, state: 'open', class: classOf(bound, range), reason: inSpool ? 'inSpool' : 'missing' };
  });
}

function whyNoReceipts({ isHead, betweenReceipts }: HoleBounds): HoleReason {
  if (isHead) return 'registrationReport';
  return betweenReceipts ? 'betweenConsecutiveReceipts' : 'shiftReportsOnly';
}

function classOf({ isTail, receiptsMin }: HoleBounds, range: NumberRange): HoleClass {
  if (isTail) return 'tail';
  if (receiptsMin === sizeOf(range)) return 'receipts';
  return receiptsMin > 0 ? 'someReceipts' : 'possibleReceipts';
}

/** The stretch that begins with the first number; null when that is missing. */
function contiguousFrom(stretches: readonly Stretch[], since: number): Stretch | null {
  return stretches.find(({ from, to }) => from <= since && since <= to) ?? null;
}

function metBy({ stated, met }: SeriesFacts, contiguous: Stretch | null): StatedEnd | null {
  if (stated === null || contiguous === null || stated.lastNumber > contiguous.to) return met;
  return met !== null && met.atMs >= stated.atMs ? met : stated;
}

interface Judged {
  readonly open: readonly JudgedHole[];
  readonly shifts: readonly JudgedShift[];
  readonly proof: { readonly basis: CompletenessBasis | null };
}

/** Up to when everything is here, and what proves it. */
function proofOf(
  facts: SeriesFacts,
  contiguous: Stretch | null,
): { readonly completeUpToMs: number | null; readonly basis: CompletenessBasis | null } {
  if (contiguous === null || contiguous.ledgerMs === null) return { completeUpToMs: null, basis: null };
  const closedLast = contiguous.to === facts.lastNumber && contiguous.to === facts.lastClose;
  let best = { completeUpToMs: contiguous.ledgerMs, basis: 'documents' as CompletenessBasis };
  if (closedLast) best = { ...best, basis: 'closeReport' };
  const { met, statedTime } = facts;
  if (met !== null && met.lastNumber <= contiguous.to && met.atMs > best.completeUpToMs) {
    best = { completeUpToMs: met.atMs, basis: met.basis };
  }
  if (statedTime !== null && statedTime.upToMs > best.completeUpToMs) {
    best = { completeUpToMs: statedTime.upToMs, basis: statedTime.basis };
  }
  return best;
}

function statusOf(facts: SeriesFacts, { open, shifts, proof }: Judged): CompletenessStatus {
  if (open.length > 0 || shifts.some(({ statement }) => statement.status === 'incomplete'))
    return 'incomplete';
  const { ended, met, lastNumber } = facts;
  if (ended !== null && ended.how !== 'report' && ended.lastNumber === null) return 'unprovable';
  if (ended !== null) return 'complete';
  const proved = proof.basis === 'closeReport' || (met !== null && met.lastNumber >= (lastNumber ?? 0));
  return proved || proof.basis === 'declared' ? 'complete' : 'open';
}

/** Sources whose documents have no order, and series of which only heartbeats have come. */
function judgeWithoutNumbers({ facts, numbering, nowMs, tailGraceMs }: SeriesCase): JudgedSeries {
  const { statedTime, stated, opaqueDocuments } = facts;
  const isOpaque = numbering === 'opaque' || opaqueDocuments > 0;
  const nothing = stated !== null && stated.lastNumber === 0 && nowMs >= stated.receivedMs + tailGraceMs;
  const nowhere = { since: null, beginning: null, receiptsBefore: 0, expected: null };
  const rest = { ...nowhere, have: facts.opaqueDocuments, holes: [], shifts: [], facts };
  if (statedTime !== null) {
    const { upToMs: completeUpToMs, basis } = statedTime;
    return { ...rest, status: 'complete', basis, completeUpToMs, lookAgainMs: null };
  }
  if (nothing && !isOpaque) {
    return {
      ...rest,
      status: 'complete',
      basis: stated.basis,
      completeUpToMs: stated.atMs,
      lookAgainMs: null,
    };
  }
  return {
    ...rest,
    status: isOpaque ? 'unprovable' : 'open',
    basis: null,
    completeUpToMs: null,
    lookAgainMs: null,
  };
}
