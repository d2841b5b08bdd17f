import type { LogRecord, ProducerRecord } from '../log';
import { ByteReader } from './byte-reader';
import { ByteWriter, varintSize } from './byte-writer';
import { CODEC_GZIP, CODEC_NONE, compressGzip, decompress } from './compression';
import { crc32c } from './crc32c';
import { ScratchBuffers } from './scratch-buffers';

/** Record batches of format 2, the only one since Kafka 4. */
const MAGIC = 2;
const HEADER_BYTES = 61;
/** Base offset and length: what stands before the counted part. */
const PREFIX_BYTES = 12;
const CONTROL_MASK = 0x20;
const APPEND_TIME_MASK = 0x08;
const CRC_FROM = 21;

const NO_HEADERS: Readonly<Record<string, Buffer>> = Object.freeze({});
const EMPTY = Buffer.alloc(0);

interface BatchContext {
  readonly topic: string;
  readonly partition: number;
  readonly header: BatchHeader;
  readonly body: Buffer;
  readonly names: HeaderNames;
}

/** Decodes headers only when they are asked for: most consumers need one or two of the names. */
class DecodedRecord implements LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  private readonly batch: BatchContext;
  private readonly headersAt: number;
  private decodedHeaders: Readonly<Record<string, Buffer>> | null = null;

  /** Reads the record at the reader's position, up to its headers. */
  constructor(batch: BatchContext, reader: ByteReader) {
    const { header } = batch;
    this.topic = batch.topic;
    this.partition = batch.partition;
    reader.position += 1;
    const timestampDelta = reader.varint();
    this.timestampMs =
      (header.attributes & APPEND_TIME_MASK) === 0
        ? header.baseTimestamp + timestampDelta
        : header.maxTimestamp;
    this.offset = header.baseOffset + reader.varint();
    this.key = reader.varintBytes();
    this.value = reader.varintBytes();
    this.batch = batch;
    this.headersAt = reader.position;
  }

  get headers(): Readonly<Record<string, Buffer>> {
    return (this.decodedHeaders ??= decodeHeaders(this.batch, this.headersAt));
  }
}

/** Records of one batch have the same header names in the same order: each is decoded once and compared by bytes. */
class HeaderNames {
  private readonly known: { readonly bytes: Buffer; readonly name: string }[] = [];

  read(reader: ByteReader, index: number): string {
    const length = reader.varint();
    const known = this.known[index];
    if (known?.bytes.length === length && sameBytes(known.bytes, reader)) {
      reader.position += length;
      return known.name;
    }
    const bytes = reader.slice(length);
    const name = bytes.toString('latin1');
    this.known[index] = { bytes, name };
    return name;
  }
}

function sameBytes(bytes: Buffer, reader: ByteReader): boolean {
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index] !== reader.bytes[reader.position + index]) return false;
  }
  return true;
}

function decodeHeaders({ body, names }: BatchContext, at: number): Readonly<Record<string, Buffer>> {
  const reader = new ByteReader(body, at);
  const count = reader.varint();
  if (count <= 0) return NO_HEADERS;
  const headers: Record<string, Buffer> = {};
  for (let index = 0; index < count; index += 1) {
    const name = names.read(reader, index);
    const value = reader.varintBytes() ?? EMPTY;
    if (name !== '__proto__') headers[name] = value;
  }
  return headers;
}

export interface DecodedRecords {
  readonly records: readonly LogRecord[];
  /** Where the log goes on after these batches, passed-over control records and compacted gaps included. */
  readonly nextOffset: number;
}

interface BatchHeader {
  readonly baseOffset: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
}

function readBatchHeader(reader: ByteReader): BatchHeader {
  const baseOffset = reader.int64();
  reader.position += 8;
  const magic = reader.int8();
  if (magic !== MAGIC) throw new Error(`record batch of format ${String(magic)}; only format 2 is read`);
  reader.position += 4;
  const attributes = reader.int16();
  const lastOffsetDelta = reader.int32();
  const baseTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  reader.position += 14;
  return { baseOffset, attributes, lastOffsetDelta, baseTimestamp, maxTimestamp, count: reader.int32() };
}

export interface DecodeSource {
  readonly topic: string;
  readonly partition: number;
  /** Earlier records of the first batch are passed over. */
  readonly fromOffset: number;
  readonly bytes: Buffer;
}

/** Where the log goes on after the whole record batches of a fetch: read from their headers alone. */
export function endOfRecordBatches(bytes: Buffer, fromOffset: number): number {
  let end = fromOffset;
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const next = at + PREFIX_BYTES + bytes.readInt32BE(at + 8);
    if (next > bytes.length) break;
    const header = readBatchHeader(new ByteReader(bytes, at));
    end = Math.max(end, header.baseOffset + header.lastOffsetDelta + 1);
    at = next;
  }
  return end;
}

/** Decodes the whole record batches of a fetch; a batch cut off at the end is left for the next fetch. */
export async function decodeRecordBatches(source: DecodeSource): Promise<DecodedRecords> {
  const records: LogRecord[] = [];
  let nextOffset = source.fromOffset;
  let at = 0;
  while (at + HEADER_BYTES <= source.bytes.length) {
    const end = at + PREFIX_BYTES + source.bytes.readInt32BE(at + 8);
    if (end > source.bytes.length) break;
    const reader = new ByteReader(source.bytes, at);
    const header = readBatchHeader(reader);
    if ((header.attributes & CONTROL_MASK) === 0) {
      const body = await decompress(header.attributes, source.bytes.subarray(at + HEADER_BYTES, end));
      const { topic, partition, fromOffset } = source;
      decodeRecords({ topic, partition, header, body, names: new HeaderNames() }, fromOffset, records);
    }
    nextOffset = Math.max(nextOffset, header.baseOffset + header.lastOffsetDelta + 1);
    at = end;
  }
  return { records, nextOffset };
}

function decodeRecords(batch: BatchContext, fromOffset: number, into: LogRecord[]): void {
  const reader = new ByteReader(batch.body);
  for (let left = batch.header.count; left > 0; left -= 1) {
    const length = reader.varint();
    const end = reader.position + length;
    const record = new DecodedRecord(batch, reader);
    if (record.offset >= fromOffset) into.push(record);
    reader.position = end;
  }
}

/** UTF-8 takes at most three bytes for each unit of a JavaScript string. */
const UTF8_BYTES_MAX = 3;

/** An upper bound of what a record takes uncompressed, close for values, rough for texts. */
export function recordBytes(record: ProducerRecord): number {
  let textLength = record.key?.length ?? 0;
  let count = 0;
  for (const name in record.headers) {
    textLength += name.length + (record.headers[name]?.length ?? 0);
    count += 1;
  }
  return 24 + (record.value?.length ?? 0) + count * 6 + textLength * UTF8_BYTES_MAX;
}

function writeHeaders(writer: ByteWriter, headers: Readonly<Record<string, string>>): void {
  const names = Object.keys(headers);
  writer.varint(names.length);
  for (const name of names) writer.varintText(name).varintText(headers[name] ?? '');
}

/** The length stands before the record: room for it is left as the estimate says, and corrected when that errs. */
function writeRecord(writer: ByteWriter, record: ProducerRecord, offsetDelta: number): void {
  const { key, value, headers } = record;
  const start = writer.position;
  const room = varintSize(recordBytes(record));
  writer.skip(room).int8(0).varint(0).varint(offsetDelta);
  if (key === null) writer.varint(-1);
  else writer.varintText(key);
  if (value === null) writer.varint(-1);
  else writer.varint(value.length).raw(value);
  writeHeaders(writer, headers);
  writer.putVarintBefore(start, room);
}

/**
 * One record batch, gzip of level 1 where that makes it smaller. No producer id: a repeat is recognised by the
 * event's own sequence, never by the broker.
 */
export async function encodeRecordBatch(
  records: readonly ProducerRecord[],
  timestampMs: number,
  scratch = new ScratchBuffers(),
): Promise<Buffer> {
  const memory = scratch.take(records.reduce((sum, record) => sum + recordBytes(record), 0));
  const body = new ByteWriter(memory);
  records.forEach((record, index) => {
    writeRecord(body, record, index);
  });
  const plain = body.done();
  const gzipped = await compressGzip(plain);
  const smaller = gzipped.length < plain.length;
  const content = smaller ? gzipped : plain;
  const batch = frame(content, {
    codec: smaller ? CODEC_GZIP : CODEC_NONE,
    count: records.length,
    timestampMs,
  });
  scratch.give(memory);
  return batch;
}

interface BatchFacts {
  readonly codec: number;
  readonly count: number;
  readonly timestampMs: number;
}

function frame(content: Buffer, { codec, count, timestampMs }: BatchFacts): Buffer {
  const batch = new ByteWriter(HEADER_BYTES + content.length)
    .int64(0)
    .int32(HEADER_BYTES - PREFIX_BYTES + content.length)
    .int32(-1)
    .int8(MAGIC)
    .int32(0)
    .int16(codec)
    .int32(count - 1)
    .int64(timestampMs)
    .int64(timestampMs)
    .int64(-1)
    .int16(-1)
    .int32(-1)
    .int32(count)
    .raw(content)
    .done();
  batch.writeUInt32BE(crc32c(batch.subarray(CRC_FROM)), CRC_FROM - 4);
  return batch;
}
