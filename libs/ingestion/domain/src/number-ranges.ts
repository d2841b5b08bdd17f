export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Ranges in order, neighbours and overlaps joined, at most `limit` of them. */
export function joinRanges(
  ranges: readonly NumberRange[],
  limit: number,
): { ranges: NumberRange[]; truncated: boolean } {
  const sorted = [...ranges].sort((left, right) => left.from - right.from);
  const joined: NumberRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && range.from <= last.to + 1) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else joined.push(range);
  }
  return { ranges: joined.slice(0, limit), truncated: joined.length > limit };
}
