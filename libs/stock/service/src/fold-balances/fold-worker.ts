import type { FoldBalancesHandler } from './fold-balances.handler';

export interface FoldWorkerOptions {
  /** After a fold that changed balances. */
  readonly onFolded: () => void;
  readonly onError: (error: unknown) => void;
}

/** How often it is looked whose turn it is. */
const TICK_MS = 200;

/** Folds the stores whose turn it is; what one transaction leaves is folded at once by the next. */
export class FoldWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private movementsSeen = -1n;
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
    }, TICK_MS);
  }

  private async foldAll(): Promise<void> {
    try {
      const movementsNow = await this.handler.movements();
      const quiet = movementsNow === this.movementsSeen;
      this.movementsSeen = movementsNow;
      for (;;) {
        const { more, movements } = await this.handler.fold(this.stopped ? 'all' : quiet ? 'quiet' : 'busy');
        if (movements > 0) this.options.onFolded();
        if (!more) return;
      }
    } catch (error) {
      this.options.onError(error);
    }
  }
}
