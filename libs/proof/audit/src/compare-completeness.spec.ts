import type { HoleView } from '@potok/ingestion-contracts/completeness-http';
import type { CloseReportFacts, DocumentFacts } from '@potok/proof-simulator/truth/document-facts';
import { compareCloseReports, compareGaps, expectedGaps } from './compare-completeness';
import { CompletenessBook } from './completeness-book';
import { Faults } from './faults';

const series = '7380440000000001';

function lost(number: number) {
  return { storeId: 's', registerId: 'r', identity: `fn|${series}|${String(number)}` };
}

function hole(from: number, to: number): HoleView {
  return {
    holeId: from,
    storeId: 's',
    registerId: 'r',
    scheme: 'fn',
    series,
    from,
    to,
    state: 'open',
    class: 'receipts',
    reason: 'missing',
    receiptsMin: 1,
    receiptsMax: 1,
    shiftNumber: 1,
    evidence: '',
    noticedAt: '2026-03-02T09:00:00.000Z',
    resendRequestedAt: null,
    closedAt: null,
    closedBy: null,
    note: null,
  };
}

describe('the audit of gaps', () => {
  it('joins lost numbers that stand together', () => {
    expect(expectedGaps([lost(9), lost(7), lost(8), lost(20)])).toEqual([
      { series: `fn|${series}`, from: 7, to: 9 },
      { series: `fn|${series}`, from: 20, to: 20 },
    ]);
  });

  it.each<[number, readonly HoleView[]]>([
    [0, [hole(7, 8)]],
    [1, []],
    [1, [hole(7, 8), hole(30, 30)]],
    [2, [hole(7, 7)]],
  ])('names %i gaps where the platform misses %j', (mismatches, holes) => {
    const faults = new Faults();
    compareGaps(expectedGaps([lost(7), lost(8)]), holes, faults);
    expect(faults.count('gap')).toBe(mismatches);
  });
});

const named = {
  origin: 'fiscalShift1194',
  operation: 'sale',
  measure: 'totalKopecks',
  stated: 101,
  counted: 100,
} as const;
type Report = Parameters<CompletenessBook['reports']['set']>[1];

function closeReportFaults(closeReport: CloseReportFacts, report: Report | null): number {
  const book = new CompletenessBook(new Faults());
  if (report !== null) book.reports.set(`${series}/4`, report);
  const facts: DocumentFacts = {
    key: 'store-0001/1',
    kind: 'shiftClosed',
    storeId: 's',
    registerId: 'r',
    identities: [],
    expected: 'accepted',
    code: null,
    heldFirst: false,
    role: 'carried',
    lineCount: 0,
    lines: [],
    receipt: null,
    closeReport,
  };
  const faults = new Faults();
  const documents = [{ facts, acknowledgedAtMs: 0 }];
  compareCloseReports({ documents, bound: [], refused: [] }, book, faults);
  return faults.count('closeReport');
}

describe('the audit of close reports', () => {
  const right: CloseReportFacts = { series, shiftNumber: 4, result: 'full', differences: [] };
  const wrong: CloseReportFacts = { ...right, differences: [['sale', 'totalKopecks', 101, 100]] };

  it.each<[number, CloseReportFacts, Report | null]>([
    [0, right, { result: 'full', differences: [] }],
    [0, wrong, { result: 'full', differences: [named] }],
    [1, right, null],
    [1, right, { result: 'countsOnly', differences: [] }],
    [1, right, { result: 'full', differences: [named] }],
    [1, wrong, { result: 'full', differences: [] }],
    [1, wrong, { result: 'full', differences: [{ ...named, stated: 102 }] }],
  ])('finds %i wrong where %j should be and %j is', (mismatches, expected, found) => {
    expect(closeReportFaults(expected, found)).toBe(mismatches);
  });
});
