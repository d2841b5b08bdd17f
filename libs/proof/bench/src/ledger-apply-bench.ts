import type { Benchmark, BenchOptions, BenchReport } from './benchmark';
import { BenchStage } from './harness/bench-stage';
import { compare, figureOf, reportOf } from './harness/figure';
import type { Measurement } from './harness/measurement';
import { USUAL_SIZE } from './inputs/receipt-events';
import type { InputSize } from './inputs/receipt-events';
import { runLedgerApply } from './subjects/ledger-apply';
import { runNaiveLedger } from './subjects/naive-ledger';
import { runRawCopy } from './subjects/raw-copy';

/** The ledger's defaults: see its configuration. */
const COPY_SHAPE = { receiptsPerTransaction: 2_000, connections: 2 };
const NAIVE_RECEIPTS = 400;

/** Receipts on the topic → committed movements, balances, position and applied sequences. */
export const ledgerApply: Benchmark = {
  name: 'ledger-apply',
  description: 'receipts on the topic → committed movements, balances, position, applied sequences',
  run: async (options: BenchOptions): Promise<BenchReport> => {
    const size: InputSize = {
      ...USUAL_SIZE,
      receipts: Math.ceil(options.lines / USUAL_SIZE.linesPerReceipt),
      seed: options.seed,
    };
    const runs = { ours: [] as Measurement[], raw: [] as Measurement[], naive: [] as Measurement[] };
    for (let run = 1; run <= options.runs; run += 1) {
      options.report(`ledger-apply: run ${String(run)} of ${String(options.runs)}`);
      const stage = await BenchStage.open(options);
      try {
        runs.raw.push(await runRawCopy(stage, size, COPY_SHAPE));
        runs.ours.push(await runLedgerApply(stage, size));
      } finally {
        await stage.close();
      }
      const naiveStage = await BenchStage.open(options);
      try {
        runs.naive.push(await runNaiveLedger(naiveStage, { ...size, receipts: NAIVE_RECEIPTS }));
      } finally {
        await naiveStage.close();
      }
    }
    const subject = figureOf(runs.ours);
    return reportOf({
      name: 'ledger-apply',
      subject,
      comparisons: [
        compare(subject, { name: 'raw binary COPY of the same columns', floor: 0.15, runs: runs.raw }),
        compare(subject, {
          name: 'Nest Kafka transport, TypeORM save per row',
          floor: 100,
          runs: runs.naive,
        }),
      ],
      cpuUsPerLineMax: 12.3,
    });
  },
};
