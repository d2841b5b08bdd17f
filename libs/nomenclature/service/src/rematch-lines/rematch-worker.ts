import type { Transactor } from '@potok/platform-postgres/tx';
import type { RematchLinesHandler, StorePlace } from './rematch-lines.handler';

export interface RematchWorkerOptions {
  readonly database: Transactor;
  readonly handler: RematchLinesHandler;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1_000;
/** Between two transactions: live traffic goes first. */
const PAUSE_MS = 5;
/** Keys are kept longer than any transaction that read an older catalogue may last. */
const KEEP_KEYS = '10 minutes';

/** Goes through the stores after codes were learned; it goes on where it stood, in whichever process. */
export class RematchWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private busy = false;
  private again = false;
  private stopped = true;

  constructor(private readonly options: RematchWorkerOptions) {}

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
    this.again = true;
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.running = this.work().finally(() => {
      this.busy = false;
    });
  };

  private async work(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        for (const store of await this.behind()) await this.goThrough(store);
        await this.forgetOldKeys();
      }
    } catch (error) {
      this.options.onError(error);
    }
  }

  private async goThrough(store: StorePlace): Promise<void> {
    while (!this.stopped) {
      const { more } = await this.options.handler.handle(store);
      if (!more) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Stores that have not gone through the newest keys. */
  private async behind(): Promise<StorePlace[]> {
    const { rows } = await this.options.database.query<{ store_id: string; store_no: number }>(
      `SELECT s.store_id, s.store_no FROM store_name s LEFT JOIN rematch_store r USING (store_no)
       WHERE coalesce(r.done_version, 0) < (SELECT max(catalogue_version) FROM rematch_key)
       ORDER BY s.store_no`,
    );
    return rows.map((row) => ({ storeId: row.store_id, storeNo: row.store_no }));
  }

  private async forgetOldKeys(): Promise<void> {
    await this.options.database.query(
      `DELETE FROM rematch_key WHERE noted_at < now() - interval '${KEEP_KEYS}' AND catalogue_version <= (
         SELECT min(coalesce(r.done_version, 0)) FROM store_name s LEFT JOIN rematch_store r USING (store_no))`,
    );
  }
}
