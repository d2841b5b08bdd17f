import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
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
  private readonly rounds: PeriodicWorker;

  constructor(private readonly options: RematchWorkerOptions) {
    const { onError } = options;
    this.rounds = new PeriodicWorker({
      intervalMs: POLL_MS,
      run: (stopping) => this.work(stopping),
      onError,
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  readonly wake = (): void => {
    this.rounds.wake();
  };

  private async work(stopping: () => boolean): Promise<void> {
    for (const store of await this.behind()) await this.goThrough(store, stopping);
    if (!stopping()) await this.forgetOldKeys();
  }

  private async goThrough(store: StorePlace, stopping: () => boolean): Promise<void> {
    while (!stopping()) {
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
