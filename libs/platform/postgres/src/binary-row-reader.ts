import { assert } from '@potok/kernel/assert';

const TWO_TO_32 = 4_294_967_296;
/** 2000-01-01T00:00:00Z, PostgreSQL's epoch. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const POSTGRES_EPOCH_DAYS = 10_957;
const NULL_LENGTH = -1;

/** Reads one row of PostgreSQL's binary COPY format, value after value in the order of the columns. */
export class BinaryRowReader {
  private buffer: Buffer = Buffer.alloc(0);
  private position = 0;
  columns = 0;

  open(buffer: Buffer, start: number): void {
    this.buffer = buffer;
    this.columns = buffer.readInt16BE(start);
    this.position = start + 2;
  }

  int2(): number {
    this.expect(2);
    this.position += 2;
    return this.buffer.readInt16BE(this.position - 2);
  }

  int4(): number {
    this.expect(4);
    this.position += 4;
    return this.buffer.readInt32BE(this.position - 4);
  }

  /** A bigint column whose values are safe integers. */
  int8(): number {
    this.expect(8);
    const value =
      this.buffer.readInt32BE(this.position) * TWO_TO_32 + this.buffer.readUInt32BE(this.position + 4);
    assert(Number.isSafeInteger(value), 'a bigint leaves the safe integers');
    this.position += 8;
    return value;
  }

  /** Milliseconds since 1970, UTC. */
  timestamptz(): number {
    return Math.floor(this.int8() / 1000) + POSTGRES_EPOCH_MS;
  }

  /** Days since 1970-01-01. */
  date(): number {
    return this.int4() + POSTGRES_EPOCH_DAYS;
  }

  text(): string {
    const length = this.buffer.readInt32BE(this.position);
    assert(length >= 0, 'a value is null');
    this.position += 4 + length;
    return this.buffer.toString('utf8', this.position - length, this.position);
  }

  /** An int[] without nulls. */
  int4Array(): number[] {
    return this.array(() => this.int4());
  }

  /** A bigint[] of safe integers without nulls. */
  int8Array(): number[] {
    return this.array(() => this.int8());
  }

  /** True, and the value is passed, when it is null; otherwise the value is still to be read. */
  null(): boolean {
    if (this.buffer.readInt32BE(this.position) !== NULL_LENGTH) return false;
    this.position += 4;
    return true;
  }

  /** One dimension, or none of an empty array; nulls in it are refused by whoever reads them as elements. */
  private array(element: () => number): number[] {
    const dimensions = this.buffer.readInt32BE(this.position + 4);
    assert(dimensions <= 1, 'an array has several dimensions');
    const length = dimensions === 0 ? 0 : this.buffer.readInt32BE(this.position + 16);
    this.position += 16 + dimensions * 8;
    const values: number[] = [];
    for (let index = 0; index < length; index += 1) values.push(element());
    return values;
  }

  private expect(length: number): void {
    assert(this.buffer.readInt32BE(this.position) === length, 'the column has another type than is read');
    this.position += 4;
  }
}
