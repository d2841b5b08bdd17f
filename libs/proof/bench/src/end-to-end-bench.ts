import type { Benchmark, BenchOptions, BenchReport } from './benchmark';
import { onStage, sizeOf } from './harness/apply-benchmark';
import { figureOf, reportOf } from './harness/figure';
import type { Measurement } from './harness/measurement';
import { runEndToEnd } from './subjects/end-to-end';

/** HTTP in → balances, topics and reports; CPU by process is the breakdown per hop. */
export const endToEnd = endToEndBenchmark({
  name: 'end-to-end',
  description:
    'receipts by HTTP → balances, movements, reports; CPU of all own processes, PostgreSQL and broker',
  biRows: false,
  cpuUsPerLineMax: 45,
});

/** The same with a row for each line on bi.receipt-lines.v1: for scale. */
export const endToEndBi = endToEndBenchmark({
  name: 'end-to-end-bi',
  description: 'the same with rows for BI, which have a lag budget and a switch of their own',
  biRows: true,
  cpuUsPerLineMax: null,
});

interface EndToEnd {
  readonly name: string;
  readonly description: string;
  readonly biRows: boolean;
  readonly cpuUsPerLineMax: number | null;
}

function endToEndBenchmark({ name, description, biRows, cpuUsPerLineMax }: EndToEnd): Benchmark {
  return {
    name,
    description,
    run: async (options: BenchOptions): Promise<BenchReport> => {
      const size = sizeOf(options);
      const runs: Measurement[] = [];
      for (let run = 1; run <= options.runs; run += 1) {
        options.report(`${name}: run ${String(run)} of ${String(options.runs)}`);
        runs.push(await onStage(options, (stage) => runEndToEnd(stage, size, { biRows })));
      }
      return reportOf({ name, subject: figureOf(runs), comparisons: [], cpuUsPerLineMax });
    },
  };
}
