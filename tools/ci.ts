/**
 * `npm run ci`: everything that must hold before a change is merged, one line per step with its duration. Later
 * steps run even if an earlier one failed, so that one run shows all. Ends with the tests' counts; exits 1 if any
 * step failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommand, type Shutdown } from '@potok/platform-dev-infra/shutdown';
import { answerHelp } from './answer-help';
import { repositoryRoot } from './generate/repository';
import { runTests } from './run-tests';
import { countsLine } from './test-counts';

const root = repositoryRoot(__dirname);

interface Step {
  readonly name: string;
  readonly run: (shutdown: Shutdown) => Promise<boolean>;
}

const steps: readonly Step[] = [
  { name: 'format', run: packageProgram('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.') },
  { name: 'lint', run: packageProgram('eslint/bin/eslint.js', '.') },
  { name: 'types', run: packageProgram('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json') },
  {
    name: 'generated files are up to date',
    run: program(path.join(root, 'dist/tools/generate.js'), '--check'),
  },
  { name: 'build of every app', run: buildsEveryApp },
];

const usage = `npm run ci [-- PATH… and whatever else Jest takes]
  All that CI checks: ${steps.map(({ name }) => name).join(', ')}, tests.
  Exits 0 when every step passed, 1 when one failed.
`;

answerHelp(process.argv.slice(2), usage);

void runCommand(process.env, async (shutdown) => {
  const failed: string[] = [];
  for (const step of steps) {
    if (!(await timed(step.name, async () => step.run(shutdown)))) failed.push(step.name);
  }
  const options = { environment: process.env, shutdown, jestArguments: process.argv.slice(2) };
  const tests = await runTests(options);
  if (tests.exitCode !== 0) failed.push('tests');
  say(failed.length === 0 ? 'all steps passed' : `failed: ${failed.join(', ')}`);
  process.stdout.write(`${countsLine(tests.counts)}\n`);
  return failed.length === 0 ? 0 : 1;
});

async function timed(name: string, run: () => Promise<boolean>): Promise<boolean> {
  say(`… ${name}`);
  const startedMs = Date.now();
  const passed = await run();
  say(`${passed ? 'ok' : 'FAILED'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  return passed;
}

function packageProgram(file: string, ...options: string[]): Step['run'] {
  return program(path.join(root, 'node_modules', file), ...options);
}

function program(script: string, ...options: string[]): Step['run'] {
  return async (shutdown) => {
    const child = spawn(process.execPath, [script, ...options], { cwd: root, stdio: ['ignore', 2, 2] });
    shutdown.add(path.basename(script), async () => {
      child.kill('SIGTERM');
      return Promise.resolve();
    });
    return new Promise((resolve) => {
      child.once('error', () => {
        resolve(false);
      });
      child.once('close', (code) => {
        resolve(code === 0);
      });
    });
  };
}

/** Compiles everything from nothing, aside from what this command itself runs from. */
async function buildsEveryApp(shutdown: Shutdown): Promise<boolean> {
  const output = mkdtempSync(path.join(os.tmpdir(), 'potok-build-'));
  try {
    if (!(await program(path.join(root, 'tools/build.cjs'), output)(shutdown))) return false;
    const apps = readdirSync(path.join(root, 'apps'));
    const incomplete = apps.filter((app) => !existsSync(path.join(output, 'apps', app, 'src/main.js')));
    for (const app of incomplete) say(`apps/${app} has no main`);
    return incomplete.length === 0;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
