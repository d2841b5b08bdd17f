import { VAT_RATES } from './codes';
import type { FactLine } from './receipt-facts';

export interface VatFigures {
  readonly rate: number;
  /** Sum of the lines of the rate, VAT included. */
  readonly turnoverKopecks: number;
  /** Tax as the document states it, by its totals or by its lines. */
  readonly statedKopecks: number;
  /** Tax worked out from the amounts, where the document states none. */
  readonly derivedKopecks: number;
}

/** Percent of the rate, null where there is no tax: `none`, `0`, `unknown`. By code. */
const PERCENT: readonly (number | null)[] = [
  null,
  ...VAT_RATES.map((rate) => {
    const percent = Number(rate.split('/')[0]);
    return Number.isFinite(percent) && percent > 0 ? percent : null;
  }),
];

/**
 * VAT of one receipt by rate. Totals that the document states (1102–1107 and their successors) are the truth; 1104 and
 * 1105 state the turnover of 0 % and of no VAT, not a tax. Without totals the lines' own amounts count; a rate with a
 * line that states none is worked out from the sum of its lines, half a kopeck up: r/(100 + r), the same for a rate and
 * its calculated form.
 */
export function vatOf(lines: readonly FactLine[], totals: readonly number[] | null): readonly VatFigures[] {
  const turnover = new Map<number, number>();
  const stated = new Map<number, number | null>();
  for (const { vatRate, amountKopecks, vatKopecks } of lines) {
    turnover.set(vatRate, (turnover.get(vatRate) ?? 0) + amountKopecks);
    const before = stated.get(vatRate);
    stated.set(vatRate, vatKopecks === null || before === null ? null : (before ?? 0) + vatKopecks);
  }
  if (totals !== null) return byTotals(turnover, totals);
  return [...turnover].map(([rate, turnoverKopecks]) => {
    const amount = stated.get(rate) ?? null;
    const statedKopecks = taxed(rate) && amount !== null ? amount : 0;
    const derivedKopecks = amount === null ? taxWithin(turnoverKopecks, rate) : 0;
    return { rate, turnoverKopecks, statedKopecks, derivedKopecks };
  });
}

function byTotals(turnover: ReadonlyMap<number, number>, totals: readonly number[]): VatFigures[] {
  const figures = new Map<number, VatFigures>();
  for (const [rate, turnoverKopecks] of turnover) {
    figures.set(rate, { rate, turnoverKopecks, statedKopecks: 0, derivedKopecks: 0 });
  }
  for (let index = 0; index < totals.length; index += 2) {
    const rate = totals[index] ?? 0;
    const amount = totals[index + 1] ?? 0;
    const known = figures.get(rate) ?? { rate, turnoverKopecks: 0, statedKopecks: 0, derivedKopecks: 0 };
    figures.set(rate, { ...known, statedKopecks: known.statedKopecks + (taxed(rate) ? amount : 0) });
  }
  return [...figures.values()];
}

function taxed(rate: number): boolean {
  return (PERCENT[rate] ?? null) !== null;
}

/** Exact: products of safe amounts may leave 2^53. */
export function taxWithin(amountKopecks: number, rate: number): number {
  const percent = PERCENT[rate] ?? null;
  if (percent === null) return 0;
  const parts = BigInt(100 + percent);
  const magnitude = BigInt(Math.abs(amountKopecks)) * BigInt(percent);
  const rounded = Number((magnitude * 2n + parts) / (parts * 2n));
  return amountKopecks < 0 ? -rounded : rounded;
}
