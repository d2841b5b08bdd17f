import type { Clock } from '@potok/kernel/clock';
import type { Transactor } from '@potok/platform-postgres/tx';
import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import { mergePastPeriods } from '../storage/sum-parts';
import { ensureReportMonths } from './report-months';

const INTERVAL_MS = 3_600_000;

export interface MaintenanceOptions {
  readonly database: Transactor;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Keeps the months of facts ahead of the writers, at start and then hourly, and merges the sums of what is over. */
export class MaintenanceWorker {
  private readonly hourly: PeriodicWorker;

  constructor(private readonly options: MaintenanceOptions) {
    const { onError } = options;
    const run = async (): Promise<void> => {
      await this.makeMonths();
      await mergePastPeriods(options.database);
    };
    this.hourly = new PeriodicWorker({ intervalMs: INTERVAL_MS, run, onError });
  }

  async start(): Promise<void> {
    await this.makeMonths();
    this.hourly.start();
  }

  stop(): Promise<void> {
    return this.hourly.stop();
  }

  private makeMonths(): Promise<unknown> {
    return ensureReportMonths(this.options.database, this.options.clock.nowMs());
  }
}
