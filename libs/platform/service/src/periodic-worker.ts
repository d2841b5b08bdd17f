export interface PeriodicWork {
  /** Between the end of one turn and the next. */
  readonly intervalMs: number;
  readonly run: () => Promise<unknown>;
  /** Of a turn that failed: the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

/** Does something again and again, one turn at a time, from `start` until `stop`, which waits for the turn in hand. */
export class PeriodicWorker {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(private readonly work: PeriodicWork) {}

  start(): void {
    this.stopped = false;
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.turn;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.turn = this.runOnce();
    }, this.work.intervalMs);
  }

  private async runOnce(): Promise<void> {
    try {
      await this.work.run();
    } catch (error) {
      this.work.onError(error);
    }
    this.schedule();
  }
}
