import type { CompletenessBasis, FnEnded } from '@potok/ingestion-contracts/completeness';
import type { NumberRange } from '../number-ranges';
import { countIn, joinStretches, sizeOf, takeFromStretches } from './stretches';
import type { Stretch } from './stretches';
import type { Run, ShiftFacts } from './shift-facts';

/** What the sender says of the end of a series. Times in milliseconds. */
export interface StatedEnd {
  readonly lastNumber: number;
  readonly unsent: number | null;
  /** Clock of the register, not later than it was received. */
  readonly atMs: number;
  readonly receivedMs: number;
  readonly basis: CompletenessBasis;
}

/** Up to when a source without numbers, or a person, says that everything is here. */
export interface StatedTime {
  readonly upToMs: number;
  readonly basis: 'pollWindow' | 'declared';
}

/** Everything that is known of a series at one register, but its shifts. It is stored as JSON. */
export interface SeriesFacts {
  /** Received, or proved to be no receipts, or closed by a person; in order and apart. */
  readonly accounted: readonly Stretch[];
  /** Numbers that were received. */
  readonly received: number;
  readonly firstNumber: number | null;
  /** 1042 of the first number; absent = it is no receipt, or not known. */
  readonly firstReceipt?: number;
  /** The first number, as a person states it. */
  readonly beginning?: number;
  readonly lastNumber: number | null;
  /** The shift of the highest number that stands in one. */
  readonly lastShift: { readonly number: number; readonly at: number } | null;
  /** Number of the last close report; null = none was received. */
  readonly lastClose: number | null;
  /** Missing numbers that a person has closed. */
  readonly writtenOff: readonly NumberRange[];
  /** Documents with ids without order. */
  readonly opaqueDocuments: number;
  readonly stated: StatedEnd | null;
  /** The latest that was found fulfilled. */
  readonly met: StatedEnd | null;
  readonly statedTime: StatedTime | null;
  readonly ended: FnEnded | null;
}

/** What arrived of a series, gathered: of one batch of documents, of a heartbeat, of what a person stated. */
export interface SeriesArrival {
  readonly shifts: readonly ShiftFacts[];
  /** Documents that turned out to belong to another register. */
  readonly taken?: readonly ShiftFacts[];
  readonly opaqueDocuments?: number;
  readonly stated?: StatedEnd;
  readonly statedTime?: StatedTime;
  readonly ended?: FnEnded;
  /** The first number of the series, as a person states it; the latest counts. */
  readonly beginning?: number;
  /** A ФН of the register has ended then, without a report of its own and without being named. Milliseconds. */
  readonly driveEndedMs?: number;
  /** Closed by a person: counts no more as missing. */
  readonly writtenOff?: readonly NumberRange[];
}

export function emptySeries(): SeriesFacts {
  return {
    accounted: [],
    received: 0,
    firstNumber: null,
    lastNumber: null,
    lastShift: null,
    lastClose: null,
    writtenOff: [],
    opaqueDocuments: 0,
    stated: null,
    met: null,
    statedTime: null,
    ended: null,
  };
}

/** The facts with what arrived; the order of arrivals makes no difference. */
export function foldArrival(known: SeriesFacts, arrival: SeriesArrival): SeriesFacts {
  const facts = arrival.taken === undefined ? known : withoutTaken(known, arrival.taken);
  const runs = arrival.shifts.flatMap((shift) => shift.runs);
  const writtenOff = arrival.writtenOff ?? [];
  const firstReceipt = firstReceiptOf(facts, runs);
  const beginning = arrival.beginning ?? facts.beginning;
  const closed = writtenOff.map(({ from, to }) => ({ from, to, ledgerMs: null }));
  return {
    accounted: joinStretches(facts.accounted, [...runs, ...closed].map(stretchOf)),
    received: facts.received + runs.reduce((count, run) => count + sizeOf(run), 0),
    firstNumber: least(facts.firstNumber, ...runs.map(({ from }) => from)),
    ...(firstReceipt === undefined ? {} : { firstReceipt }),
    ...(beginning === undefined ? {} : { beginning }),
    lastNumber: greatest(facts.lastNumber, ...runs.map(({ to }) => to)),
    lastShift: arrival.shifts.reduce(laterShift, facts.lastShift),
    lastClose: greatest(facts.lastClose, ...closeNumbers(arrival.shifts)),
    writtenOff: [...facts.writtenOff, ...writtenOff],
    opaqueDocuments: facts.opaqueDocuments + (arrival.opaqueDocuments ?? 0),
    stated: laterStated(facts.stated, arrival.stated ?? null),
    met: facts.met,
    statedTime: laterTime(facts.statedTime, arrival.statedTime ?? null),
    ended: mergeEnded(facts.ended, arrival.ended ?? null),
  };
}

function firstReceiptOf(
  { firstNumber, firstReceipt }: SeriesFacts,
  runs: readonly Run[],
): number | undefined {
  let first = { from: firstNumber ?? Number.POSITIVE_INFINITY, receipt: firstReceipt };
  for (const { from, receiptFrom } of runs) {
    if (from < first.from) first = { from, receipt: receiptFrom ?? undefined };
  }
  return first.receipt;
}

function withoutTaken(known: SeriesFacts, taken: readonly ShiftFacts[]): SeriesFacts {
  const { firstReceipt, ...facts } = known;
  const runs = taken.flatMap((shift) => shift.runs);
  const accounted = takeFromStretches(facts.accounted, runs);
  const closes = closeNumbers(taken);
  return {
    ...facts,
    accounted,
    received: facts.received - countIn(runs),
    firstNumber: accounted[0]?.from ?? null,
    ...(firstReceipt !== undefined && accounted[0]?.from === facts.firstNumber ? { firstReceipt } : {}),
    lastNumber: accounted.at(-1)?.to ?? null,
    lastClose: facts.lastClose !== null && closes.includes(facts.lastClose) ? null : facts.lastClose,
  };
}

function stretchOf({ from, to, ledgerMs }: Stretch): Stretch {
  return { from, to, ledgerMs };
}

function closeNumbers(shifts: readonly ShiftFacts[]): readonly number[] {
  return shifts.flatMap(({ closed }) => (closed === null ? [] : [closed.number]));
}

function least(known: number | null, ...numbers: readonly number[]): number | null {
  return numbers.reduce<number | null>(
    (best, number) => (best === null || number < best ? number : best),
    known,
  );
}

function greatest(known: number | null, ...numbers: readonly number[]): number | null {
  return numbers.reduce<number | null>(
    (best, number) => (best === null || number > best ? number : best),
    known,
  );
}

function laterShift(known: SeriesFacts['lastShift'], { number, runs }: ShiftFacts): SeriesFacts['lastShift'] {
  if (number === null) return known;
  const at = runs.reduce((last, run) => Math.max(last, run.to), -1);
  return at > (known?.at ?? -1) ? { number, at } : known;
}

function laterStated(known: StatedEnd | null, next: StatedEnd | null): StatedEnd | null {
  if (known === null || next === null) return known ?? next;
  if (next.atMs !== known.atMs) return next.atMs > known.atMs ? next : known;
  return next.lastNumber >= known.lastNumber ? next : known;
}

function laterTime(known: StatedTime | null, next: StatedTime | null): StatedTime | null {
  if (known === null || next === null) return known ?? next;
  return next.upToMs > known.upToMs ? next : known;
}

/** A person knows more than a document, and an act is never forgotten. */
function mergeEnded(known: FnEnded | null, next: FnEnded | null): FnEnded | null {
  if (known === null || next === null) return known ?? next;
  return {
    how: next.act === null && known.act !== null ? known.how : next.how,
    lastNumber: next.lastNumber ?? known.lastNumber,
    act: next.act ?? known.act,
  };
}
