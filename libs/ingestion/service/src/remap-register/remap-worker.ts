import { setTimeout as sleep } from 'node:timers/promises';
import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import type { RemapStepHandler } from './remap-step.handler';

export interface RemapWorkerOptions {
  readonly handler: RemapStepHandler;
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1_000;
const PAUSE_MS_MIN = 20;

/** Goes on with the jobs that run, in whichever process: at most half of the time, live traffic goes first. */
export function remapWorker({ handler, monotonicMs, onError }: RemapWorkerOptions): PeriodicWorker {
  const run = async (stopping: () => boolean): Promise<void> => {
    for (let more = true; more && !stopping();) {
      const startedMs = monotonicMs();
      more = await handler.handle();
      if (more) await sleep(Math.max(PAUSE_MS_MIN, monotonicMs() - startedMs));
    }
  };
  return new PeriodicWorker({ intervalMs: POLL_MS, run, onError });
}
