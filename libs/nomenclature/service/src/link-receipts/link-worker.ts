import type { Transactor } from '@potok/platform-postgres/tx';
import { readLinkable } from '../storage/unlinked-receipts';
import type { LinkReceiptsHandler } from './link-receipts.handler';

export interface LinkWorkerOptions {
  readonly database: Transactor;
  readonly handler: LinkReceiptsHandler;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 2_000;
const RECEIPTS_PER_POLL = 100;

/** Links receipts whose named one has come since. Two replicas that do it at once find it done. */
export class LinkWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private busy = false;
  private stopped = true;

  constructor(private readonly options: LinkWorkerOptions) {}

  start(): void {
    this.stopped = false;
    this.timer = setInterval(() => {
      if (this.busy || this.stopped) return;
      this.busy = true;
      this.running = this.work().finally(() => {
        this.busy = false;
      });
    }, POLL_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.running;
  }

  private async work(): Promise<void> {
    try {
      for (const receipt of await readLinkable(this.options.database, RECEIPTS_PER_POLL)) {
        if (this.stopped) return;
        await this.options.handler.handle(receipt);
      }
    } catch (error) {
      this.options.onError(error);
    }
  }
}
