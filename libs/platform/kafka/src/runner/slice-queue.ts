import type { CommitCaps } from '../consumer-definition';
import type { FetchedSlice } from '../log';
import { SliceInHand, fillsCaps, takeChunks } from './slice-in-hand';
import type { Chunk } from './slice-in-hand';

export interface SliceQueueParts {
  readonly caps: CommitCaps;
  readonly parallelTransactions: number;
  readonly apply: (chunks: readonly Chunk[]) => Promise<void>;
  readonly onCrash: (error: unknown) => void;
}

/**
 * Gathers slices into transactions. While one runs, others' slices accumulate and are taken together by the next;
 * a partition has one slice in hand at most, so parallel transactions never share one.
 */
export class SliceQueue {
  private waiting: SliceInHand[] = [];
  private readonly inHand = new Set<SliceInHand>();
  private running = 0;
  private closed = false;
  private linger: NodeJS.Timeout | null = null;

  constructor(private readonly parts: SliceQueueParts) {}

  /** Resolves with the offset to continue from. */
  offer(fetched: FetchedSlice, position: number): Promise<number> {
    return new Promise((resolve) => {
      const slice = new SliceInHand(fetched, position, resolve);
      if (this.closed || slice.finished) {
        resolve(slice.position);
        return;
      }
      this.inHand.add(slice);
      this.waiting.push(slice);
      this.schedule();
    });
  }

  holds(partition: number): boolean {
    for (const slice of this.inHand) if (slice.fetched.partition === partition) return true;
    return false;
  }

  /** Gives back the slices of these partitions: at once, or after the transaction that has begun with them. */
  release(partitions: ReadonlySet<number>): void {
    for (const slice of this.inHand) if (partitions.has(slice.fetched.partition)) slice.released = true;
    const kept: SliceInHand[] = [];
    for (const slice of this.waiting) {
      if (partitions.has(slice.fetched.partition)) this.giveBack(slice);
      else kept.push(slice);
    }
    this.waiting = kept;
  }

  /** No new transaction starts; those that run go on. */
  close(): void {
    this.closed = true;
    if (this.linger !== null) clearTimeout(this.linger);
    for (const slice of this.waiting) this.giveBack(slice);
    this.waiting = [];
  }

  private schedule(): void {
    const { caps } = this.parts;
    if (this.linger !== null || this.running >= this.parts.parallelTransactions) return;
    if (fillsCaps(this.waiting, caps)) {
      this.pump();
      return;
    }
    // With 0 too, so that slices of one fetch meet in one transaction.
    this.linger = setTimeout(() => {
      this.linger = null;
      this.pump();
    }, caps.lingerMs);
  }

  private pump(): void {
    if (this.linger !== null) clearTimeout(this.linger);
    this.linger = null;
    while (!this.closed && this.waiting.length > 0 && this.running < this.parts.parallelTransactions) {
      const chunks = takeChunks(this.waiting, this.parts.caps);
      const taken = new Set(chunks.map((chunk) => chunk.slice));
      this.waiting = this.waiting.filter((slice) => !taken.has(slice));
      void this.run(chunks);
    }
  }

  private async run(chunks: readonly Chunk[]): Promise<void> {
    this.running += 1;
    try {
      await this.parts.apply(chunks);
    } catch (error) {
      this.close();
      this.parts.onCrash(error);
    }
    this.running -= 1;
    for (const { slice } of chunks) {
      if (slice.finished || this.closed) this.giveBack(slice);
      else this.waiting.push(slice);
    }
    this.pump();
  }

  private giveBack(slice: SliceInHand): void {
    this.inHand.delete(slice);
    slice.resolve(slice.position);
  }
}
