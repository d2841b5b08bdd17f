import type { Benchmark, BenchOptions, BenchReport } from './benchmark';
import { onStage, sizeOf } from './harness/apply-benchmark';
import { figureOf, reportOf } from './harness/figure';
import type { Measurement } from './harness/measurement';
import { runEndToEnd } from './subjects/end-to-end';

/** HTTP in → balances and both topics of the ledger; CPU by process is the breakdown per hop. */
export const endToEnd: Benchmark = {
  name: 'end-to-end',
  description:
    'receipts by HTTP → balances and published movements; CPU of all own processes, PostgreSQL and broker',
  run: async (options: BenchOptions): Promise<BenchReport> => {
    const size = sizeOf(options);
    const runs: Measurement[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      options.report(`end-to-end: run ${String(run)} of ${String(options.runs)}`);
      runs.push(await onStage(options, (stage) => runEndToEnd(stage, size)));
    }
    return reportOf({ name: 'end-to-end', subject: figureOf(runs), comparisons: [], cpuUsPerLineMax: 45 });
  },
};
