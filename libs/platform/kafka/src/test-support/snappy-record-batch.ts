import { crc32c } from '../wire/crc32c';
import { encodeRecordBatch } from '../wire/record-batch';
import { record } from './log-fixture';

const HEADER_BYTES = 61;
const SNAPPY = 2;
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);

/** A record batch as a foreign producer writes it: one short record, in snappy as one literal. */
export async function snappyRecordBatch(value: string): Promise<Buffer> {
  const plain = await encodeRecordBatch([record(value)], Date.now());
  const body = plain.subarray(HEADER_BYTES);
  const block = Buffer.concat([Buffer.from([body.length, (body.length - 1) << 2]), body]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(block.length);
  const batch = Buffer.concat([plain.subarray(0, HEADER_BYTES), XERIAL_MAGIC, length, block]);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt16BE(SNAPPY, 21);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}
