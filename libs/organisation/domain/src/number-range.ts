/** Numbers of a series, both ends included; no end = open. */
export interface NumberRange {
  readonly fromNumber: number;
  readonly toNumber: number | null;
}

export function overlaps(first: NumberRange, second: NumberRange): boolean {
  const firstEnd = first.toNumber ?? Number.POSITIVE_INFINITY;
  const secondEnd = second.toNumber ?? Number.POSITIVE_INFINITY;
  return first.fromNumber <= secondEnd && second.fromNumber <= firstEnd;
}
