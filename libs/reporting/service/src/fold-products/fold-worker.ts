import type { FoldProductsHandler } from './fold-products.handler';

/** How often it is looked whose turn it is. */
const TICK_MS = 1_000;

/** Folds the stores whose turn it is, and all of them once nothing comes in; what one transaction leaves is folded at once by the next. */
export class FoldWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private eventsSeen = -1n;
  private stopped = true;

  constructor(
    private readonly handler: FoldProductsHandler,
    private readonly onError: (error: unknown) => void,
  ) {}

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
      this.running = this.foldDue().finally(() => {
        this.schedule();
      });
    }, TICK_MS);
  }

  private async foldDue(): Promise<void> {
    try {
      const eventsNow = await this.handler.events();
      const quiet = eventsNow === this.eventsSeen;
      this.eventsSeen = eventsNow;
      while (await this.handler.fold(quiet));
    } catch (error) {
      this.onError(error);
    }
  }
}
