import type { CommitCaps } from '../consumer-definition';
import type { FetchedSlice, LogRecord } from '../log';
import type { RecordHead } from './record-head';

/** A fetched slice until all of it is applied, or it turns out that the partition's position is elsewhere. */
export class SliceInHand {
  /** Index of the first record that is not applied yet. */
  next: number;
  /** The partition's position as this slice last read or wrote it. */
  position: number;
  /** The position was moved by someone else: what is left of the slice must not be applied. */
  dropped = false;
  /** The partition was taken away: what is left goes to whoever has it now. */
  released = false;
  /** Read once for all attempts; null entries are unreadable. Empty until they are read. */
  heads: readonly (RecordHead | null)[] = [];

  constructor(
    readonly fetched: FetchedSlice,
    position: number,
    readonly resolve: (nextOffset: number) => void,
  ) {
    this.position = position;
    this.next = firstAtOrAfter(fetched.records, position);
  }

  get finished(): boolean {
    return this.dropped || this.released || this.next >= this.fetched.records.length;
  }

  moveTo(next: number, position: number): void {
    this.next = next;
    this.position = position;
  }

  drop(position: number): void {
    this.dropped = true;
    this.position = position;
  }
}

/** A run of records of one slice that is applied in one transaction, if the position is still `startPosition`. */
export interface Chunk {
  readonly slice: SliceInHand;
  readonly from: number;
  readonly to: number;
  readonly startPosition: number;
}

/** Headers and framing of a record, roughly: caps are bounds of memory, not accounts. */
const RECORD_OVERHEAD_BYTES = 256;

/** The next records of the waiting slices, in their order, until a cap is reached; at least one record. */
export function takeChunks(waiting: readonly SliceInHand[], caps: CommitCaps): Chunk[] {
  const chunks: Chunk[] = [];
  let recordsLeft = caps.recordsMax;
  let bytesLeft = caps.bytesMax;
  for (const slice of waiting) {
    const { records } = slice.fetched;
    const last = Math.min(records.length, slice.next + recordsLeft);
    let to = slice.next;
    while (to < last && bytesLeft > 0) {
      bytesLeft -= bytesOf(records[to]);
      to += 1;
    }
    if (to > slice.next) chunks.push({ slice, from: slice.next, to, startPosition: slice.position });
    recordsLeft -= to - slice.next;
    if (recordsLeft <= 0 || bytesLeft <= 0) break;
  }
  return chunks;
}

/** Do these slices fill a transaction, so that waiting for others is of no use? */
export function fillsCaps(waiting: readonly SliceInHand[], caps: CommitCaps): boolean {
  let records = 0;
  let bytes = 0;
  for (const slice of waiting) {
    for (let index = slice.next; index < slice.fetched.records.length; index += 1) {
      records += 1;
      bytes += bytesOf(slice.fetched.records[index]);
      if (records >= caps.recordsMax || bytes >= caps.bytesMax) return true;
    }
  }
  return false;
}

/** The position after the chunk. */
export function endOf(chunk: Chunk): number {
  const last = chunk.slice.fetched.records[chunk.to - 1];
  return last === undefined ? chunk.startPosition : last.offset + 1;
}

export function recordsIn(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.to - chunk.from, 0);
}

export function halves(chunk: Chunk): [Chunk, Chunk] {
  const middle = chunk.from + Math.ceil((chunk.to - chunk.from) / 2);
  const left = { ...chunk, to: middle };
  return [left, { ...chunk, from: middle, startPosition: endOf(left) }];
}

function bytesOf(record: LogRecord | undefined): number {
  return RECORD_OVERHEAD_BYTES + (record?.value?.length ?? 0);
}

/** A re-read slice may begin with records that are applied already. */
function firstAtOrAfter(records: readonly LogRecord[], position: number): number {
  let index = 0;
  while (index < records.length && (records[index]?.offset ?? position) < position) index += 1;
  return index;
}
