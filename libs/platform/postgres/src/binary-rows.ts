import { assert } from '@potok/kernel/assert';
import { ChunkPool } from './chunk-pool';
import type { EncodedRows } from './tx';

export const CHUNK_BYTES = 256 * 1024;
const EMPTY = Buffer.alloc(0);
/** Room that a new row may count on before a chunk is closed: most rows never make a chunk grow. */
const ROW_HEADROOM_BYTES = 4 * 1024;
const SHORT_TEXT_LENGTH = 40;
const TWO_TO_32 = 4_294_967_296;
/** 2000-01-01T00:00:00Z, PostgreSQL's epoch. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const POSTGRES_EPOCH_DAYS = 10_957;
const UUID_BYTES = 16;
const INT4_OID = 23;
const INT8_OID = 20;
const ARRAY_HEADER_BYTES = 20;

/**
 * Builds rows in PostgreSQL's binary COPY format: `row(columnCount)`, then that many values in the order of the
 * columns. It is on the hottest path: no intermediate objects, no BigInt for safe integers.
 */
export class BinaryRows {
  private full: Uint8Array[] = [];
  private buffers: Buffer[] = [];
  private buffer: Buffer = EMPTY;
  private view: DataView = new DataView(EMPTY.buffer, EMPTY.byteOffset, 0);
  private position = 0;
  private rowCount = 0;
  private bytesFull = 0;

  /** Without a pool of the caller's the memory is fresh. */
  constructor(private readonly pool: ChunkPool = new ChunkPool(CHUNK_BYTES, 0)) {}

  /** Bytes written so far: for caps. */
  get byteLength(): number {
    return this.bytesFull + this.position;
  }

  get rows(): number {
    return this.rowCount;
  }

  row(columnCount: number): this {
    if (this.position + ROW_HEADROOM_BYTES > this.buffer.length) this.closeChunk();
    this.view.setInt16(this.position, columnCount);
    this.position += 2;
    this.rowCount += 1;
    return this;
  }

  null(): this {
    this.reserve(4);
    this.view.setInt32(this.position, -1);
    this.position += 4;
    return this;
  }

  bool(value: boolean): this {
    this.reserve(5);
    this.view.setInt32(this.position, 1);
    this.view.setInt8(this.position + 4, value ? 1 : 0);
    this.position += 5;
    return this;
  }

  int2(value: number): this {
    if ((value << 16) >> 16 !== value) refuse('int2', value);
    this.reserve(6);
    this.view.setInt32(this.position, 2);
    this.view.setInt16(this.position + 4, value);
    this.position += 6;
    return this;
  }

  int4(value: number): this {
    if ((value | 0) !== value) refuse('int4', value);
    this.reserve(8);
    this.view.setInt32(this.position, 4);
    this.view.setInt32(this.position + 4, value);
    this.position += 8;
    return this;
  }

  int8(value: number | bigint): this {
    this.reserve(12);
    this.view.setInt32(this.position, 8);
    if (typeof value === 'number') {
      this.writeSafeInteger(value);
    } else {
      if (BigInt.asIntN(64, value) !== value) refuse('int8', value);
      this.view.setBigInt64(this.position + 4, value);
    }
    this.position += 12;
    return this;
  }

  /** Milliseconds since 1970, UTC. */
  timestamptz(epochMs: number): this {
    this.reserve(12);
    this.view.setInt32(this.position, 8);
    this.writeSafeInteger((epochMs - POSTGRES_EPOCH_MS) * 1000);
    this.position += 12;
    return this;
  }

  /** Days since 1970-01-01. */
  date(epochDays: number): this {
    return this.int4(epochDays - POSTGRES_EPOCH_DAYS);
  }

  text(value: string): this {
    this.reserve(4 + value.length * 3);
    const written = value.length <= SHORT_TEXT_LENGTH ? this.writeShortAscii(value) : -1;
    const bytes = written >= 0 ? written : this.buffer.write(value, this.position + 4, 'utf8');
    this.view.setInt32(this.position, bytes);
    this.position += 4 + bytes;
    return this;
  }

  bytea(value: Uint8Array): this {
    this.reserve(4 + value.length);
    this.view.setInt32(this.position, value.length);
    this.buffer.set(value, this.position + 4);
    this.position += 4 + value.length;
    return this;
  }

  /** Canonical text form (any case) or 16 bytes. */
  uuid(value: string | Uint8Array): this {
    this.reserve(4 + UUID_BYTES);
    this.view.setInt32(this.position, UUID_BYTES);
    if (typeof value === 'string') {
      const hex = value.replaceAll('-', '');
      const written = hex.length === 2 * UUID_BYTES ? this.buffer.write(hex, this.position + 4, 'hex') : 0;
      assert(written === UUID_BYTES, `not a uuid: ${value}`);
    } else {
      assert(value.length === UUID_BYTES, `a uuid has 16 bytes, not ${String(value.length)}`);
      this.buffer.set(value, this.position + 4);
    }
    this.position += 4 + UUID_BYTES;
    return this;
  }

  int4Array(values: readonly number[]): this {
    this.arrayOf(INT4_OID, values.length, 4);
    for (const value of values) this.int4(value);
    return this;
  }

  int8Array(values: readonly number[]): this {
    this.arrayOf(INT8_OID, values.length, 8);
    for (const value of values) this.int8(value);
    return this;
  }

  /** Hands the rows out and starts anew: what was handed out is never written to again. */
  finish(): EncodedRows {
    if (this.position > 0) this.full.push(this.buffer.subarray(0, this.position));
    const { pool, rowCount, full: chunks, buffers } = this;
    const release = () => {
      for (const buffer of buffers) pool.give(buffer);
      buffers.length = 0;
    };
    this.full = [];
    this.buffers = [];
    this.bytesFull = 0;
    this.rowCount = 0;
    this.use(EMPTY);
    return { rowCount, chunks, release };
  }

  /** The head of an array without nulls, whose elements follow as values do. */
  private arrayOf(elementOid: number, count: number, elementBytes: number): void {
    const bytes = ARRAY_HEADER_BYTES + count * (4 + elementBytes);
    this.reserve(4 + bytes);
    const head = [bytes, 1, 0, elementOid, count, 1];
    for (const [index, value] of head.entries()) this.view.setInt32(this.position + 4 * index, value);
    this.position += 4 + ARRAY_HEADER_BYTES;
  }

  private writeSafeInteger(value: number): void {
    if (!Number.isSafeInteger(value)) refuse('safe integer', value);
    const high = Math.floor(value / TWO_TO_32);
    this.view.setInt32(this.position + 4, high);
    this.view.setUint32(this.position + 8, value - high * TWO_TO_32);
  }

  /** The length written, or -1 when a character is not ASCII. */
  private writeShortAscii(value: string): number {
    const start = this.position + 4;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) return -1;
      this.buffer[start + index] = code;
    }
    return value.length;
  }

  private reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const previous = this.buffer.subarray(0, this.position);
    const used = this.position;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed + ROW_HEADROOM_BYTES, this.buffer.length * 2));
    this.buffers[this.buffers.length - 1] = larger;
    this.use(larger);
    this.buffer.set(previous);
    this.position = used;
  }

  private closeChunk(): void {
    if (this.position > 0) this.full.push(this.buffer.subarray(0, this.position));
    this.bytesFull += this.position;
    const chunk = this.pool.take();
    this.buffers.push(chunk);
    this.use(chunk);
  }

  private use(buffer: Buffer): void {
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.position = 0;
  }
}

/** Apart from the checks, so that its message is not put together for every value that passes. */
function refuse(type: string, value: number | bigint): never {
  assert(false, `not of type ${type}: ${String(value)}`);
}
