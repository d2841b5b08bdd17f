import type { Clock } from '@potok/kernel/clock';
import type { Transactor } from '@potok/platform-postgres/tx';
import { ensureMovementWeeks, indexClosedWeeks } from './movement-weeks';

const INTERVAL_MS = 3_600_000;

export interface MaintenanceOptions {
  readonly database: Transactor;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Keeps the weeks of movements ahead of the writers and indexes those that are closed: at start, then hourly. */
export class MaintenanceWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: MaintenanceOptions) {}

  async start(): Promise<void> {
    await ensureMovementWeeks(this.options.database, this.options.clock.nowMs());
    this.timer = setInterval(() => {
      this.running = this.maintain();
    }, INTERVAL_MS);
    this.running = this.maintain();
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.running;
  }

  private async maintain(): Promise<void> {
    try {
      const nowMs = this.options.clock.nowMs();
      await ensureMovementWeeks(this.options.database, nowMs);
      await indexClosedWeeks(this.options.database, nowMs);
    } catch (error) {
      this.options.onError(error);
    }
  }
}
