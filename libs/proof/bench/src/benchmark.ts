import type { StageOptions } from './harness/bench-stage';

export interface BenchOptions extends StageOptions {
  /** Lines that the subject handles in one run. */
  readonly lines: number;
  readonly seed: number;
  readonly runs: number;
}

/** One side of a comparison: medians over the runs. */
export interface Figure {
  readonly linesPerS: number;
  readonly cpuUsPerLine: number;
  /** CPU by process or hop, microseconds a line. */
  readonly cpuUsPerLineBy?: Readonly<Record<string, number>>;
}

export interface Comparison {
  /** What it was compared with, for example `raw binary COPY`. */
  readonly baseline: string;
  /** The subject's lines (or receipts) a second over the baseline's. */
  readonly ratio: number;
  /** The ratio that must be reached. */
  readonly floor: number;
  readonly figure: Figure;
}

/** How long one kind of request takes. */
export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** The report of one benchmark; the first comparison is also given flat, as the command's contract says. */
export interface BenchReport extends Figure {
  readonly name: string;
  readonly ratio: number;
  readonly baseline: string;
  readonly comparisons: readonly Comparison[];
  /** Limits of CPU a line that were set, and whether they hold. */
  readonly cpuUsPerLineMax: number | null;
  /** The longest blocking of a service's event loop, where it was measured. */
  readonly blocking?: { readonly longestMs: number; readonly during: string; readonly limitMs: number };
  /** Of a benchmark of requests: by what was asked. */
  readonly latencies?: Readonly<Record<string, Latency>>;
  readonly holds: boolean;
}

export interface Benchmark {
  readonly name: string;
  readonly description: string;
  run(options: BenchOptions): Promise<BenchReport>;
}
