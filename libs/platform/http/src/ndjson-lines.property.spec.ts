import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { ndjsonLines } from './ndjson-lines';
import type { NdjsonLine } from './ndjson-lines';

const LIMIT = 200_000;
const HEAD = 64 * 1024;
const limits = { lineBytesMax: LIMIT, bytesMax: Number.MAX_SAFE_INTEGER, linesMax: 1_000 };

function* chunksOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let start = 0;
  for (let index = 0; start < bytes.length; index += 1) {
    const size = Math.max(1, sizes[index % Math.max(1, sizes.length)] ?? bytes.length);
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function* asynchronous(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function split(bytes: Buffer, sizes: readonly number[]): Promise<NdjsonLine[]> {
  const lines: NdjsonLine[] = [];
  for await (const batch of ndjsonLines(asynchronous(chunksOf(bytes, sizes)), limits)) lines.push(...batch);
  return lines;
}

/** The same by the plainest means: the whole text at once. */
function expected(bytes: Buffer): NdjsonLine[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .map((text) => Buffer.from(text.endsWith('\r') ? text.slice(0, -1) : text, 'latin1'))
    .map((line, index, all) => ({
      ...(index === all.length - 1 ? { unterminated: true as const } : {}),
      number: index + 1,
      bytes: line.length > LIMIT ? line.subarray(0, HEAD) : line,
      overlong:
        line.length > LIMIT
          ? { length: line.length, sha256: createHash('sha256').update(line).digest('hex') }
          : null,
    }))
    .filter((line) => line.bytes.length > 0);
}

const end = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n', '\r\r\n');
const shortLine = fc.string({ maxLength: 40, unit: fc.constantFrom('a', '\r', '"', ' ') });
const longLine = fc
  .constantFrom(LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 2, LIMIT * 2)
  .map((length) => 'x'.repeat(length));
const line = fc.oneof({ weight: 9, arbitrary: shortLine }, { weight: 1, arbitrary: longLine });
const text = fc
  .tuple(fc.array(fc.tuple(line, end), { maxLength: 20 }), line)
  .map(([lines, last]) => lines.map(([content, ending]) => content + ending).join('') + last);

describe('ndjsonLines', () => {
  it('finds the same lines however the bytes arrive', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(text, sizes, async (content, chunkSizes) => {
        const bytes = Buffer.from(content, 'latin1');
        const few = content.length > 10_000 ? chunkSizes.map((size) => size + 1_000) : chunkSizes;
        const found = await split(bytes, few);
        const wanted = expected(bytes);
        expect(found.map((item) => ({ ...item, bytes: item.bytes.length }))).toEqual(
          wanted.map((item) => ({ ...item, bytes: item.bytes.length })),
        );
        found.forEach((item, index) => {
          expect(item.bytes.equals(wanted[index]?.bytes ?? Buffer.alloc(0))).toBe(true);
        });
      }),
      { seed: 20261124, numRuns: 300 },
    );
  });

  it('copies no line that lies within one chunk', async () => {
    const chunk = Buffer.from('{"a":1}\n{"b":2}\n');
    const lines = await split(chunk, [chunk.length]);
    expect(lines.map((item) => item.bytes.buffer === chunk.buffer)).toEqual([true, true]);
  });

  it('goes on behind an over-long line', async () => {
    const lines = await split(Buffer.from(`1\n${'x'.repeat(LIMIT * 3)}\r\n3`), [65_536]);
    expect(lines.map((item) => [item.number, item.bytes.length, item.overlong?.length])).toEqual([
      [1, 1, undefined],
      [2, HEAD, LIMIT * 3],
      [3, 1, undefined],
    ]);
  });

  it('ends with bodyTooLarge when all lines together pass the limit', async () => {
    const read = async (): Promise<void> => {
      const source = asynchronous(chunksOf(Buffer.alloc(1_000, 'a\n'), [100]));
      for await (const lines of ndjsonLines(source, { lineBytesMax: 10, bytesMax: 500, linesMax: 1_000 })) {
        expect(lines.length).toBe(50);
      }
    };
    await expect(read()).rejects.toMatchObject({ problem: { code: 'bodyTooLarge' } });
  });

  it('ends likewise when there are too many lines, and hands many over in slices', async () => {
    const sizes: number[] = [];
    const read = async (lines: number): Promise<void> => {
      const source = asynchronous(chunksOf(Buffer.from('a\n'.repeat(lines)), [10_000]));
      for await (const slice of ndjsonLines(source, limits)) sizes.push(slice.length);
    };
    await read(600);
    expect(sizes).toEqual([250, 250, 100]);
    await expect(read(1_001)).rejects.toMatchObject({ problem: { code: 'bodyTooLarge' } });
  });
});
