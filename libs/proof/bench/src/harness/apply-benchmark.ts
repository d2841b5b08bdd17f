import type { Benchmark, BenchOptions, BenchReport } from '../benchmark';
import { USUAL_SIZE } from '../inputs/receipt-events';
import type { InputSize } from '../inputs/receipt-events';
import { runNaiveLedger } from '../subjects/naive-ledger';
import { MOVEMENT_ROWS, runRawCopy } from '../subjects/raw-copy';
import { BenchStage } from './bench-stage';
import { compare, figureOf, reportOf } from './figure';
import type { Measurement } from './measurement';

/** The consumers' defaults: see their configuration. */
export const COPY_SHAPE = { receiptsPerTransaction: 2_000, connections: 2 };
const NAIVE_RECEIPTS = 400;

export interface ApplySubject {
  readonly name: string;
  readonly description: string;
  /** Lines a second over rows a second of raw binary COPY; 0 = for scale only. */
  readonly copyFloor: number;
  /** Lines a second over those of the naive consumer; 0 = for scale only. */
  readonly naiveFloor: number;
  readonly cpuUsPerLineMax: number | null;
  readonly run: (stage: BenchStage, size: InputSize) => Promise<Measurement>;
}

export function sizeOf(options: BenchOptions): InputSize {
  const receipts = Math.ceil(options.lines / USUAL_SIZE.linesPerReceipt);
  return { ...USUAL_SIZE, receipts, seed: options.seed };
}

/** Opens a stage of its own for the body: an empty broker and database. */
export async function onStage<T>(options: BenchOptions, body: (stage: BenchStage) => Promise<T>): Promise<T> {
  const stage = await BenchStage.open(options);
  try {
    return await body(stage);
  } finally {
    await stage.close();
  }
}

/** A consumer beside the two ends of the scale: raw COPY of one row a line, and the naive consumer. */
export function applyBenchmark(subject: ApplySubject): Benchmark {
  return {
    name: subject.name,
    description: subject.description,
    run: (options) => measure(subject, options),
  };
}

async function measure(subject: ApplySubject, options: BenchOptions): Promise<BenchReport> {
  const size = sizeOf(options);
  const runs = { ours: [] as Measurement[], raw: [] as Measurement[], naive: [] as Measurement[] };
  for (let run = 1; run <= options.runs; run += 1) {
    options.report(`${subject.name}: run ${String(run)} of ${String(options.runs)}`);
    await onStage(options, async (stage) => {
      runs.raw.push(await runRawCopy(stage, size, { ...COPY_SHAPE, rows: MOVEMENT_ROWS }));
      runs.ours.push(await subject.run(stage, size));
    });
    await onStage(options, async (stage) => {
      runs.naive.push(await runNaiveLedger(stage, { ...size, receipts: NAIVE_RECEIPTS }));
    });
  }
  const figure = figureOf(runs.ours);
  const { name, copyFloor, naiveFloor, cpuUsPerLineMax } = subject;
  return reportOf({
    name,
    subject: figure,
    comparisons: [
      compare(figure, {
        name: 'raw binary COPY of one movement row a line',
        floor: copyFloor,
        runs: runs.raw,
      }),
      compare(figure, {
        name: 'Nest Kafka transport, TypeORM save per row',
        floor: naiveFloor,
        runs: runs.naive,
      }),
    ],
    cpuUsPerLineMax,
  });
}
