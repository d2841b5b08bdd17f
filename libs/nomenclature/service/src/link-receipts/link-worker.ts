import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import type { Transactor } from '@potok/platform-postgres/tx';
import { readRelinkable } from '../storage/partly-linked-receipts';
import { readLinkable } from '../storage/unlinked-receipts';
import type { LinkReceiptsHandler } from './link-receipts.handler';

export interface LinkWorkerOptions {
  readonly database: Transactor;
  readonly handler: LinkReceiptsHandler;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 2_000;
const RECEIPTS_PER_POLL = 100;

/** Links receipts whose named one has come since, and lines that a later decision may have made recognisable. Two replicas that do it at once find it done. */
export function linkWorker({ database, handler, onError }: LinkWorkerOptions): PeriodicWorker {
  const run = async (stopping: () => boolean): Promise<void> => {
    const waiting = await readLinkable(database, RECEIPTS_PER_POLL);
    const partly = await readRelinkable(database, RECEIPTS_PER_POLL);
    for (const receipt of [...waiting, ...partly]) {
      if (stopping()) return;
      await handler.handle(receipt);
    }
  };
  return new PeriodicWorker({ intervalMs: POLL_MS, run, onError });
}
