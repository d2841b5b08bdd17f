import type { FoldBalancesHandler } from './fold-balances.handler';

export interface FoldWorkerOptions {
  /** Balances are folded at least this often while anything moves. */
  readonly intervalMs: number;
  /** After a fold that changed balances. */
  readonly onFolded: () => void;
  readonly onError: (error: unknown) => void;
}

/** Folds at an interval; what one transaction leaves is folded at once by the next. */
export class FoldWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    private readonly handler: FoldBalancesHandler,
    private readonly options: FoldWorkerOptions,
  ) {}

  start(): void {
    this.stopped = false;
    this.schedule();
  }

  /** Ends after a last fold, so that balances stand at what is known when the service goes. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
    await this.foldAll();
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.foldAll().finally(() => {
        this.schedule();
      });
    }, this.options.intervalMs);
  }

  private async foldAll(): Promise<void> {
    try {
      for (;;) {
        const { more, movements } = await this.handler.fold(this.stopped);
        if (movements > 0) this.options.onFolded();
        if (!more) return;
      }
    } catch (error) {
      this.options.onError(error);
    }
  }
}
