import { pipeline, Transform } from 'node:stream';
import type { Readable, TransformCallback } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { httpProblems, ProblemError } from './problem';

export interface InflationLimits {
  /** Inflated bytes of one body. */
  readonly bytesMax: number;
  /** Inflated bytes per received byte; looked at once `ratioGraceBytes` are out. */
  readonly ratioMax: number;
  readonly ratioGraceBytes: number;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * The body inflated as it arrives, never more in memory than a few chunks. Ends with `bodyTooLarge` or
 * `compressionRatio` as soon as a limit is passed, with `malformedEncoding` when it is no whole gzip stream.
 */
export function inflate(source: Readable, limits: InflationLimits): Readable {
  const counter = new EncodedCounter();
  const guard = new InflationGuard(counter, limits);
  pipeline(source, counter, createGunzip({ chunkSize: CHUNK_BYTES }), guard, () => {
    // The guard carries the error to whoever reads it.
  });
  return guard;
}

class EncodedCounter extends Transform {
  bytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    done(null, chunk);
  }
}

class InflationGuard extends Transform {
  private bytes = 0;

  constructor(
    private readonly encoded: EncodedCounter,
    private readonly limits: InflationLimits,
  ) {
    super();
  }

  /** Fastify compares it with `content-length`. */
  get receivedEncodedLength(): number {
    return this.encoded.bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    const { bytesMax, ratioMax, ratioGraceBytes } = this.limits;
    if (this.bytes > bytesMax) {
      done(
        new ProblemError(httpProblems.bodyTooLarge, {
          detail: `more than ${String(bytesMax)} bytes inflated`,
        }),
      );
    } else if (this.bytes > ratioGraceBytes && this.bytes > ratioMax * this.encoded.bytes) {
      done(new ProblemError(httpProblems.compressionRatio, { detail: `more than ${String(ratioMax)} to 1` }));
    } else {
      done(null, chunk);
    }
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(isZlibError(error) ? new ProblemError(httpProblems.malformedEncoding) : error);
  }
}

function isZlibError(error: Error | null): boolean {
  if (error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && error.code.startsWith('Z_');
}
