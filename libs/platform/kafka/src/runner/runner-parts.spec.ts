import type { LogRecord } from '../log';
import { backoffMs } from './backoff';
import { failureDetail } from './failure-detail';
import { QuarantineRate } from './quarantine-rate';
import { positiveInteger } from './record-head';
import { SliceInHand, endOf, fillsCaps, halves, takeChunks } from './slice-in-hand';

function sliceOf(partition: number, offsets: readonly number[], position = offsets[0] ?? 0): SliceInHand {
  const records = offsets.map((offset): LogRecord => {
    return {
      topic: 't',
      partition,
      offset,
      timestampMs: 0,
      key: null,
      value: Buffer.alloc(1_000),
      headers: {},
    };
  });
  return new SliceInHand({ topic: 't', partition, records, highWatermark: 100 }, position, () => undefined);
}

describe('a number in a header', () => {
  it.each([
    ['1', 1],
    ['900719925474099', 900_719_925_474_099],
    ['', 0],
    ['0', 0],
    ['-1', 0],
    ['1.5', 0],
    ['1e3', 0],
    [' 1', 0],
    ['9007199254740993', 0],
  ])('%j is %d', (text, value) => {
    expect(positiveInteger(Buffer.from(text))).toBe(value);
  });
});

describe('the quarantine rate', () => {
  it('allows ten of a thousand, not eleven', () => {
    const rate = new QuarantineRate();
    rate.count(1_000, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rate.exceededBy([0])).toBe(false);
    rate.count(1, [0]);
    expect(rate.exceededBy([0])).toBe(false);
    rate.count(991, []);
    expect(rate.exceededBy([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toBe(false);
    expect(rate.exceededBy([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBe(true);
  });

  it('forgets what lies more than a thousand records back', () => {
    const rate = new QuarantineRate();
    rate.count(10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rate.exceededBy([0])).toBe(true);
    rate.count(1_000, []);
    expect(rate.exceededBy([0])).toBe(false);
  });

  it('sees one per cent of a large batch as one per cent', () => {
    const rate = new QuarantineRate();
    const everyHundredth = Array.from({ length: 50 }, (_, index) => index * 100 + 99);
    expect(rate.exceededBy(everyHundredth)).toBe(false);
    expect(rate.exceededBy(everyHundredth.map((place) => place - 10 * Math.floor(place / 1_000)))).toBe(true);
  });
});

describe('the chunks of a transaction', () => {
  it('come from several slices until the records are enough', () => {
    const chunks = takeChunks([sliceOf(0, [5, 6, 7]), sliceOf(1, [1, 2, 3])], {
      recordsMax: 5,
      bytesMax: 1e9,
      lingerMs: 0,
    });
    expect(chunks.map(({ from, to, startPosition }) => [from, to, startPosition])).toEqual([
      [0, 3, 5],
      [0, 2, 1],
    ]);
  });

  it('hold one record at least, however large it is', () => {
    const caps = { recordsMax: 5, bytesMax: 1, lingerMs: 0 };
    const waiting = [sliceOf(0, [5, 6, 7]), sliceOf(1, [1])];
    expect(takeChunks(waiting, caps).map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
    expect(fillsCaps(waiting, caps)).toBe(true);
    expect(fillsCaps(waiting, { ...caps, recordsMax: 5, bytesMax: 1e9 })).toBe(false);
  });

  it('leave out what lies before the position', () => {
    const [chunk] = takeChunks([sliceOf(0, [5, 6, 7], 7)], { recordsMax: 5, bytesMax: 1e9, lingerMs: 0 });
    expect(chunk).toMatchObject({ from: 2, to: 3, startPosition: 7 });
  });

  it('halve so that the right half begins where the left one ends, over gaps of the log', () => {
    const slice = sliceOf(0, [5, 9, 11]);
    const [left, right] = halves({ slice, from: 0, to: 3, startPosition: 5 });
    expect([left.from, left.to, left.startPosition, endOf(left)]).toEqual([0, 2, 5, 10]);
    expect([right.from, right.to, right.startPosition, endOf(right)]).toEqual([2, 3, 10, 12]);
  });
});

describe('repeats', () => {
  it('wait twice as long each time up to the limit, half of it at random', () => {
    const backoff = { firstMs: 100, maxMs: 1_000 };
    expect([1, 2, 3, 9].map((attempt) => backoffMs(backoff, attempt, 0))).toEqual([50, 100, 200, 500]);
    expect([1, 2, 3, 9].map((attempt) => backoffMs(backoff, attempt, 1))).toEqual([100, 200, 400, 1_000]);
  });
});

describe('the detail of a failure', () => {
  it('never quotes a value that cannot be parsed', () => {
    const parse = (): unknown => JSON.parse('{"name": "Ivanov');
    let detail = '';
    try {
      parse();
    } catch (error) {
      detail = failureDetail(error);
    }
    expect(detail).toBe('SyntaxError: the value cannot be parsed');
  });
});
