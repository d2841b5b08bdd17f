import { toInstant } from '@potok/kernel/clock';
import { instantArray, integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** A block of events as a transaction stores it. */
export interface RecentBlock {
  /** The number of its stream in the table of blocks. */
  readonly streamNo: number;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly recordedAtMs: number;
  readonly values: readonly Buffer[];
}

export interface WantedStream {
  readonly streamNo: number | null;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** Even blocks of one small event each must not become many. */
const BLOCKS_KEPT_MAX = 2_000;

/**
 * Values of the blocks that this process has just committed, until its relay has sent them: they need not be read back
 * and inflated. Only ever a short cut: a block is served where its very row is there still, by stream, epoch, sequence
 * and time of recording; the rows decide what there is.
 */
export class RecentBlocks {
  private readonly blocks = new Map<string, RecentBlock>();
  private bytes = 0;

  /** `bytesMax` bounds the values; 0 keeps nothing. */
  constructor(private readonly bytesMax: number) {}

  /** Keeps these from the COMMIT of the transaction on that stores them. The oldest make room. */
  keep(tx: Pick<Tx, 'afterCommit'>, blocks: readonly RecentBlock[]): void {
    if (this.bytesMax === 0) return;
    tx.afterCommit(() => {
      for (const block of blocks) this.add(block);
    });
  }

  /** What may be served of these streams. What lies below a range was sent before, and is forgotten. */
  of(wanted: readonly WantedStream[]): readonly RecentBlock[] {
    if (this.blocks.size === 0) return [];
    const ranges = new Map(wanted.map((range) => [range.streamNo, range]));
    const found: RecentBlock[] = [];
    for (const [key, block] of this.blocks) {
      const range = ranges.get(block.streamNo);
      if (range?.epoch !== block.epoch) continue;
      if (block.firstSeq + block.values.length <= range.fromSeq) this.drop(key, block);
      else if (block.firstSeq <= range.toSeq) found.push(block);
    }
    return found;
  }

  private add(block: RecentBlock): void {
    const key = blockKey(block);
    const before = this.blocks.get(key);
    if (before !== undefined) this.drop(key, before);
    const bytes = bytesOf(block);
    if (bytes > this.bytesMax) return;
    this.blocks.set(key, block);
    this.bytes += bytes;
    for (const [oldest, old] of this.blocks) {
      if (this.bytes <= this.bytesMax && this.blocks.size <= BLOCKS_KEPT_MAX) return;
      this.drop(oldest, old);
    }
  }

  private drop(key: string, block: RecentBlock): void {
    this.blocks.delete(key);
    this.bytes -= bytesOf(block);
  }
}

/** By what a block and its row know each other. */
export function blockKey(block: Omit<RecentBlock, 'values'>): string {
  return `${String(block.streamNo)}/${String(block.epoch)}/${String(block.firstSeq)}/${toInstant(block.recordedAtMs)}`;
}

/** The blocks as arrays for `unnest($n::int[], …::int[], …::bigint[], …::timestamptz[])`. */
export function blockArrays(blocks: readonly RecentBlock[]): readonly string[] {
  return [
    integerArray(blocks.map(({ streamNo }) => streamNo)),
    integerArray(blocks.map(({ epoch }) => epoch)),
    integerArray(blocks.map(({ firstSeq }) => firstSeq)),
    instantArray(blocks.map(({ recordedAtMs }) => recordedAtMs)),
  ];
}

function bytesOf({ values }: RecentBlock): number {
  return values.reduce((sum, value) => sum + value.length, 0);
}
