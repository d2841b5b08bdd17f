import fc from 'fast-check';
import { planRanges } from './stream-progress';
import type { PendingStream } from './stream-progress';

const SEED = 20_261_124;

const pendingStreams = fc
  .uniqueArray(
    fc.record({
      name: fc.nat(40),
      from: fc.integer({ min: 1, max: 50 }),
      count: fc.integer({ min: 1, max: 3_000 }),
    }),
    {
      minLength: 1,
      selector: (stream) => stream.name,
    },
  )
  .map((streams) =>
    streams.map(({ name, from, count }): PendingStream => ({
      streamKey: `store-${String(name)}`,
      partition: name % 4,
      epoch: 1,
      fromSeq: from,
      lastSeq: from + count - 1,
      republishNext: null,
    })),
  );

it('ranges start where their stream stands, stay within it and within the limits', () => {
  const property = fc.property(pendingStreams, fc.nat(100), (pending, rotation) => {
    const limits = { eventsPerPartition: 200, bytesMax: 50_000, bytesPerEvent: 100, rotation };
    const ranges = planRanges(pending, limits);
    const behind = new Map(pending.map((stream) => [stream.streamKey, stream]));
    const counts = ranges.map((range) => range.toSeq - range.fromSeq + 1);
    expect(ranges.length).toBeGreaterThan(0);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(500);
    for (const range of ranges) {
      expect(range.fromSeq).toBe(behind.get(range.streamKey)?.fromSeq);
      expect(range.toSeq).toBeLessThanOrEqual(behind.get(range.streamKey)?.lastSeq ?? 0);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

it('with rotation every stream is read in as many rounds as there are streams', () => {
  const property = fc.property(pendingStreams, (pending) => {
    const limits = { eventsPerPartition: 200, bytesMax: 100, bytesPerEvent: 100 };
    const read = pending.flatMap((_, rotation) => planRanges(pending, { ...limits, rotation }));
    expect(new Set(read.map((range) => range.streamKey)).size).toBe(pending.length);
  });
  fc.assert(property, { seed: SEED, numRuns: 200 });
});
