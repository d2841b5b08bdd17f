import type { Logger } from '@potok/platform-telemetry/logger';

/**
 * The order in which a process ends. `readiness`: traffic is sent elsewhere. `intake`: no new requests, no new
 * records. `drain`: what is in hand is finished. `relay`: what was decided is published. `pools`: connections close.
 * `telemetry`: the last metrics and lines leave.
 */
export const SHUTDOWN_PHASES = ['readiness', 'intake', 'drain', 'relay', 'pools', 'telemetry'] as const;
export type ShutdownPhase = (typeof SHUTDOWN_PHASES)[number];

interface Step {
  readonly phase: ShutdownPhase;
  readonly name: string;
  readonly run: (timeLeftMs: number) => Promise<void> | void;
}

export interface ShutdownOptions {
  readonly logger: Logger;
  /** All phases together; what is not done by then is left. */
  readonly timeoutMs: number;
}

/** The time kept back for each phase still to come, so that a hung one cannot eat it all. */
const RESERVE_MS = 500;

/** One per process; modules add their steps, the entry point runs it once. */
export class ShutdownSequence {
  private readonly steps: Step[] = [];
  private running: Promise<boolean> | null = null;

  constructor(private readonly options: ShutdownOptions) {}

  /** Steps of one phase run together; `run` is told how much time its phase has. */
  add(phase: ShutdownPhase, name: string, run: Step['run']): void {
    this.steps.push({ phase, name, run });
  }

  /** True if every step ended well and in time. Asked again it answers the same. */
  run(): Promise<boolean> {
    this.running ??= this.runPhases();
    return this.running;
  }

  private async runPhases(): Promise<boolean> {
    const deadlineMs = performance.now() + this.options.timeoutMs;
    let clean = true;
    for (const [index, phase] of SHUTDOWN_PHASES.entries()) {
      const reserveMs = (SHUTDOWN_PHASES.length - 1 - index) * RESERVE_MS;
      const timeLeftMs = Math.max(0, deadlineMs - performance.now() - reserveMs);
      const steps = this.steps.filter((step) => step.phase === phase);
      const results = await Promise.all(steps.map((step) => this.runStep(step, timeLeftMs)));
      clean = clean && results.every(Boolean);
    }
    return clean;
  }

  private async runStep(step: Step, timeLeftMs: number): Promise<boolean> {
    const fields = { phase: step.phase, step: step.name };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, timeLeftMs);
    });
    try {
      const outcome = await Promise.race([Promise.resolve(step.run(timeLeftMs)), late]);
      if (outcome === 'late')
        this.options.logger.warn({ ...fields, timeLeftMs }, 'a shutdown step took too long');
      return outcome !== 'late';
    } catch (error) {
      this.options.logger.warn({ ...fields, error }, 'a shutdown step failed');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Runs the sequence on SIGTERM and SIGINT and ends the process: 0 when all went well, 1 otherwise. */
export function shutDownOnSignals(sequence: ShutdownSequence): void {
  const end = (): void => {
    void sequence.run().then((clean) => process.exit(clean ? 0 : 1));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
