import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LivenessProbe } from './liveness-probe';
import { OrphanGuard } from './orphan-guard';
import { supervisorVariable } from './parent-watch';
import type { ProcessEnd, ProcessSpec } from './supervisor';
import { pollUntil } from './wait';

const firstPauseMs = 200;
const longestPauseMs = 5_000;
const steadyAfterMs = 30_000;
const logTailCharacters = 2_000;

/** One supervised process through all its lives. */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private probe: LivenessProbe | undefined;
  private stopping = false;
  private wasReady = false;
  private lives = 0;
  private earlyEnds = 0;
  private pauseMs = firstPauseMs;
  private restartTimer: NodeJS.Timeout | undefined;
  private lastEnd: ProcessEnd | undefined;
  private startFailure: string | undefined;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly report: (line: string) => void,
  ) {}

  async start(): Promise<void> {
    this.launch();
    const timeoutMs = this.spec.startTimeoutMs ?? 60_000;
    const outcome = await pollUntil(async () => this.startOutcome(), { timeoutMs, everyMs: 50 });
    if (outcome === 'ready') {
      this.wasReady = true;
      return;
    }
    await this.stop();
    const reason = this.startFailure ?? `was not ready within ${String(timeoutMs / 1000)} s`;
    throw new Error(`${this.spec.name} ${reason}; the end of ${this.spec.logFile}:\n${this.logTail()}`);
  }

  pid(): number | undefined {
    return this.child?.pid;
  }

  restarts(): number {
    return Math.max(0, this.lives - 1);
  }

  async ended(): Promise<ProcessEnd> {
    while (this.lastEnd === undefined || this.child !== undefined) await sleep(50);
    return this.lastEnd;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    this.probe?.stop();
    const child = this.child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    if (this.child === undefined) return;
    child.kill(this.spec.stopSignal ?? 'SIGTERM');
    // A stopped process (SIGSTOP) acts on no signal before it is continued.
    child.kill('SIGCONT');
    const timer = setTimeout(() => {
      this.report(`${this.spec.name} did not stop in time and is killed`);
      child.kill('SIGKILL');
    }, this.spec.stopTimeoutMs ?? 25_000);
    await gone;
    clearTimeout(timer);
  }

  private async startOutcome(): Promise<'ready' | 'failed' | undefined> {
    if (this.stopping || this.startFailure !== undefined) return 'failed';
    if (this.spec.restart === 'never' && this.lastEnd !== undefined) return 'ready';
    if (this.child === undefined) return undefined;
    const ready = this.spec.ready === undefined || (await this.spec.ready());
    return ready ? 'ready' : undefined;
  }

  private launch(): void {
    this.lives += 1;
    const startedMs = Date.now();
    const log = openSync(this.spec.logFile, 'a');
    const child = spawn(this.spec.command, this.spec.arguments, {
      cwd: this.spec.workingFolder,
      env: { ...this.spec.environment, [supervisorVariable]: String(process.pid) },
      stdio: ['ignore', log, log],
      detached: true,
      ...this.spec.user,
    });
    closeSync(log);
    this.child = child;
    const guard = child.pid === undefined ? undefined : new OrphanGuard(child.pid, this.spec.stopSignal);
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      this.report(`${this.spec.name} could not be started: ${error.message}`);
      this.onExit({ code: 127, signal: null }, startedMs);
    });
    child.once('exit', (code, signal) => {
      guard?.release();
      this.onExit({ code, signal }, startedMs);
    });
    this.watchLiveness(child);
  }

  private watchLiveness(child: ChildProcess): void {
    if (this.spec.livenessUrl === undefined) return;
    this.probe = new LivenessProbe(this.spec.livenessUrl, () => {
      this.report(`${this.spec.name} does not answer any more and is killed`);
      child.kill('SIGKILL');
    });
  }

  private onExit(end: ProcessEnd, startedMs: number): void {
    this.child = undefined;
    this.lastEnd = end;
    this.probe?.stop();
    if (this.stopping || this.spec.restart === 'never') return;
    if (!this.wasReady) {
      this.earlyEnds += 1;
      if (this.earlyEnds > (this.spec.earlyEnds ?? 5)) {
        this.startFailure = `ended at once (${describeEnd(end)})`;
        return;
      }
    }
    if (Date.now() - startedMs > steadyAfterMs) this.pauseMs = firstPauseMs;
    this.report(`${this.spec.name} ended (${describeEnd(end)}) and is started again`);
    this.restartTimer = setTimeout(() => {
      this.launch();
    }, this.pauseMs);
    this.pauseMs = Math.min(longestPauseMs, this.pauseMs * 2);
  }

  private logTail(): string {
    if (!existsSync(this.spec.logFile)) return '(no log)';
    return readFileSync(this.spec.logFile, 'utf8').slice(-logTailCharacters);
  }
}

function describeEnd(end: ProcessEnd): string {
  return end.signal === null ? `code ${String(end.code)}` : end.signal;
}
