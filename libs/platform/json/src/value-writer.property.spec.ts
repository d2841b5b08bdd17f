import fc from 'fast-check';
import { ValueWriter } from './value-writer';

const piece = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  fc.maxSafeInteger(),
  fc.nat({ max: 1_000 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, 9, 10, 99, 100, 1_073_741_823, 1_073_741_824, -1),
  fc.uint8Array({ maxLength: 40 }),
);

describe('writing values', () => {
  it('gives each value its own bytes, whatever comes behind it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(piece), { maxLength: 12 }),
        fc.integer({ min: 1, max: 200 }),
        (values, space) => {
          const writer = new ValueWriter(space);
          const written = values.map((pieces) => {
            for (const one of pieces) {
              if (typeof one === 'string') writer.text(one);
              else if (typeof one === 'number') writer.number(one);
              else writer.bytes(one);
            }
            return writer.end();
          });
          const expected = values.map((pieces) =>
            Buffer.concat(pieces.map((one) => (one instanceof Uint8Array ? one : Buffer.from(String(one))))),
          );
          expect(written).toEqual(expected);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});
