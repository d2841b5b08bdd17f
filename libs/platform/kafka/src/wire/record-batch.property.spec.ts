import fc from 'fast-check';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';
import { crc32c } from './crc32c';
import { decodeRecordBatches, encodeRecordBatch, endOfRecordBatches, recordBytes } from './record-batch';
import { ScratchBuffers } from './scratch-buffers';

const SEED = 20_261_124;
const scratch = new ScratchBuffers();
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const headerName = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz_-'),
  minLength: 1,
  maxLength: 20,
});
const produced = fc.record({
  key: fc.option(text),
  value: fc.option(fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(headerName, text, { maxKeys: 6 }),
});

function placedAt(batch: Buffer, baseOffset: number): Buffer {
  batch.writeBigInt64BE(BigInt(baseOffset), 0);
  return batch;
}

describe('record batches', () => {
  it('what was encoded is decoded again, from any offset on, a cut-off batch left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(produced, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(60),
        async (batches, seekTo, cut) => {
          // At once and in memory that is used again, as a producer does.
          const whole = await Promise.all(
            batches.map((records) => encodeRecordBatch(records, 1_700_000_000_000, scratch)),
          );
          let end = 1_000;
          const encoded = whole.map((batch, index) => {
            const placed = placedAt(batch, end);
            end += batches[index]?.length ?? 0;
            return placed;
          });
          const fromOffset = 1_000 + (seekTo % (end - 1_000));
          const tail = (encoded[0] ?? Buffer.alloc(0)).subarray(0, cut);
          const bytes = Buffer.concat([...encoded, tail]);
          const decoded = await decodeRecordBatches({ topic: 't', partition: 3, fromOffset, bytes });
          expect(decoded.nextOffset).toBe(end);
          expect(endOfRecordBatches(bytes, fromOffset)).toBe(end);
          const expected = batches.flat().map((one, index) => ({ ...one, offset: 1_000 + index }));
          expect(
            decoded.records.map(({ offset, key, value, headers }) => ({
              offset,
              key: key === null ? null : key.toString('utf8'),
              value,
              headers: Object.fromEntries(
                Object.entries(headers).map(([name, bytes]) => [name, String(bytes)]),
              ),
            })),
          ).toEqual(
            expected
              .filter(({ offset }) => offset >= fromOffset)
              .map((one) => ({ ...one, headers: { ...one.headers } })),
          );
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('the size of a record is never underestimated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(produced, { minLength: 1, maxLength: 5 }), async (records) => {
        const estimated = records.reduce((sum, one) => sum + recordBytes(one), 0);
        expect((await encodeRecordBatch(records, 0)).length).toBeLessThanOrEqual(61 + estimated);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('numbers of every size survive', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (whole, delta) => {
        const reader = new ByteReader(new ByteWriter().int64(whole).varint(delta).done());
        expect([reader.int64(), reader.varint()]).toEqual([whole, delta]);
      }),
      { seed: SEED },
    );
  });

  it('checksums are CRC-32C', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  });
});
