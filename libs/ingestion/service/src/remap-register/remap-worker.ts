import { setTimeout as sleep } from 'node:timers/promises';
import type { RemapStepHandler } from './remap-step.handler';

export interface RemapWorkerOptions {
  readonly handler: RemapStepHandler;
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1_000;
const PAUSE_MS_MIN = 20;

/** Goes on with the jobs that run, in whichever process: at most half of the time, live traffic goes first. */
export class RemapWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private busy = false;
  private stopped = true;

  constructor(private readonly options: RemapWorkerOptions) {}

  start(): void {
    this.stopped = false;
    this.timer = setInterval(this.wake, POLL_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.running;
  }

  readonly wake = (): void => {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.running = this.work().finally(() => {
      this.busy = false;
    });
  };

  private async work(): Promise<void> {
    const { handler, monotonicMs, onError } = this.options;
    try {
      for (let more = true; more && !this.stopped;) {
        const startedMs = monotonicMs();
        more = await handler.handle();
        if (more) await sleep(Math.max(PAUSE_MS_MIN, monotonicMs() - startedMs));
      }
    } catch (error) {
      onError(error);
    }
  }
}
