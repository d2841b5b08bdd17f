import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditReport } from '@potok/proof-audit/report';
import { repositoryRoot } from '../generate/repository';

const root = repositoryRoot(__dirname);
const runTimeoutMs = 400_000;

/** The command as a user runs it, with a broker and a database of its own. */
class RunningDemo {
  output = '';
  log = '';
  readonly child: ChildProcess;
  readonly ended: Promise<number>;

  constructor(demoArguments: readonly string[]) {
    const { KAFKA_BROKERS: _brokers, DATABASE_URL: _database, ...environment } = process.env;
    this.child = spawn(
      process.execPath,
      [path.join(root, 'tools', 'bootstrap.cjs'), 'demo', ...demoArguments],
      {
        cwd: root,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString('utf8')));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code) => {
        resolve(code ?? 1);
      }),
    );
  }

  /** The last line of standard output. */
  report(): AuditReport {
    const last = this.output.trimEnd().split('\n').at(-1) ?? '';
    return JSON.parse(last) as AuditReport;
  }

  pids(): Record<string, number> {
    const file = path.join(root, '.potok', `processes-${String(this.child.pid)}.json`);
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    } catch {
      return {};
    }
  }

  async untilLogged(text: string): Promise<void> {
    while (!this.log.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`the demo ended:\n${this.log}`);
      await sleep(50);
    }
  }

  /** Kills a process as soon as it is there; the supervisor starts it again. */
  async kill(name: string): Promise<void> {
    let pid = this.pids()[name];
    while (pid === undefined) {
      await sleep(50);
      pid = this.pids()[name];
    }
    process.kill(pid, 'SIGKILL');
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const running: RunningDemo[] = [];

function startDemo(demoArguments: readonly string[]): RunningDemo {
  const demo = new RunningDemo(demoArguments);
  running.push(demo);
  return demo;
}

// A test that failed must not leave a platform behind.
afterEach(async () => {
  for (const demo of running.splice(0)) {
    if (demo.child.exitCode === null) demo.child.kill('SIGTERM');
    await demo.ended;
  }
}, 60_000);

async function expectSound(demo: RunningDemo): Promise<AuditReport> {
  const exitCode = await demo.ended;
  if (exitCode !== 0) throw new Error(`exit code ${String(exitCode)}:\n${demo.log.slice(-6_000)}`);
  const report = demo.report();
  expect(report).toMatchObject({
    lost: 0,
    doubled: 0,
    balanceMismatches: 0,
    meaningMismatches: 0,
    movementMismatches: 0,
    personalDataLeaks: 0,
    streamFaults: 0,
  });
  expect(report.quarantined).toBe(report.expectedQuarantined);
  expect(report.held).toBe(report.expectedHeld);
  expect(report.documentsAcked).toBe(report.documentsSent);
  return report;
}

describe('npm run demo', () => {
  it(
    'brings every receipt from the registers to stock, all services in one process',
    async () => {
      const demo = startDemo(['--headless', '--stores', '4', '--receipts', '800', '--json', '-']);
      const report = await expectSound(demo);
      expect(report.linesTotal).toBeGreaterThan(5_000);
      expect(report.expectedQuarantined).toBeGreaterThan(0);
    },
    runTimeoutMs,
  );

  it(
    'loses and doubles nothing when each process of two replicas is killed in turn',
    async () => {
      const size = ['--stores', '4', '--receipts', '3000', '--rate', '120'];
      const demo = startDemo([
        ...['--headless', '--services', 'separate', '--replicas', '2', ...size, '--json', '-'],
      ]);
      await demo.untilLogged('acknowledged');
      const victims = ['register-ingestion-1', 'broker', 'nomenclature-1', 'database', 'stock-ledger-1'];
      for (const name of [...victims, 'register-ingestion-2', 'nomenclature-2', 'stock-ledger-2']) {
        await demo.kill(name);
        await sleep(3_000);
      }
      await expectSound(demo);
    },
    runTimeoutMs,
  );

  it(
    'refuses a part of what ten times the devices send at once, and catches up without a loss',
    async () => {
      const size = ['--stores', '2', '--receipts', '1500', '--rate', '60', '--burst', '5'];
      const report = await expectSound(startDemo(['--headless', ...size, '--json', '-']));
      expect(report.requestsRefusedBusy + report.requestsRefusedOverloaded).toBeGreaterThan(0);
      expect(report.repeatsSent).toBeGreaterThan(0);
    },
    runTimeoutMs,
  );

  it('cleans up on SIGTERM', async () => {
    const demo = startDemo(['--stores', '2', '--rate', '20']);
    await demo.untilLogged('receipts/s');
    const pids = Object.values(demo.pids());
    expect(pids.length).toBeGreaterThan(2);
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(143);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('says what is wrong with its arguments and exits with 2', async () => {
    const demo = startDemo(['--stores', 'many']);
    expect(await demo.ended).toBe(2);
    expect(demo.log).toContain('--stores is a whole number');
    expect(demo.output).toBe('');
  });
});
