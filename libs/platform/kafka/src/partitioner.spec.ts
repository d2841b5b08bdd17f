import { murmur2, murmur2Partition } from './partitioner';

/** From the tests of Kafka's own client (UtilsTest.testMurmur2). */
const VECTORS: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

it.each(VECTORS)('murmur2 of %s is what the Java client computes', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
  expect(murmur2Partition(key, 12)).toBe((hash & 0x7fffffff) % 12);
});

it('keys are hashed by their UTF-8 bytes', () => {
  expect(murmur2Partition('магазин', 12)).toBe(murmur2Partition(Buffer.from('магазин'), 12));
});
