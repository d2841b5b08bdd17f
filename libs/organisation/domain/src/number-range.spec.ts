import * as fc from 'fast-check';
import { overlaps } from './number-range';

const range = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.option(fc.integer({ min: 0, max: 10 })))
  .map(([fromNumber, length]) => ({ fromNumber, toNumber: length === null ? null : fromNumber + length }));

function numbersOf({ fromNumber, toNumber }: { fromNumber: number; toNumber: number | null }): Set<number> {
  const end = toNumber ?? 60;
  return new Set(Array.from({ length: end - fromNumber + 1 }, (_, index) => fromNumber + index));
}

describe('overlaps', () => {
  it('says whether two ranges share a number, in either order', () => {
    fc.assert(
      fc.property(range, range, (first, second) => {
        const shared = [...numbersOf(first)].some((number) => numbersOf(second).has(number));
        expect(overlaps(first, second)).toBe(shared);
        expect(overlaps(second, first)).toBe(shared);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
