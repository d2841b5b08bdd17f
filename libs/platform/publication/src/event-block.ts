import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { assert } from '@potok/kernel/assert';

/**
 * The values of one transaction's events of one stream as one stored value: far less write-ahead log than a row for
 * each. Layout before compression (deflate, level 1): count, then that many lengths, all unsigned 32 bits little
 * endian, then the values.
 */
const WORD_BYTES = 4;
const LEVEL = 1;
const OUTPUT_BYTES_MIN = 4 * 1024;
/** A stored block that claims to be larger is damaged. */
const INFLATED_BYTES_MAX = 1 << 30;

export function encodeEventBlock(values: readonly Uint8Array[]): Buffer {
  let bytes = WORD_BYTES * (1 + values.length);
  for (const value of values) bytes += value.length;
  const framed = Buffer.allocUnsafe(bytes);
  framed.writeUInt32LE(values.length, 0);
  let lengthAt = WORD_BYTES;
  let valueAt = WORD_BYTES * (1 + values.length);
  for (const value of values) {
    framed.writeUInt32LE(value.length, lengthAt);
    framed.set(value, valueAt);
    lengthAt += WORD_BYTES;
    valueAt += value.length;
  }
  // One output buffer of about the size that is needed, instead of many or one far too large.
  return deflateRawSync(framed, { level: LEVEL, chunkSize: Math.max(OUTPUT_BYTES_MIN, bytes >> 1) });
}

/** The values as they were given, in their order; slices of one buffer. */
export function decodeEventBlock(block: Uint8Array): Buffer[] {
  const framed = inflateRawSync(block, { maxOutputLength: INFLATED_BYTES_MAX });
  const count = framed.readUInt32LE(0);
  const values: Buffer[] = [];
  let valueAt = WORD_BYTES * (1 + count);
  for (let index = 0; index < count; index += 1) {
    const length = framed.readUInt32LE(WORD_BYTES * (1 + index));
    assert(valueAt + length <= framed.length, 'an event block is shorter than it says');
    values.push(framed.subarray(valueAt, valueAt + length));
    valueAt += length;
  }
  return values;
}
