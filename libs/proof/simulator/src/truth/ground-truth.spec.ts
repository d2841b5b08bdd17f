import type { DocumentFacts } from './document-facts';
import { GroundTruth, stockKey } from './ground-truth';

const sale: DocumentFacts = {
  key: 'store-0001/1',
  kind: 'sale',
  storeId: 'store-0001',
  registerId: 'store-0001-1',
  identities: ['fn|7380440000000001|1'],
  expected: 'accepted',
  code: null,
  heldFirst: false,
  role: 'sale',
  lineCount: 3,
  lines: [
    [1, 'p-1', 'store-0001', -24_000],
    [2, 'p-2', 'store-0001-back', -345],
    [3, 'unmatched|barcode|4699901000011', 'store-0001', -1000],
  ],
  receipt: null,
  closeReport: null,
};

describe('the books of the simulator', () => {
  it('add deliveries and take sales, by location and product', () => {
    const truth = new GroundTruth();
    truth.addDelivery({
      storeId: 'store-0001',
      locationId: 'store-0001',
      productId: 'p-1',
      quantityMilli: 30_000,
    });
    truth.add(sale);
    truth.add({
      ...sale,
      kind: 'return',
      lineCount: 1,
      lines: [[1, 'p-1', 'store-0001', 2000]],
    });
    expect(Object.fromEntries(truth.balances())).toEqual({
      [stockKey('store-0001', 'store-0001', 'p-1')]: 8000,
      [stockKey('store-0001', 'store-0001-back', 'p-2')]: -345,
      [stockKey('store-0001', 'store-0001', 'unmatched|barcode|4699901000011')]: -1000,
    });
    expect(truth.totals).toMatchObject({
      documents: 2,
      accepted: 2,
      lines: 4,
      linesUnmatched: 1,
      carried: {},
    });
  });

  it('count repeats, variants and bound copies as nothing new', () => {
    const truth = new GroundTruth();
    for (const expected of ['accepted', 'repeat', 'variant', 'bound'] as const) {
      truth.add(expected === 'accepted' ? sale : { ...sale, expected, lines: [], lineCount: 0 });
    }
    expect(truth.totals).toMatchObject({
      documents: 3,
      repeats: 1,
      accepted: 1,
      variants: 1,
      bound: 1,
      lines: 3,
    });
    expect(truth.balances().get(stockKey('store-0001', 'store-0001', 'p-1'))).toBe(-24_000);
  });

  it('expect a row of quarantine for refused, held and released documents, and held ones to stay until decided', () => {
    const truth = new GroundTruth();
    const nothing = { ...sale, lines: [], lineCount: 0 };
    truth.add({ ...nothing, expected: 'rejected', code: 'invalidJson' });
    truth.add({ ...nothing, expected: 'held', code: 'conflict' });
    truth.add({ ...nothing, expected: 'held', code: 'bodyUnusable' });
    truth.add({ ...sale, heldFirst: true });
    expect(truth.totals).toMatchObject({ quarantined: 4, held: 2, conflicts: 1, accepted: 1 });
    truth.add({ ...nothing, expected: 'held', code: 'conflict', verdict: 'keep' });
    expect(truth.totals).toMatchObject({ quarantined: 5, held: 2, conflicts: 2, accepted: 1 });
  });

  it('count what is carried and posts nothing by its kind', () => {
    const truth = new GroundTruth();
    truth.add({ ...sale, kind: 'shiftClosed', role: 'carried', lines: [], lineCount: 0 });
    truth.add({ ...sale, kind: 'prepayment', lines: [], lineCount: 2 });
    expect(truth.totals.carried).toEqual({ shiftClosed: 1, prepayment: 1 });
  });
});
