export interface PeriodicWork {
  /** Between the end of one turn and the next. */
  readonly intervalMs: number;
  /** A long turn asks from time to time whether it is to end. */
  readonly run: (stopping: () => boolean) => Promise<unknown>;
  /** Of a turn that failed: the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

/** Does something again and again, one turn at a time, from `start` until `stop`, which waits for the turn in hand. */
export class PeriodicWorker {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> | null = null;
  private again = false;
  private stopped = true;

  constructor(private readonly work: PeriodicWork) {}

  start(): void {
    this.stopped = false;
    this.schedule(this.work.intervalMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.turn;
  }

  /** The next turn comes at once; after the one in hand when there is one. */
  readonly wake = (): void => {
    this.again = true;
    if (this.turn === null) this.schedule(0);
  };

  private schedule(afterMs: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.turn = this.runOnce();
    }, afterMs);
  }

  private async runOnce(): Promise<void> {
    this.again = false;
    try {
      await this.work.run(() => this.stopped);
    } catch (error) {
      this.work.onError(error);
    }
    this.turn = null;
    this.schedule(this.again ? 0 : this.work.intervalMs);
  }
}
