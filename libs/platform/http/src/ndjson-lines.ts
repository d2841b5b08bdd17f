import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Hash } from 'node:crypto';
import { httpProblems, ProblemError } from './problem';

export interface NdjsonLimits {
  /** The longest line that is handed over whole, its end not counted. */
  readonly lineBytesMax: number;
  /** All lines of the stream together; over it the iteration ends with `bodyTooLarge`. */
  readonly bytesMax: number;
  /** Lines of the stream, empty ones included; over it likewise. */
  readonly linesMax: number;
}

export interface NdjsonLine {
  /** From 1; empty lines are counted and skipped. */
  readonly number: number;
  /** Without its end (LF or CRLF). Of an over-long line only the first 64 KiB. */
  readonly bytes: Buffer;
  /** Set when the line was over the limit: its whole length and the SHA-256 (hex) of all of it. */
  readonly overlong: { readonly length: number; readonly sha256: string } | null;
  /** Set on a last line that no line end followed: it may have been cut. */
  readonly unterminated?: true;
}

/** Lines in one body: more say nothing, and answering them takes long. */
export const LINES_MAX = 5_000;
/** So many are handed over without a pause in which others have their turn. */
const SLICE_LINES_MAX = 250;
/** Nor so many bytes: a stream that has them all would never let go. */
const TURN_BYTES = 256 * 1024;
export const LINE_BYTES_MAX = 256 * 1024;
const OVERLONG_HEAD_BYTES = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * The lines of a byte stream, in one array per chunk that completes any. Lines are views of the received chunks: only
 * a line that spans chunks is copied, once. An over-long line costs its head in memory and the stream goes on.
 */
export async function* ndjsonLines(
  source: AsyncIterable<Buffer>,
  limits: NdjsonLimits,
): AsyncGenerator<NdjsonLine[], void, undefined> {
  const splitter = new LineSplitter(limits.lineBytesMax);
  let received = 0;
  let sinceTurnBytes = 0;
  for await (const chunk of source) {
    received += chunk.length;
    if (received > limits.bytesMax) {
      throw new ProblemError(httpProblems.bodyTooLarge, {
        detail: `the limit is ${String(limits.bytesMax)} bytes`,
      });
    }
    sinceTurnBytes += chunk.length;
    const lines = splitter.push(chunk);
    if (splitter.linesSeen > limits.linesMax) {
      const detail = `the limit is ${String(limits.linesMax)} lines`;
      throw new ProblemError(httpProblems.bodyTooLarge, { detail });
    }
    for (let from = 0; from < lines.length; from += SLICE_LINES_MAX) {
      if (from > 0 || sinceTurnBytes >= TURN_BYTES) {
        sinceTurnBytes = 0;
        await nextTurn();
      }
      yield lines.length <= SLICE_LINES_MAX ? lines : lines.slice(from, from + SLICE_LINES_MAX);
    }
  }
  const rest = splitter.end();
  if (rest.length > 0) yield rest;
}

class LineSplitter {
  private lineNumber = 0;
  /** The begun line: its pieces while it may still fit, its head and hash once it cannot. */
  private pieces: Buffer[] = [];
  private begunBytes = 0;
  private overlong: OverlongLine | null = null;

  constructor(private readonly lineBytesMax: number) {}

  get linesSeen(): number {
    return this.lineNumber;
  }

  push(chunk: Buffer): NdjsonLine[] {
    const lines: NdjsonLine[] = [];
    let start = 0;
    let end = chunk.indexOf(LF);
    while (end !== -1) {
      const line = this.complete(chunk.subarray(start, end));
      if (line.bytes.length > 0) lines.push(line);
      start = end + 1;
      end = chunk.indexOf(LF, start);
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
    return lines;
  }

  end(): NdjsonLine[] {
    const line = this.complete(Buffer.alloc(0));
    return line.bytes.length > 0 ? [{ ...line, unterminated: true }] : [];
  }

  private complete(rest: Buffer): NdjsonLine {
    this.lineNumber += 1;
    if (this.begunBytes === 0 && rest.length <= this.lineBytesMax) {
      return { number: this.lineNumber, bytes: withoutReturn(rest), overlong: null };
    }
    this.keep(rest);
    const line = this.finish();
    this.pieces = [];
    this.begunBytes = 0;
    this.overlong = null;
    return line;
  }

  private finish(): NdjsonLine {
    if (this.overlong !== null) return this.overlong.finish(this.lineNumber);
    const bytes = withoutReturn(Buffer.concat(this.pieces, this.begunBytes));
    if (bytes.length <= this.lineBytesMax) return { number: this.lineNumber, bytes, overlong: null };
    const overlong = new OverlongLine();
    overlong.add(bytes);
    return overlong.finish(this.lineNumber);
  }

  private keep(piece: Buffer): void {
    this.begunBytes += piece.length;
    // One byte more may be the CR of a line that fits.
    if (this.overlong === null && this.begunBytes > this.lineBytesMax + 1) {
      this.overlong = new OverlongLine();
      for (const kept of this.pieces) this.overlong.add(kept);
      this.pieces = [];
    }
    if (this.overlong === null) this.pieces.push(piece);
    else this.overlong.add(piece);
  }
}

function withoutReturn(line: Buffer): Buffer {
  return line.length > 0 && line[line.length - 1] === CR ? line.subarray(0, -1) : line;
}

class OverlongLine {
  private readonly hash: Hash = createHash('sha256');
  private readonly head = Buffer.alloc(OVERLONG_HEAD_BYTES);
  private length = 0;
  /** A CR is held back until it is known whether the line ends after it. */
  private heldBack = false;

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.heldBack) this.take(Buffer.of(CR));
    this.heldBack = piece.at(-1) === CR;
    this.take(this.heldBack ? piece.subarray(0, -1) : piece);
  }

  finish(lineNumber: number): NdjsonLine {
    return {
      number: lineNumber,
      bytes: this.head.subarray(0, Math.min(this.length, OVERLONG_HEAD_BYTES)),
      overlong: { length: this.length, sha256: this.hash.digest('hex') },
    };
  }

  private take(piece: Buffer): void {
    if (this.length < OVERLONG_HEAD_BYTES) piece.copy(this.head, this.length);
    this.hash.update(piece);
    this.length += piece.length;
  }
}
