import type { Logger } from '@potok/platform-telemetry/logger';
import type { StateCompletenessHandler } from './state-completeness.handler';

export interface CompletenessWorkerOptions {
  readonly handler: StateCompletenessHandler;
  /** At most one statement a register in this time. Milliseconds. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/** Looks regularly at the stores of which something arrived. A store that fails is tried again; the others go on. */
export class CompletenessWorker {
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: CompletenessWorkerOptions) {}

  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.runOnce().then(() => {
        this.start();
      });
    }, this.options.everyMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.round;
  }

  async runOnce(): Promise<void> {
    const { handler, logger } = this.options;
    try {
      for (const storeNo of await handler.stores()) {
        if (this.stopped) return;
        await handler.state(storeNo).catch((error: unknown) => {
          logger.warn({ error, storeNo }, 'the completeness of a store could not be stated');
        });
      }
    } catch (error) {
      logger.warn({ error }, 'what arrived could not be read');
    }
  }
}
