import type { Logger } from '@potok/platform-telemetry/logger';
import type { ChainProof } from '../conservation/prove-chain';

/** Where the last proof stands. */
export interface ProofState {
  readonly state: 'never' | 'running' | 'done' | 'failed';
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly storesDone: number;
  readonly storesTotal: number | null;
  /** Why the last run failed; null = it did not. */
  readonly failure: string | null;
  /** The last one that came to its end. */
  readonly last: ChainProof | null;
}

export interface ProofRunsOptions {
  readonly prove: (progress: (done: number, of: number) => void) => Promise<ChainProof>;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** One proof at a time; the last result is kept. */
export class ProofRuns {
  private current: ProofState = {
    state: 'never',
    startedAt: null,
    finishedAt: null,
    storesDone: 0,
    storesTotal: null,
    failure: null,
    last: null,
  };
  private running: Promise<void> | null = null;

  constructor(private readonly options: ProofRunsOptions) {}

  get state(): ProofState {
    return this.current;
  }

  /** Starts one unless one is under way; resolves at its end. */
  start(): Promise<void> {
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    const { prove, logger } = this.options;
    this.change({ state: 'running', startedAt: this.now(), storesDone: 0, storesTotal: null, failure: null });
    try {
      const last = await prove((storesDone, storesTotal) => {
        this.change({ storesDone, storesTotal });
      });
      this.change({ state: 'done', finishedAt: this.now(), last });
      const { stores, receipts, lines, differences, unproved } = last;
      const fields = { stores, receipts, lines, differences: differences.length, unproved: unproved.length };
      if (differences.length === 0) logger.info(fields, 'every stage holds the same');
      else logger.error(fields, 'stages differ: npm run potok -- proof run names each line');
    } catch (error) {
      this.change({
        state: 'failed',
        finishedAt: this.now(),
        failure: error instanceof Error ? error.message : String(error),
      });
      logger.warn({ error }, 'the proof could not be carried out');
    }
  }

  private now(): string {
    return new Date(this.options.nowMs()).toISOString();
  }

  private change(changes: Partial<ProofState>): void {
    this.current = { ...this.current, ...changes };
  }
}
