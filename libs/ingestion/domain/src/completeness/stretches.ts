import type { NumberRange } from '../number-ranges';

/** Numbers that stand together and are accounted for, and ledgerAt of the highest of them that was received. */
export interface Stretch extends NumberRange {
  /** Milliseconds; null = nothing of it was received. */
  readonly ledgerMs: number | null;
}

/** All of both, in order, neighbours and overlaps joined: the later number says the time. */
export function joinStretches(left: readonly Stretch[], right: readonly Stretch[]): Stretch[] {
  if (right.length === 0) return [...left];
  const sorted = [...left, ...right].sort((one, other) => one.from - other.from);
  const joined: Stretch[] = [];
  for (const stretch of sorted) {
    const last = joined.at(-1);
    if (last === undefined || stretch.from > last.to + 1) joined.push(stretch);
    else joined[joined.length - 1] = joinedPair(last, stretch);
  }
  return joined;
}

function joinedPair(left: Stretch, right: Stretch): Stretch {
  const behind = right.to >= left.to;
  const ledgerMs = behind ? (right.ledgerMs ?? left.ledgerMs) : (left.ledgerMs ?? right.ledgerMs);
  return { from: left.from, to: Math.max(left.to, right.to), ledgerMs };
}

/** What is missing of `universe` in stretches that are in order and apart. */
export function missingIn(universe: NumberRange, stretches: readonly NumberRange[]): NumberRange[] {
  const missing: NumberRange[] = [];
  let next = universe.from;
  for (const { from, to } of stretches) {
    if (to < next) continue;
    if (from > universe.to) break;
    if (from > next) missing.push({ from: next, to: from - 1 });
    next = to + 1;
  }
  if (next <= universe.to) missing.push({ from: next, to: universe.to });
  return missing;
}

export function sizeOf({ from, to }: NumberRange): number {
  return to - from + 1;
}

export function countIn(ranges: readonly NumberRange[]): number {
  return ranges.reduce((count, range) => count + sizeOf(range), 0);
}

/** Stretches without numbers that turn out to belong elsewhere. */
export function takeFromStretches(stretches: readonly Stretch[], taken: readonly NumberRange[]): Stretch[] {
  if (taken.length === 0) return [...stretches];
  const gone = [...taken].sort((left, right) => left.from - right.from);
  return stretches.flatMap((stretch) =>
    missingIn(stretch, gone).map((range) => ({ ...range, ledgerMs: stretch.ledgerMs })),
  );
}
