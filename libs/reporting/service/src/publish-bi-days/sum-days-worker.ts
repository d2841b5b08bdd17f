import type { SumDaysHandler } from './sum-days.handler';

export interface SumDaysWorkerOptions {
  readonly handler: SumDaysHandler;
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

/** Looks for changed days once an interval: so often a key is published at most. */
export class SumDaysWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(private readonly options: SumDaysWorkerOptions) {}

  start(): void {
    this.stopped = false;
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.sum().finally(() => {
        this.schedule();
      });
    }, this.options.intervalMs);
  }

  private async sum(): Promise<void> {
    try {
      await this.options.handler.sumChanged();
    } catch (error) {
      this.options.onError(error);
    }
  }
}
