import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
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
  private readonly rounds: PeriodicWorker;

  constructor(private readonly options: CompletenessWorkerOptions) {
    const { everyMs, logger } = options;
    this.rounds = new PeriodicWorker({
      intervalMs: everyMs,
      run: (stopping) => this.runOnce(stopping),
      onError: (error) => {
        logger.warn({ error }, 'what arrived could not be read');
      },
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  async runOnce(stopping: () => boolean = () => false): Promise<void> {
    const { handler, logger } = this.options;
    for (const storeNo of await handler.stores()) {
      if (stopping()) return;
      await handler.state(storeNo).catch((error: unknown) => {
        logger.warn({ error, storeNo }, 'the completeness of a store could not be stated');
      });
    }
  }
}
