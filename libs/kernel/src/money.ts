import { assert } from './assert';

/** The largest amount that a document may state, in kopecks (register-document §5). */
export const AMOUNT_KOPECKS_MAX = 10_000_000_000_000;

export function isAmountKopecks(value: number): boolean {
  return Number.isSafeInteger(value) && Math.abs(value) <= AMOUNT_KOPECKS_MAX;
}

/** A sum that may not leave 2^53: refused rather than rounded. */
export function sumExactly(values: Iterable<number>): number {
  let sum = 0n;
  for (const value of values) {
    assert(Number.isSafeInteger(value), `not a safe integer: ${String(value)}`);
    sum += BigInt(value);
  }
  return toSafeInteger(sum);
}

/** A bigint from SQL or arithmetic as a JSON number; outside ±2^53 it is refused. */
export function toSafeInteger(value: bigint): number {
  const number = Number(value);
  assert(Number.isSafeInteger(number), `the value ${String(value)} leaves the safe integers`);
  return number;
}
