import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { decodeEventBlock, encodeEventBlock } from './event-block';

describe('event blocks', () => {
  it('give back what was put in, byte by byte and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 40 }), (values) => {
        const decoded = decodeEventBlock(encodeEventBlock(values));
        expect(decoded.map((value) => [...value])).toEqual(values.map((value) => [...value]));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('refuse a block that is shorter than it says', () => {
    const framed = Buffer.alloc(8);
    framed.writeUInt32LE(1, 0);
    framed.writeUInt32LE(100, 4);
    expect(() => decodeEventBlock(deflateRawSync(framed))).toThrow('shorter than it says');
  });
});
