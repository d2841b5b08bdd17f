import type { Clock } from '@potok/kernel/clock';
import type { Transactor } from '@potok/platform-postgres/tx';
import { PeriodicWorker } from '@potok/platform-service/periodic-worker';
import { ensureReportMonths } from './report-months';

const INTERVAL_MS = 3_600_000;

export interface MaintenanceOptions {
  readonly database: Transactor;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Keeps the months of facts ahead of the writers: at start, then hourly. */
export class MaintenanceWorker {
  private readonly hourly: PeriodicWorker;

  constructor(private readonly options: MaintenanceOptions) {
    const { onError } = options;
    this.hourly = new PeriodicWorker({ intervalMs: INTERVAL_MS, run: () => this.maintain(), onError });
  }

  async start(): Promise<void> {
    await this.maintain();
    this.hourly.start();
  }

  stop(): Promise<void> {
    return this.hourly.stop();
  }

  private maintain(): Promise<unknown> {
    return ensureReportMonths(this.options.database, this.options.clock.nowMs());
  }
}
