import type { Benchmark, BenchOptions, BenchReport } from './benchmark';
import { COPY_SHAPE, onStage, sizeOf } from './harness/apply-benchmark';
import { compare, figureOf, reportOf } from './harness/figure';
import type { Measurement } from './harness/measurement';
import { REPORT_LINE_ROWS, runRawCopy } from './subjects/raw-copy';
import { runReportApply } from './subjects/report-apply';

/** Receipts on the topic → committed facts and sums of reporting. */
export const reportApply: Benchmark = {
  name: 'report-apply',
  description:
    'receipts on the topic → committed facts, sums of days and products, position, applied sequences',
  run: measure,
};

async function measure(options: BenchOptions): Promise<BenchReport> {
  const size = sizeOf(options);
  const runs = { ours: [] as Measurement[], raw: [] as Measurement[] };
  for (let run = 1; run <= options.runs; run += 1) {
    options.report(`report-apply: run ${String(run)} of ${String(options.runs)}`);
    await onStage(options, async (stage) => {
      runs.raw.push(await runRawCopy(stage, size, { ...COPY_SHAPE, rows: REPORT_LINE_ROWS }));
      runs.ours.push(await runReportApply(stage, size));
    });
  }
  const figure = figureOf(runs.ours);
  return reportOf({
    name: 'report-apply',
    subject: figure,
    comparisons: [
      compare(figure, { name: 'raw binary COPY of one receipt_line row a line', floor: 0, runs: runs.raw }),
    ],
    cpuUsPerLineMax: null,
  });
}
