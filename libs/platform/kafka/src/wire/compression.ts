import { promisify } from 'node:util';
import { type ZlibOptions, gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';

const CODEC_MASK = 0x07;
const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export const CODEC_NONE = 0;
export const CODEC_GZIP = 1;

/** Level 1: a receipt topic compresses about as well and costs a third of the default level 6. */
const GZIP_LEVEL = 1;
/**
 * The state of a compression is as large as its window and its table of hashes, 256 KiB by default whatever is
 * compressed, and counts as memory that V8 must collect: for small record batches that alone is what it collects for.
 */
const SMALL_BYTES_MAX = 16 * 1024;
const SMALL_STATE = { windowBits: 13, memLevel: 6 };
/** Below these a round trip to the thread pool costs more than the work, which holds the event loop for 0.1 ms. */
const GZIP_SYNC_BYTES_MAX = 64 * 1024;
const GUNZIP_SYNC_BYTES_MAX = 16 * 1024;
/** A record batch of 4 MiB must not unfold without limit. */
const UNCOMPRESSED_BYTES_MAX = 128 * 1024 * 1024;

/** JSON of events becomes about this many times smaller, and state several times more. */
const RATIO_EXPECTED = 5;
/** zlib works in steps of this: one step for a whole record batch is several times cheaper than many small ones. */
const CHUNK_BYTES_MIN = 1024;
const CHUNK_BYTES_MAX = 16 * 1024 * 1024;

const gzipInThreadPool = promisify<Buffer, ZlibOptions, Buffer>(gzip);
const gunzipInThreadPool = promisify<Buffer, ZlibOptions, Buffer>(gunzip);

/** A record batch in a codec that Potok does not read: its producer must write gzip or none. */
export class UnsupportedCompressionError extends Error {
  override readonly name = 'UnsupportedCompressionError';

  constructor(readonly codec: string) {
    super(`records are compressed with ${codec}; Potok reads gzip and uncompressed record batches only`);
  }
}

export async function compressGzip(bytes: Buffer): Promise<Buffer> {
  const options = {
    level: GZIP_LEVEL,
    chunkSize: chunkOf(bytes.length / RATIO_EXPECTED),
    ...(bytes.length <= SMALL_BYTES_MAX ? SMALL_STATE : {}),
  };
  return bytes.length <= GZIP_SYNC_BYTES_MAX ? gzipSync(bytes, options) : gzipInThreadPool(bytes, options);
}

/** `attributes` are those of the record batch. */
export async function decompress(attributes: number, bytes: Buffer): Promise<Buffer> {
  const codec = attributes & CODEC_MASK;
  if (codec === CODEC_NONE) return bytes;
  if (codec !== CODEC_GZIP)
    throw new UnsupportedCompressionError(CODEC_NAMES[codec] ?? `codec ${String(codec)}`);
  const options = { maxOutputLength: UNCOMPRESSED_BYTES_MAX, chunkSize: chunkOf(statedLength(bytes) + 1) };
  return bytes.length <= GUNZIP_SYNC_BYTES_MAX
    ? gunzipSync(bytes, options)
    : gunzipInThreadPool(bytes, options);
}

function chunkOf(expectedBytes: number): number {
  return Math.ceil(Math.min(Math.max(expectedBytes, CHUNK_BYTES_MIN), CHUNK_BYTES_MAX));
}

/**
 * What gzip's trailer says of the length before compression: a hint for the size of the buffer alone. With one byte more
 * zlib sees the end in its first step; with exactly as many it is given as much memory again.
 */
function statedLength(bytes: Buffer): number {
  return bytes.length >= 4 ? bytes.readUInt32LE(bytes.length - 4) : 0;
}
