import { Database } from '@potok/platform-postgres/database';
import type { Benchmark, BenchOptions, BenchReport, Latency } from './benchmark';
import { onStage } from './harness/apply-benchmark';
import type { AppProcess, BenchStage } from './harness/bench-stage';
import { round } from './harness/measurement';
import { CHAIN_MONTH, fillReportMonth } from './inputs/report-month';

const MONTH = 'from=2026-03-01&to=2026-03-31&limit=1000';
const REPEATS = 20;
/** Of a month of the chain, as its accountants ask for it. */
const P95_MAX_MS = 300;

const QUESTIONS: Readonly<Record<string, string>> = {
  'sales by store': `sales?${MONTH}&groupBy=store`,
  'sales by date': `sales?${MONTH}&groupBy=date`,
  'sales by store and date': `sales?${MONTH}&groupBy=store,date`,
  'sales by register': `sales?${MONTH}&groupBy=register`,
  'sales by cashier': `sales?${MONTH}&groupBy=cashier`,
  'sales by category': `sales?${MONTH}&groupBy=category`,
  'sales by product': `sales?${MONTH}&groupBy=product`,
  'sales by store and category': `sales?${MONTH}&groupBy=store,category`,
  'sales of the month to its 24th by category': 'sales?from=2026-03-01&to=2026-03-24&groupBy=category',
  'returns by store': `returns?${MONTH}&groupBy=store`,
  'discounts by store': `discounts?${MONTH}&groupBy=store`,
  'payments by store': `payments?${MONTH}&groupBy=store`,
  'VAT by store': `vat?${MONTH}&groupBy=store`,
  'receipts of a store and day': 'documents?from=2026-03-10&to=2026-03-10&storeId=store-7',
};

/** Reports over a month of a chain of 50 stores, over HTTP. Here a line is a question. */
export const reportQuery: Benchmark = {
  name: 'report-query',
  description:
    'reports over a month of 50 stores, asked over HTTP one after another: milliseconds p50 and p95',
  run: (options) => onStage(options, (stage) => measure(stage, options)),
};

async function measure(stage: BenchStage, options: BenchOptions): Promise<BenchReport> {
  const app = await stage.startApp('reporting', { KAFKA_PUBLISH: '0', BI_ROWS: '0' });
  const database = new Database({
    url: stage.serviceUrl('reporting'),
    applicationName: 'bench',
    poolMax: 1,
    statementTimeoutMs: 600_000,
  });
  try {
    options.report('report-query: making the month');
    await fillReportMonth(database, CHAIN_MONTH);
    return await ask(stage, app, options);
  } finally {
    await database.close();
    await app.stop();
  }
}

async function ask(stage: BenchStage, app: AppProcess, options: BenchOptions): Promise<BenchReport> {
  const latencies: Record<string, Latency> = {};
  const before = total(stage.cpuUs());
  const startMs = performance.now();
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const timesMs: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const askedMs = performance.now();
      await stage.getJson(`${app.url}/v1/reports/${question}`);
      timesMs.push(performance.now() - askedMs);
    }
    latencies[name] = latencyOf(timesMs);
    options.report(
      `${name}: p50 ${String(latencies[name].p50Ms)} ms, p95 ${String(latencies[name].p95Ms)} ms`,
    );
  }
  const asked = REPEATS * Object.keys(QUESTIONS).length;
  return {
    name: 'report-query',
    linesPerS: Math.round((asked / (performance.now() - startMs)) * 1000),
    cpuUsPerLine: round((total(stage.cpuUs()) - before) / asked, 0),
    ratio: 1,
    baseline: 'none',
    comparisons: [],
    cpuUsPerLineMax: null,
    latencies,
    holds: Object.values(latencies).every(({ p95Ms }) => p95Ms <= P95_MAX_MS),
  };
}

function latencyOf(timesMs: readonly number[]): Latency {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0, 1);
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

function total(cpuUs: ReadonlyMap<string, number>): number {
  return [...cpuUs.values()].reduce((sum, value) => sum + value, 0);
}
