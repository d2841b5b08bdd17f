import type { Benchmark, BenchOptions, BenchReport } from './benchmark';
import { onStage, sizeOf } from './harness/apply-benchmark';
import { compare, figureOf, reportOf } from './harness/figure';
import type { Measurement } from './harness/measurement';
import { runIngest } from './subjects/ingest';
import { runNaiveHttp } from './subjects/naive-http';

const NAIVE_RECEIPTS = 4_000;

/** Here a line is a receipt: NDJSON with authentication and validation → acknowledged by all replicas in step. */
export const ingestHttp: Benchmark = {
  name: 'ingest-http',
  description:
    'receipts by HTTP (NDJSON, gzip, authenticated, validated) → acknowledged by the broker; in receipts',
  run: async (options: BenchOptions): Promise<BenchReport> => {
    const size = sizeOf(options);
    const runs = { ours: [] as Measurement[], naive: [] as Measurement[] };
    for (let run = 1; run <= options.runs; run += 1) {
      options.report(`ingest-http: run ${String(run)} of ${String(options.runs)}`);
      await onStage(options, async (stage) => {
        runs.naive.push(await runNaiveHttp(stage, { ...size, receipts: NAIVE_RECEIPTS }));
        runs.ours.push((await runIngest(stage, size)).edge);
      });
    }
    const subject = figureOf(runs.ours);
    const baseline = {
      name: 'Nest and Express, one document a request, TypeORM save',
      floor: 15,
      runs: runs.naive,
    };
    return reportOf({
      name: 'ingest-http',
      subject,
      comparisons: [compare(subject, baseline)],
      cpuUsPerLineMax: null,
    });
  },
};
