import { setTimeout as delay } from 'node:timers/promises';
import { classifyFailure } from '@potok/platform-postgres/errors';
import type { Transactor } from '@potok/platform-postgres/tx';
import { backoffMs } from './backoff';
import type { Backoff } from './backoff';
import type { BatchOutcome, BatchResult, BatchTransaction } from './batch-transaction';
import { failureDetail } from './failure-detail';
import type { PositionRepository } from './position.repository';
import { endOf, halves, recordsIn } from './slice-in-hand';
import type { Chunk } from './slice-in-hand';

export interface BatchRunnerParts<Item> {
  readonly transaction: BatchTransaction<Item>;
  readonly database: Transactor;
  readonly positions: PositionRepository;
  readonly backoff: Backoff;
  /** Aborted when the runner stops: waits for better times end, transactions in hand do not. */
  readonly stopping: AbortSignal;
  readonly onCommitted: (outcome: BatchOutcome, durationMs: number) => void;
  readonly onRepeating: (attempt: number, error: unknown) => void;
}

/** Applies chunks for good: repeats them over transient trouble, splits them down to the one record that fails. */
export class BatchRunner<Item> {
  constructor(private readonly parts: BatchRunnerParts<Item>) {}

  /**
   * Resolves when every chunk is applied or dropped, or the runner is stopping; the slices say how far they came.
   * Throws what is neither transient nor the data's fault.
   */
  async apply(chunks: readonly Chunk[]): Promise<void> {
    try {
      await this.attempted(chunks, null);
    } catch (error) {
      if (classifyFailure(error) !== 'data') throw error;
      await this.split(chunks, error);
    }
  }

  private async split(chunks: readonly Chunk[], error: unknown): Promise<void> {
    const [first] = chunks;
    if (first === undefined) return;
    if (recordsIn(chunks) === 1) {
      await this.attempted(chunks, failureDetail(error));
      return;
    }
    for (const part of chunks.length > 1 ? chunks : halves(first)) {
      if (part.slice.dropped || this.parts.stopping.aborted) continue;
      await this.apply([part]);
    }
  }

  /** One set of chunks until PostgreSQL answers: the same chunks again and again, never halved. */
  private async attempted(chunks: readonly Chunk[], poison: string | null): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const startedMs = performance.now();
      try {
        const result = await this.parts.transaction.run(chunks, poison);
        if (result.certain || (await this.isStored(result))) {
          this.settle(result.outcome, performance.now() - startedMs);
          return;
        }
      } catch (error) {
        if (classifyFailure(error) !== 'transient') throw error;
        this.parts.onRepeating(attempt, error);
      }
      if (!(await this.waited(attempt))) return;
    }
  }

  /** Reads the positions again after a COMMIT without an answer. What another one moved is dropped by the next try. */
  private async isStored({ outcome }: BatchResult): Promise<boolean> {
    const partitions = outcome.committed.map((chunk) => chunk.slice.fetched.partition);
    const positions = await this.parts.positions.read(this.parts.database, partitions);
    return outcome.committed.every((chunk) => positions.get(chunk.slice.fetched.partition) === endOf(chunk));
  }

  private settle(outcome: BatchOutcome, durationMs: number): void {
    for (const chunk of outcome.committed) chunk.slice.moveTo(chunk.to, endOf(chunk));
    for (const { chunk, position } of outcome.moved) chunk.slice.drop(position);
    this.parts.onCommitted(outcome, durationMs);
  }

  /** False when the runner stops meanwhile. */
  private async waited(attempt: number): Promise<boolean> {
    const { backoff, stopping } = this.parts;
    const waitMs = backoffMs(backoff, attempt, Math.random());
    await delay(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    return !stopping.aborted;
  }
}
