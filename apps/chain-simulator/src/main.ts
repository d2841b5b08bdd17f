import { exitWhenParentDies } from '@potok/platform-dev-infra/parent-watch';
import { SimulationRun } from '@potok/proof-simulator/sender/run-simulation';
import { ArgumentError, readArguments, usage, type SimulatorArguments } from './arguments';

const progressEveryMs = 5_000;

async function main(): Promise<number> {
  exitWhenParentDies(process.env);
  const options = readArguments(process.argv.slice(2));
  const adminToken = process.env['ADMIN_TOKEN'];
  if (adminToken === undefined) throw new ArgumentError('ADMIN_TOKEN is not set');
  const run = newRun(options, adminToken);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('stopping: what is under way is finished');
      run.stop();
    });
  }
  const ticker = setInterval(() => {
    const { phase, sent, acknowledged, unconfirmed } = run.progress();
    say(
      `${phase}: ${String(acknowledged)} of ${String(sent)} acknowledged, ${String(unconfirmed)} to be confirmed`,
    );
  }, progressEveryMs);
  const summary = await run.run();
  clearInterval(ticker);
  say(summary.failure ?? `done: ${String(summary.documentsAcknowledged)} documents acknowledged`);
  return summary.complete ? 0 : 1;
}

function newRun(options: SimulatorArguments, adminToken: string): SimulationRun {
  const { ingestion, nomenclature, stock, seed, stores, receipts, startDate } = options;
  return new SimulationRun({
    simulation: { seed, stores, receipts, startDate },
    addresses: { ingestion, nomenclature, stock },
    adminToken,
    linesPerSecond: options.linesPerSecond,
    burstSeconds: options.burstSeconds,
    deadlineMs: Date.now() + options.deadlineSeconds * 1000,
    offlineFile: options.offlineFile,
    outputFolder: options.output,
    report: say,
  });
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof ArgumentError) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      process.exit(2);
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
