import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInfra } from '@potok/platform-dev-infra/infra';
import { OrphanGuard } from '@potok/platform-dev-infra/orphan-guard';
import type { Shutdown } from '@potok/platform-dev-infra/shutdown';
import { repositoryRoot } from './generate/repository';
import { countTests, noResult, type TestCounts } from './test-counts';

/** Jest ends by itself unless a test left something open; its result is complete by then. */
const endAfterResultMs = 30_000;

export interface TestRun {
  readonly counts: TestCounts;
  readonly exitCode: number;
}

export interface TestRunOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly shutdown: Shutdown;
  /** Passed on to Jest: paths, `-t name`, …. */
  readonly jestArguments: readonly string[];
}

/** Runs the tests by Jest beside a broker and a database of their own. */
export async function runTests(options: TestRunOptions): Promise<TestRun> {
  const infra = await startInfra({
    checkoutFolder: repositoryRoot(__dirname),
    environment: options.environment,
    report: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  options.shutdown.add('broker and database', async () => infra.stop());
  try {
    return await runJest(options, {
      ...options.environment,
      KAFKA_BROKERS: infra.kafkaBrokers.join(','),
      DATABASE_URL: infra.databaseUrl,
    });
  } finally {
    await infra.stop();
  }
}

async function runJest(options: TestRunOptions, environment: NodeJS.ProcessEnv): Promise<TestRun> {
  const resultFolder = mkdtempSync(path.join(os.tmpdir(), 'potok-test-'));
  const resultFile = path.join(resultFolder, 'result.json');
  try {
    const exitCode = await jestExitCode(options, environment, resultFile);
    const counts = existsSync(resultFile) ? countTests(readFileSync(resultFile, 'utf8')) : noResult;
    return { counts, exitCode: exitCode === 0 && counts.failed > 0 ? 1 : exitCode };
  } finally {
    rmSync(resultFolder, { recursive: true, force: true });
  }
}

async function jestExitCode(
  options: TestRunOptions,
  environment: NodeJS.ProcessEnv,
  resultFile: string,
): Promise<number> {
  const checkoutFolder = repositoryRoot(__dirname);
  const jest = path.join(checkoutFolder, 'node_modules', 'jest', 'bin', 'jest.js');
  const fixed = ['--json', `--outputFile=${resultFile}`, '--maxWorkers=2'];
  const child = spawn(process.execPath, [jest, ...fixed, ...options.jestArguments], {
    cwd: checkoutFolder,
    // Standard output would repeat the whole result as JSON.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
  const guard = child.pid === undefined ? undefined : new OrphanGuard(child.pid, 'SIGKILL');
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => {
      resolve(1);
    });
    child.once('close', (code) => {
      guard?.release();
      resolve(code ?? 1);
    });
  });
  options.shutdown.add('jest', async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return Promise.race([ended, stuckAfterResult(resultFile, () => child.kill('SIGKILL'))]);
}

async function stuckAfterResult(resultFile: string, kill: () => void): Promise<number> {
  while (!existsSync(resultFile)) await sleep(1_000, undefined, { ref: false });
  await sleep(endAfterResultMs, undefined, { ref: false });
  process.stderr.write('a test left something open: Jest has its result but does not end\n');
  kill();
  return 1;
}
