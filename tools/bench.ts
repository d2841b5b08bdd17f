import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from '@potok/platform-dev-infra/shutdown';
import type { Benchmark, BenchReport } from '@potok/proof-bench/benchmark';
import { endToEnd, endToEndBi } from '@potok/proof-bench/end-to-end-bench';
import { hostileInput } from '@potok/proof-bench/hostile-input-bench';
import { ingestHttp } from '@potok/proof-bench/ingest-http-bench';
import { intakeApply } from '@potok/proof-bench/intake-apply-bench';
import { ledgerApply } from '@potok/proof-bench/ledger-apply-bench';
import { matchApply } from '@potok/proof-bench/match-apply-bench';
import { reportQuery } from '@potok/proof-bench/report-query-bench';
import { reportApply } from '@potok/proof-bench/report-apply-bench';

const BENCHMARKS: readonly Benchmark[] = [
  ledgerApply,
  matchApply,
  intakeApply,
  reportApply,
  reportQuery,
  ingestHttp,
  endToEnd,
  endToEndBi,
  hostileInput,
];
const USAGE = `npm run bench -- [--only NAME] [--lines N] [--runs N] [--seed N] [--json FILE]
  Measures the product beside its baselines, all in one run on this machine, medians of several runs.
  ${BENCHMARKS.map(({ name, description }) => `${name}: ${description}`).join('\n  ')}
  --json FILE   a report of one line of JSON; - = the last line of standard output
  Exits 0 when every floor is reached, 1 when one is not, 2 on bad arguments.
`;

interface Arguments {
  readonly benchmarks: readonly Benchmark[];
  readonly lines: number;
  readonly runs: number;
  readonly seed: number;
  readonly json: string | null;
}

function readArguments(values: readonly string[]): Arguments | string {
  try {
    const { values: options } = parseArgs({
      args: [...values],
      options: {
        only: { type: 'string' },
        lines: { type: 'string', default: '1600000' },
        runs: { type: 'string', default: '3' },
        seed: { type: 'string', default: '7' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (options.help) return USAGE;
    const chosen = BENCHMARKS.filter(({ name }) => options.only === undefined || options.only === name);
    if (chosen.length === 0) return `there is no benchmark ${options.only ?? ''}\n${USAGE}`;
    const [lines, runs, seed] = [options.lines, options.runs, options.seed].map(Number);
    if (!isWhole(lines, 1_000) || !isWhole(runs, 1) || !isWhole(seed, 0))
      return `whole numbers are needed\n${USAGE}`;
    return { benchmarks: chosen, lines, runs, seed, json: options.json ?? null };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}

function isWhole(value: number | undefined, min: number): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= min;
}

function blockingOf({ blocking }: BenchReport): string[] {
  if (blocking === undefined) return [];
  const { longestMs, during, limitMs } = blocking;
  return [`    longest blocking ${String(longestMs)} ms (${during}), limit ${String(limitMs)} ms`];
}

function describe(report: BenchReport): string {
  const sides = report.comparisons.map(
    ({ baseline, ratio, floor, figure }) =>
      `    ${ratio.toFixed(3)} × ${baseline} (${String(figure.linesPerS)} lines/s), floor ${String(floor)}`,
  );
  const by = Object.entries(report.cpuUsPerLineBy ?? {}).map(
    ([name, value]) => `${name} ${value.toFixed(2)}`,
  );
  return [
    `${report.holds ? 'holds' : 'FAILS'}  ${report.name}: ${String(report.linesPerS)} lines/s, ` +
      `${report.cpuUsPerLine.toFixed(2)} µs CPU a line (${by.join(', ')})`,
    ...sides,
    ...blockingOf(report),
  ].join('\n');
}

void runCommand(process.env, async (shutdown) => {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const read = readArguments(process.argv.slice(2));
  if (typeof read === 'string') {
    process.stderr.write(read);
    return read === USAGE ? 0 : 2;
  }
  const reports: BenchReport[] = [];
  for (const benchmark of read.benchmarks) {
    const options = {
      ...read,
      report,
      onOpened: (name: string, close: () => Promise<void>) => {
        shutdown.add(name, close);
      },
      checkoutFolder: path.resolve(__dirname, '..', '..'),
      environment: process.env,
    };
    const result = await benchmark.run(options);
    report(describe(result));
    reports.push(result);
  }
  const json = JSON.stringify({ at: new Date().toISOString(), node: process.version, benchmarks: reports });
  if (read.json === '-') process.stdout.write(`${json}\n`);
  else if (read.json !== null) writeFileSync(read.json, `${json}\n`);
  return reports.every(({ holds }) => holds) ? 0 : 1;
});
