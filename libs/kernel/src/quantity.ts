import { assert } from './assert';

/** The largest quantity of a line, in thousandths of its unit (register-document §5). */
export const QUANTITY_MILLI_MAX = 1_000_000_000_000;

/** A coefficient: how many base units one unit of a barcode or pack holds, as a ratio of positive integers. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

export const ONE: Ratio = { numerator: 1, denominator: 1 };

export interface Rounded {
  readonly value: number;
  readonly exact: boolean;
}

/** value × numerator / denominator in bigint, rounded half to even. */
export function multiplyByRatio(value: number, ratio: Ratio): Rounded {
  if (ratio.numerator === ratio.denominator) return { value, exact: true };
  assert(Number.isSafeInteger(value), `not a safe integer: ${String(value)}`);
  assert(ratio.numerator > 0 && ratio.denominator > 0, 'a ratio has positive parts');
  return divideHalfEven(BigInt(value) * BigInt(ratio.numerator), BigInt(ratio.denominator));
}

function divideHalfEven(dividend: bigint, divisor: bigint): Rounded {
  const negative = dividend < 0n;
  const magnitude = negative ? -dividend : dividend;
  const quotient = magnitude / divisor;
  const rest = magnitude % divisor;
  const twice = rest * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  const value = Number(negative ? -rounded : rounded);
  assert(Number.isSafeInteger(value), 'the product leaves the safe integers');
  return { value, exact: rest === 0n };
}

/** A finite number rounded half to even: fractions of a thousandth or of a kopeck stand in real documents. */
export function roundHalfEven(value: number): Rounded {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction === 0) return { value, exact: true };
  const up = fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0);
  return { value: up ? floor + 1 : floor, exact: false };
}
