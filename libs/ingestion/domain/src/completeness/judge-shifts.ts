import { toInstant } from '@potok/kernel/clock';
import type {
  CompletenessBasis,
  CompletenessStatus,
  ReportComparison,
  ShiftStatement,
} from '@potok/ingestion-contracts/completeness';
import type { NumberRange } from '../number-ranges';
import type { HoleBounds } from './bound-holes';
import { compareReport } from './compare-report';
import type { JudgedHole, SeriesCase } from './judge-series';
import { numbersOf, receiptsIn } from './shift-facts';
import type { CloseMark, ShiftFacts } from './shift-facts';
import { countIn } from './stretches';

export interface JudgedShift {
  readonly statement: ShiftStatement;
  /** Nothing more is to be said of it unless something of it arrives. */
  readonly settled: boolean;
}

export interface ShiftSurroundings {
  readonly bounds: ReadonlyMap<NumberRange, HoleBounds>;
  readonly open: readonly JudgedHole[];
  readonly since: number;
  /** Numbers that were received and not read. */
  readonly held: readonly NumberRange[];
}

interface NumberedShift extends ShiftFacts {
  readonly number: number;
}

/** The shifts in the order of their documents. */
export function judgeShifts(given: SeriesCase, surroundings: ShiftSurroundings): readonly JudgedShift[] {
  const shifts = given.shifts
    .filter((shift): shift is NumberedShift => shift.number !== null)
    .sort((left, right) => (numbersOf(left)?.first ?? 0) - (numbersOf(right)?.first ?? 0));
  return shifts.map((shift, index) => {
    const previous = shifts[index - 1];
    const follows = previous !== undefined && previous.number === shift.number - 1 ? previous.closed : null;
    return judgeShift(shift, { given, surroundings, previous: follows });
  });
}

interface ShiftCase {
  readonly given: SeriesCase;
  readonly surroundings: ShiftSurroundings;
  readonly previous: CloseMark | null;
}

function judgeShift(shift: NumberedShift, shiftCase: ShiftCase): JudgedShift {
  const { given, surroundings } = shiftCase;
  const numbers = numbersOf(shift);
  const lacking = mayLack(shift.number, surroundings);
  const held = numbers === null ? 0 : heldWithin(shift, numbers, surroundings.held);
  const joined = joinedInMidShift(shift, surroundings);
  const verdict = verdictOf(shift, { lacking, held, joined, given });
  const waits = lacking || held > 0;
  const report =
    shift.closed === null
      ? null
      : reportOf({ ...shift, closed: shift.closed }, { ...shiftCase, waits, joined });
  const { opened, closed } = shift;
  const have = receiptsIn(shift);
  const counted = verdict.basis === 'nextShift' ? have : null;
  return {
    statement: {
      number: shift.number,
      ...verdict,
      openedAt: opened === null ? null : toInstant(opened.atMs),
      closedAt: closed === null ? null : toInstant(closed.atMs),
      firstNumber: numbers?.first ?? null,
      lastNumber: numbers?.last ?? null,
      expected: closed?.report?.receiptCount ?? counted,
      have,
      report,
    },
    settled:
      !waits && verdict.status !== 'open' && verdict.status !== 'incomplete' && report?.result !== 'pending',
  };
}

/** True when an open hole may hold receipts of this shift. */
function mayLack(number: number, { bounds, open }: ShiftSurroundings): boolean {
  return open.some((hole) => {
    for (const [range, { shiftFrom, shiftTo }] of bounds) {
      if (range.from !== hole.from) continue;
      return (shiftFrom ?? number) <= number && number <= (shiftTo ?? number);
    }
    return false;
  });
}

function heldWithin(
  shift: NumberedShift,
  { first, last }: { readonly first: number; readonly last: number },
  held: readonly NumberRange[],
): number {
  const from = shift.opened?.number ?? first;
  const to = shift.closed?.number ?? last;
  // What is held right behind an open shift may be the next of its receipts.
  const end = shift.closed === null ? to + 1 : to;
  return countIn(held.filter((range) => range.from >= from - 1 && range.from <= end));
}

/** True when a person has given up numbers of it. */
function holdsWrittenOff(shift: NumberedShift, writtenOff: readonly NumberRange[]): boolean {
  const numbers = numbersOf(shift);
  if (numbers === null) return false;
  return writtenOff.some(({ from, to }) => to >= numbers.first - 1 && from <= numbers.last + 1);
}

/** Its first receipts were printed before anybody listened. */
function joinedInMidShift({ runs, opened }: NumberedShift, { since }: ShiftSurroundings): boolean {
  const first = runs[0];
  if (opened !== null || first === undefined || first.from !== since) return false;
  const receipts = runs.find(({ receiptFrom }) => receiptFrom !== null);
  return receipts !== undefined && receipts.receiptFrom !== 1;
}

interface Evidence {
  readonly lacking: boolean;
  readonly held: number;
  readonly joined: boolean;
  readonly given: SeriesCase;
}

function verdictOf(
  shift: NumberedShift,
  { lacking, held, joined, given }: Evidence,
): { readonly status: CompletenessStatus; readonly basis: CompletenessBasis | null } {
  const { facts } = given;
  const isLast = facts.lastShift === null || facts.lastShift.number === shift.number;
  if (isLast && shift.closed === null && facts.ended !== null) {
    return { status: 'unprovable', basis: facts.ended.act === null ? null : 'act' };
  }
  if (lacking) return { status: 'incomplete', basis: null };
  if (joined) return { status: 'unprovable', basis: null };
  if (shift.closed !== null) {
    const stated = shift.closed.report?.receiptCount ?? null;
    const short = stated !== null && receiptsIn(shift) + held < stated;
    if (short && holdsWrittenOff(shift, facts.writtenOff)) return { status: 'unprovable', basis: 'act' };
    return short ? { status: 'incomplete', basis: null } : { status: 'complete', basis: 'closeReport' };
  }
  return isLast ? { status: 'open', basis: null } : { status: 'complete', basis: 'nextShift' };
}

function reportOf(
  shift: NumberedShift & { readonly closed: CloseMark },
  { given, previous, waits, joined }: ShiftCase & { readonly waits: boolean; readonly joined: boolean },
): ReportComparison {
  if (waits) return { result: 'pending', differences: [] };
  if (joined) return { result: 'none', differences: [] };
  const { documentCountSlack } = given;
  return compareReport({ shift, previous, isFirst: shift.number === 1, documentCountSlack });
}
