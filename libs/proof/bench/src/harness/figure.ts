import type { BenchReport, Comparison, Figure } from '../benchmark';
import { cpuUsPerLine, linesPerS, median, round } from './measurement';
import type { Measurement } from './measurement';

/** Medians over the runs of one side. */
export function figureOf(runs: readonly Measurement[]): Figure {
  const names = Object.keys(runs[0]?.cpuUs ?? {});
  return {
    linesPerS: Math.round(median(runs.map(linesPerS))),
    cpuUsPerLine: round(median(runs.map(cpuUsPerLine)), 2),
    cpuUsPerLineBy: Object.fromEntries(
      names.map((name) => [name, round(median(runs.map((run) => (run.cpuUs[name] ?? 0) / run.lines)), 2)]),
    ),
  };
}

export interface Baseline {
  readonly name: string;
  readonly floor: number;
  readonly runs: readonly Measurement[];
}

export function compare(subject: Figure, baseline: Baseline): Comparison {
  const figure = figureOf(baseline.runs);
  return {
    baseline: baseline.name,
    ratio: round(subject.linesPerS / figure.linesPerS, 3),
    floor: baseline.floor,
    figure,
  };
}

export interface ReportParts {
  readonly name: string;
  readonly subject: Figure;
  readonly comparisons: readonly Comparison[];
  readonly cpuUsPerLineMax: number | null;
}

export function reportOf({ name, subject, comparisons, cpuUsPerLineMax }: ReportParts): BenchReport {
  const [first] = comparisons;
  return {
    name,
    ...subject,
    ratio: first?.ratio ?? 1,
    baseline: first?.baseline ?? 'none',
    comparisons,
    cpuUsPerLineMax,
    holds:
      comparisons.every((comparison) => comparison.ratio >= comparison.floor) &&
      (cpuUsPerLineMax === null || subject.cpuUsPerLine <= cpuUsPerLineMax),
  };
}
