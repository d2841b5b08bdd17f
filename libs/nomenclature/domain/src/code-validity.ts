/** A half-open interval of time; ±Infinity where it is open. */
export interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
}

export function validityOf(code: {
  readonly validFrom: string | null;
  readonly validTo: string | null;
}): Validity {
  return {
    fromMs: code.validFrom === null ? -Infinity : Date.parse(code.validFrom),
    toMs: code.validTo === null ? Infinity : Date.parse(code.validTo),
  };
}

export function overlaps(one: Validity, other: Validity): boolean {
  return one.fromMs < other.toMs && other.fromMs < one.toMs;
}
