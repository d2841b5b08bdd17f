import type { DocumentFacts } from '@potok/proof-simulator/truth/document-facts';
import { compareMeaning } from './compare-meaning';
import { Faults } from './faults';
import type { DecidedLine } from './receipts-book';

const facts: DocumentFacts = {
  key: 'store-0001/1',
  kind: 'sale',
  storeId: 'store-0001',
  registerId: 'store-0001-1',
  identities: [],
  expected: 'accepted',
  code: null,
  heldFirst: false,
  role: 'sale',
  lineCount: 3,
  lines: [[1, 'p-1', 'store-0001', -2000]],
  receipt: {
    businessDate: '2026-03-02',
    operation: 'sale',
    purpose: 'purchase',
    operationId: null,
    cashier: 'т-1',
    totalKopecks: 300,
    discountKopecks: 0,
    lines: [
      [1, 'p-1', 'sale', 100],
      [2, 'p-2', 'agent', 100],
      [3, 'p-3', 'sale', 100],
    ],
    payments: [],
    vat: [],
    undecidedLines: [3],
    personDecides: null,
  },
  closeReport: null,
};

const right: readonly (readonly [number, DecidedLine])[] = [
  [1, { productId: 'p-1', stockEffect: 'out', recognition: 'sale' }],
  [2, { productId: 'p-2', stockEffect: 'none', recognition: 'agent' }],
  [3, { productId: 'p-3', stockEffect: 'unknown', recognition: 'sale' }],
];

function mismatches(change: (lines: Map<number, DecidedLine>) => void, of = facts): number {
  const lines = new Map(right);
  change(lines);
  const faults = new Faults();
  compareMeaning(of, lines, faults);
  return faults.count('meaning');
}

describe('the audit of meaning', () => {
  it('finds nothing where each line is decided as it should be', () => {
    expect(mismatches(() => undefined)).toBe(0);
  });

  it.each<[string, (lines: Map<number, DecidedLine>) => void]>([
    ['is decided by nobody', (lines) => lines.delete(1)],
    [
      'goes the wrong way',
      (lines) => lines.set(1, { productId: 'p-1', stockEffect: 'in', recognition: 'sale' }),
    ],
    [
      'moves although it should not',
      (lines) => lines.set(2, { productId: 'p-2', stockEffect: 'out', recognition: 'agent' }),
    ],
    [
      "is counted as own although it is another's",
      (lines) => lines.set(2, { productId: 'p-2', stockEffect: 'none', recognition: 'sale' }),
    ],
    [
      'is decided although a person has to',
      (lines) => lines.set(3, { productId: 'p-3', stockEffect: 'out', recognition: 'sale' }),
    ],
  ])('names a line that %s', (_, change) => {
    expect(mismatches(change)).toBe(1);
  });

  it('says nothing of what is no completed receipt', () => {
    expect(
      mismatches(
        (lines) => {
          lines.clear();
        },
        { ...facts, receipt: null },
      ),
    ).toBe(0);
  });
});
