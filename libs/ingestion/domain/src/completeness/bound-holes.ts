import type { NumberRange } from '../number-ranges';
import { countIn, sizeOf } from './stretches';
import type { ShiftFacts } from './shift-facts';

/** A place in a series from which can be told which receipts stand on this side of it, and which cannot. */
type Anchor =
  | { readonly kind: 'within'; readonly at: number; readonly shift: number; readonly receipt: number | null }
  | { readonly kind: 'outside'; readonly at: number; readonly shift: number };

/** How many receipts can stand in a hole, and in which shifts. */
export interface HoleBounds {
  readonly receiptsMin: number;
  readonly receiptsMax: number;
  /** Shifts that may lack receipts by it; null = no limit is known. */
  readonly shiftFrom: number | null;
  readonly shiftTo: number | null;
  /** True when receipts of one shift stand on both sides of it. */
  readonly betweenReceipts: boolean;
  /** True in front of everything of a ФН that is known from its first number on. */
  readonly isHead: boolean;
  /** True when nothing that was received stands behind it. */
  readonly isTail: boolean;
  readonly evidence: string;
}

export interface HoleSurroundings {
  /** In order and apart. */
  readonly holes: readonly NumberRange[];
  /** Received, but what they are cannot be told. */
  readonly held: readonly NumberRange[];
  readonly shifts: readonly ShiftFacts[];
  readonly lastNumber: number | null;
  readonly numbering: 'dense' | 'receiptsOnly' | 'opaque';
  /** Numbers of a ФН: they are given to receipts and to the reports of shifts alike. */
  readonly fiscal: boolean;
  /** True when every number of a ФН is asked for, from the report of its registration on. */
  readonly fromStart: boolean;
}

/**
 * How many receipts each hole can hold. Receipts of a shift are numbered 1, 2, 3 … (1042), so two of them tell how
 * many stand between; an opening and a close report are no receipts, and a shift ends before the next one begins.
 */
export function boundHoles(surroundings: HoleSurroundings): readonly HoleBounds[] {
  const { holes, lastNumber, numbering, fiscal } = surroundings;
  const anchors = anchorsOf(fiscal ? surroundings.shifts : []);
  return holes.map((hole) => {
    const isTail = lastNumber === null || hole.from > lastNumber;
    const left = anchors.left.findLast(({ at }) => at < hole.from) ?? null;
    const right = anchors.right.find(({ at }) => at > hole.to) ?? null;
    const isHead = surroundings.fromStart && left === null;
    const betweenReceipts = left?.kind === 'within' && right?.kind === 'within' && left.shift === right.shift;
    const shifts = { shiftFrom: firstShift(left), shiftTo: lastShift(right), betweenReceipts };
    if (numbering === 'receiptsOnly') {
      const all = sizeOf(hole);
      return {
        receiptsMin: all,
        receiptsMax: all,
        ...shifts,
        isHead,
        isTail,
        evidence: 'only receipts are numbered',
      };
    }
    return { ...boundsBetween(hole, { left, right, surroundings }), ...shifts, isHead, isTail };
  });
}

function anchorsOf(shifts: readonly ShiftFacts[]): { left: Anchor[]; right: Anchor[] } {
  const left: Anchor[] = [];
  const right: Anchor[] = [];
  for (const { number: shift, runs, opened, closed } of shifts) {
    if (shift === null) continue;
    for (const run of runs) {
      if (run.receiptFrom === null) continue;
      const receipt = run.receiptFrom + (run.to - run.from);
      left.push({ kind: 'within', at: run.to, shift, receipt });
      right.push({ kind: 'within', at: run.from, shift, receipt: run.receiptFrom });
    }
    if (opened !== null) {
      left.push({ kind: 'within', at: opened.number, shift, receipt: 0 });
      right.push({ kind: 'outside', at: opened.number, shift });
    }
    if (closed !== null) {
      const count = closed.report?.receiptCount ?? null;
      left.push({ kind: 'outside', at: closed.number, shift });
      right.push({ kind: 'within', at: closed.number, shift, receipt: count === null ? null : count + 1 });
    }
  }
  const byPlace = (one: Anchor, other: Anchor) => one.at - other.at;
  return { left: left.sort(byPlace), right: right.sort(byPlace) };
}

function firstShift(left: Anchor | null): number | null {
  if (left === null) return null;
  return left.kind === 'within' ? left.shift : left.shift + 1;
}

function lastShift(right: Anchor | null): number | null {
  if (right === null) return null;
  return right.kind === 'within' ? right.shift : right.shift - 1;
}

interface Between {
  readonly left: Anchor | null;
  readonly right: Anchor | null;
  readonly surroundings: HoleSurroundings;
}

function boundsBetween(
  hole: NumberRange,
  { left, right, surroundings }: Between,
): Pick<HoleBounds, 'receiptsMin' | 'receiptsMax' | 'evidence'> {
  const size = sizeOf(hole);
  if (right === null) {
    const evidence = surroundings.fiscal
      ? 'no receipt or report behind it was received'
      : 'a number is missing';
    return { receiptsMin: 0, receiptsMax: size - registrationIn(hole, surroundings), evidence };
  }
  const unknown = unknownBetween(surroundings, left?.at ?? -1, right.at);
  const { min, max } =
    left === null
      ? receiptsBefore(right, { unknown, registration: registrationIn(hole, surroundings), surroundings })
      : receiptsBetween(left, right, unknown);
  return {
    receiptsMin: Math.min(size, Math.max(0, min - (unknown - size))),
    receiptsMax: Math.min(size, max),
    evidence: evidenceOf(left, right),
  };
}

/** Under number 1 of a ФН stands the report of its registration. */
function registrationIn({ from }: NumberRange, { fromStart }: HoleSurroundings): 0 | 1 {
  return fromStart && from === 1 ? 1 : 0;
}

interface Before {
  readonly unknown: number;
  readonly registration: 0 | 1;
  readonly surroundings: HoleSurroundings;
}

/** Receipts in front of the first anchor. 1038 begins anew with a registration: it does not tell how many shifts. */
function receiptsBefore(right: Anchor, { unknown, registration, surroundings }: Before): Bounds {
  if (!surroundings.fromStart) return { min: 0, max: unknown };
  if (right.kind === 'outside') return { min: 0, max: unknown - registration };
  // The opening report of its shift stands in front of it too.
  const max = Math.max(0, unknown - registration - 1);
  return { min: Math.min(Math.max(0, (right.receipt ?? 1) - 1), max), max };
}

/** Numbers between two places of which it is not known what they are. */
function unknownBetween({ holes, held }: HoleSurroundings, after: number, before: number): number {
  const within = ({ from, to }: NumberRange) => from > after && to < before;
  return countIn(holes.filter(within)) + countIn(held.filter(within));
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Receipts between two anchors, of which `unknown` numbers may hold them. */
function receiptsBetween(left: Anchor, right: Anchor, unknown: number): Bounds {
  const head = right.kind === 'within' ? right.receipt : 0;
  if (left.kind === 'within' && right.kind === 'within' && left.shift === right.shift) {
    if (head === null || left.receipt === null) return { min: 0, max: unknown };
    return exactly(head - left.receipt - 1, unknown);
  }
  const first = firstShift(left) ?? 0;
  const last = lastShift(right) ?? first;
  // Receipts of the last shift that stand in front of the anchor; 1042 of the first of them is 1.
  const min = right.kind === 'within' && head !== null ? head - 1 : 0;
  if (left.kind === 'outside' && right.kind === 'outside' && last < first) return { min: 0, max: 0 };
  if (left.kind === 'outside' && right.kind === 'within' && last === first && head !== null) {
    return exactly(min, unknown);
  }
  const whole = last - first + 1;
  const reports =
    whole < 1 ? 2 : 2 * whole - (left.kind === 'within' ? 1 : 0) - (right.kind === 'within' ? 1 : 0);
  const max = Math.max(0, unknown - reports);
  return { min: Math.min(Math.max(0, min), unknown), max: Math.max(max, Math.min(min, unknown)) };
}

function exactly(receipts: number, unknown: number): Bounds {
  const count = Math.min(Math.max(0, receipts), unknown);
  return { min: count, max: count };
}

function evidenceOf(left: Anchor | null, right: Anchor): string {
  const before = left === null ? 'the beginning' : placeText(left, 'after');
  return `between ${before} and ${placeText(right, 'before')}`;
}

function placeText(anchor: Anchor, side: 'after' | 'before'): string {
  const shift = `shift ${String(anchor.shift)}`;
  if (anchor.kind === 'outside')
    return side === 'after' ? `the close of ${shift}` : `the opening of ${shift}`;
  if (anchor.receipt === 0) return `the opening of ${shift}`;
  return anchor.receipt === null ? `the close of ${shift}` : `receipt ${String(anchor.receipt)} of ${shift}`;
}
