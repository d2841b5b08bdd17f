import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { inflate } from './inflate';
import type { InflationLimits } from './inflate';

const MIB = 1024 * 1024;
const limits: InflationLimits = { bytesMax: 64 * MIB, ratioMax: 100, ratioGraceBytes: MIB };

/** Everything that comes out, or the code of the problem and how much came before it. */
async function read(stream: Readable): Promise<{ bytes: number; code: string | null }> {
  let bytes = 0;
  try {
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    return { bytes, code: null };
  } catch (error) {
    return { bytes, code: (error as { problem?: { code: string } }).problem?.code ?? String(error) };
  }
}

describe('inflate', () => {
  it('gives the body as it was', async () => {
    const text = Array.from({ length: 50_000 }, (_, index) => `{"number":${String(index)}}\n`).join('');
    expect(await read(inflate(Readable.from([gzipSync(text)]), limits))).toEqual({
      bytes: text.length,
      code: null,
    });
  });

  it('ends a bomb by its ratio, with little more than the grace inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(60 * MIB));
    const { bytes, code } = await read(inflate(Readable.from([bomb]), limits));
    expect(code).toBe('compressionRatio');
    expect(bytes).toBeLessThan(10 * MIB);
  });

  it('ends a body that inflates beyond the limit', async () => {
    const large = gzipSync(Buffer.alloc(3 * MIB));
    const { bytes, code } = await read(
      inflate(Readable.from([large]), { ...limits, bytesMax: 2 * MIB, ratioMax: 2_000 }),
    );
    expect(code).toBe('bodyTooLarge');
    expect(bytes).toBeLessThanOrEqual(2 * MIB);
  });

  it.each([
    ['is no gzip', Buffer.from('plain words')],
    ['is cut off', gzipSync('x'.repeat(1_000)).subarray(0, 25)],
  ])('says so when the body %s', async (_what, bytes) => {
    expect((await read(inflate(Readable.from([bytes]), limits))).code).toBe('malformedEncoding');
  });

  it('stops reading the source once it refused the body', async () => {
    const source = new PassThrough();
    source.write(gzipSync(Buffer.alloc(60 * MIB)));
    await read(inflate(source, limits));
    expect(source.destroyed).toBe(true);
  });
});
