import type { Clock } from '@potok/kernel/clock';
import type { Transactor } from '@potok/platform-postgres/tx';
import { ensureReportMonths } from './report-months';

const INTERVAL_MS = 3_600_000;

export interface MaintenanceOptions {
  readonly database: Transactor;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Keeps the months of facts ahead of the writers: at start, then hourly. */
export class MaintenanceWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: MaintenanceOptions) {}

  async start(): Promise<void> {
    await ensureReportMonths(this.options.database, this.options.clock.nowMs());
    this.timer = setInterval(() => {
      this.running = ensureReportMonths(this.options.database, this.options.clock.nowMs()).catch(
        this.options.onError,
      );
    }, INTERVAL_MS);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.running;
  }
}
