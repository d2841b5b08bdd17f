import type { Benchmark, BenchOptions, BenchReport } from './benchmark';
import { onStage, sizeOf } from './harness/apply-benchmark';
import { compare, figureOf, reportOf } from './harness/figure';
import { round } from './harness/measurement';
import { runHostileInput } from './subjects/hostile-input';
import type { HostileRun } from './subjects/hostile-input';

const BLOCKING_MS_MAX = 100;

/** Good receipts beside everything that is known to hold up a reader of JSON. Here a line is a receipt. */
export const hostileInput: Benchmark = {
  name: 'hostile-input',
  description:
    'good receipts by HTTP beside hostile requests: the longest blocking of the event loop; in receipts',
  run: async (options: BenchOptions): Promise<BenchReport> => {
    const size = sizeOf(options);
    const runs = { beside: [] as HostileRun[], alone: [] as HostileRun[] };
    for (let run = 1; run <= options.runs; run += 1) {
      options.report(`hostile-input: run ${String(run)} of ${String(options.runs)}`);
      runs.alone.push(await onStage(options, (stage) => runHostileInput(stage, size, false)));
      runs.beside.push(await onStage(options, (stage) => runHostileInput(stage, size, true)));
    }
    const subject = figureOf(runs.beside);
    const baseline = { name: 'the same receipts without them', floor: 0, runs: runs.alone };
    const parts = { name: 'hostile-input', subject, comparisons: [compare(subject, baseline)] };
    const report = reportOf({ ...parts, cpuUsPerLineMax: null });
    const [worst] = [...runs.beside].sort((left, right) => right.longestBlockingMs - left.longestBlockingMs);
    const blocking = {
      longestMs: round(worst?.longestBlockingMs ?? Number.NaN, 1),
      during: worst?.during ?? '',
      limitMs: BLOCKING_MS_MAX,
    };
    return { ...report, blocking, holds: report.holds && blocking.longestMs <= BLOCKING_MS_MAX };
  },
};
