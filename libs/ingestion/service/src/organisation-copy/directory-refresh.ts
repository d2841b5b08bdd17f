import { setTimeout as delay } from 'node:timers/promises';
import type { OrganisationQuerying } from '@potok/organisation-contracts/organisation-changes';
import type { Logger } from '@potok/platform-telemetry/logger';
import type { OrganisationDirectory } from './organisation-directory';

export interface DirectoryRefreshOptions {
  readonly everyMs: number;
  /** Between two refreshes on demand: unknown tokens cannot make the database busy. */
  readonly onDemandEveryMs: number;
  /** A revoked token is refused within this time, or nobody is let in. */
  readonly staleAfterMs: number;
  readonly monotonicMs: () => number;
  readonly logger: Logger;
}

/** Keeps the edge's directory fresh: at intervals, and at once when somebody asks for what it does not know. */
export class DirectoryRefresh {
  private timer: NodeJS.Timeout | null = null;
  private refreshing: Promise<void> | null = null;
  private refreshedAtMs = Number.NEGATIVE_INFINITY;
  private startedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly directory: OrganisationDirectory,
    private readonly querying: OrganisationQuerying,
    private readonly options: DirectoryRefreshOptions,
  ) {}

  /** Throws when the first refresh fails. */
  async start(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.refresh().catch((error: unknown) => {
        this.options.logger.warn({ error }, 'the organisation could not be read again');
      });
    }, this.options.everyMs);
  }

  readonly stop = (): void => {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  };

  /** True while a revocation would have been noticed in time. */
  isFresh(): boolean {
    return this.options.monotonicMs() - this.refreshedAtMs <= this.options.staleAfterMs;
  }

  /**
   * Reads what was committed before this call, at most so often: many callers share one reading. Never throws: the
   * caller looks again.
   */
  async onDemand(): Promise<void> {
    try {
      await this.refreshing;
      const waitMs = this.startedAtMs + this.options.onDemandEveryMs - this.options.monotonicMs();
      if (waitMs > 0) await delay(waitMs);
      await this.refresh();
    } catch {
      // The database is away: what is known stays known until it is stale.
    }
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.read().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async read(): Promise<void> {
    const startedAtMs = this.options.monotonicMs();
    this.startedAtMs = startedAtMs;
    await this.directory.refresh(this.querying);
    this.refreshedAtMs = startedAtMs;
  }
}
