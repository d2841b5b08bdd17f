import type { BiReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import { exampleDocument } from '@potok/retail/document/example';
import { decidedAnew, holdingRows, takenBack } from './later-rows';
import { receiptHeader, receiptLines } from './receipt-rows';
import type { DecidedLineFacts, ReceiptFacts } from './receipt-rows';

function decided(lineNo: number, change: Partial<DecidedLineFacts> = {}): DecidedLineFacts {
  return {
    lineNo,
    productId: `p-${String(lineNo)}`,
    productNo: lineNo,
    quantityMilli: 1000,
    amountKopecks: lineNo === 1 ? 17_980 : 8000,
    stockEffect: 'out',
    recognition: 'sale',
    matchedBy: 'barcode',
    ...change,
  };
}

/** The example of the contract: two lines, 179.80 and 80.00 roubles. */
function receipt(change: Partial<ReceiptFacts> = {}): ReceiptFacts {
  return {
    revision: 1,
    decisionNo: 0,
    rootSeq: 4711,
    locationId: 'store-0007',
    lines: [decided(1), decided(2)],
    document: exampleDocument,
    ...change,
  };
}

function rows(facts: ReceiptFacts, version = 10): BiReceiptLineV1[] {
  return receiptLines(facts).map((line, index) => ({
    event_id: `e/${String(line.line_no)}`,
    row_seq: index + 1,
    ...line,
    ...receiptHeader(facts),
    row_version: version,
    recorded_at: '2026-03-02T09:15:02.000Z',
  }));
}

const figures = (row: BiReceiptLineV1) => [row.line_no, row.revenue_kop, row.stock_qty_milli, row.is_first];

describe('rows of a receipt', () => {
  it('a sale adds to the turnover and takes from the stock', () => {
    expect(rows(receipt()).map(figures)).toEqual([
      [1, 17_980, -1000, 1],
      [2, 8000, -1000, 0],
    ]);
  });

  it("a return does the reverse; an advance, an agent's line and a voided line are no turnover", () => {
    const document = { ...exampleDocument, operation: 'return' as const };
    const lines = [
      decided(1, { stockEffect: 'in' }),
      decided(2, { recognition: 'agent', stockEffect: 'none' }),
    ];
    expect(rows(receipt({ document, lines })).map(figures)).toEqual([
      [1, -17_980, 1000, 1],
      [2, 0, 0, 0],
    ]);
    const advance = receipt({
      lines: [decided(1, { recognition: 'advance', stockEffect: 'none' }), decided(2)],
    });
    expect(rows(advance).map((row) => row.revenue_kop)).toEqual([0, 8000]);
    const [first, ...others] = exampleDocument.lines;
    const voided = {
      ...exampleDocument,
      lines: first === undefined ? [] : [{ ...first, state: 'voided' as const }, ...others],
    };
    expect(rows(receipt({ document: voided })).map((row) => row.revenue_kop)).toEqual([0, 8000]);
  });

  it('a cancelled or training receipt is no turnover, whatever its lines say', () => {
    for (const change of [{ businessState: 'cancelled' as const }, { fiscalState: 'training' as const }]) {
      const document = { ...exampleDocument, ...change };
      expect(rows(receipt({ document })).map((row) => row.revenue_kop)).toEqual([0, 0]);
    }
  });

  it('a receipt without lines is one row of its total and rounding', () => {
    const document = { ...exampleDocument, lines: [], totalKopecks: 25_900, roundingKopecks: 80 };
    const [row, ...more] = rows(receipt({ lines: [], document }));
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      line_no: 0,
      is_first: 1,
      amount_kop: 25_980,
      revenue_kop: 25_980,
      product_id: null,
      receipt_lines: 0,
    });
  });

  it('what was not stated is null, what was paid is a sum of each kind', () => {
    const [row] = rows(receipt());
    expect(row).toMatchObject({
      article: null,
      discount_kop: null,
      receipt_rounding_kop: null,
      paid_electronic_kop: 25_980,
      paid_cash_kop: 0,
    });
    const { payments: _payments, ...unpaid } = exampleDocument;
    expect(rows(receipt({ document: unpaid }))[0]).toMatchObject({
      paid_electronic_kop: null,
      paid_cash_kop: null,
    });
  });
});

describe('rows of what comes later', () => {
  const holding = holdingRows(rows(receipt()));

  it('a decision makes a row of each line that it lists, with what the document says as it was', () => {
    const lines = [decided(2, { productId: 'p-77', productNo: 77, quantityMilli: 6000 })];
    const later = decidedAnew(holding, { decisionNo: 1, locationId: 'store-0007', lines });
    expect(later.map(figures)).toEqual([[2, 8000, -6000, 0]]);
    expect(later[0]).toMatchObject({
      product_id: 'p-77',
      decision_no: 1,
      name: 'Хлеб Бородинский',
      receipt_total_kop: 25_980,
    });
  });

  it('a decision that says what the receipt is for, or another day, makes a row of every line', () => {
    const meaning = { purpose: 'mendsError' as const };
    const later = decidedAnew(holding, { decisionNo: 1, meaning, lines: [decided(2)] });
    expect(later.map((row) => [row.line_no, row.purpose])).toEqual([
      [2, 'mendsError'],
      [1, 'mendsError'],
    ]);
    const moved = decidedAnew(holding, { decisionNo: 1, businessDate: '2026-03-01', lines: [decided(2)] });
    expect(moved.map((row) => row.business_date)).toEqual(['2026-03-01', '2026-03-01']);
    const same = decidedAnew(holding, { decisionNo: 1, businessDate: '2026-03-02', lines: [decided(2)] });
    expect(same).toHaveLength(1);
  });

  it('lines that a person adds take the place of the total', () => {
    const total = holdingRows(rows(receipt({ lines: [], document: { ...exampleDocument, lines: [] } })));
    const later = decidedAnew(total, { decisionNo: 1, lines: [decided(1, { matchedBy: 'person' })] });
    expect(later.map((row) => [...figures(row), row.is_deleted])).toEqual([
      [1, 17_980, -1000, 1, 0],
      [0, 0, 0, 0, 1],
    ]);
  });

  it('lines that a revision does not have are taken back, and hold no more', () => {
    const gone = takenBack(holding, [{ line_no: 1 }]).map((row) => ({ ...row, row_version: 11 }));
    expect(gone.map((row) => [row.line_no, row.is_deleted, row.revenue_kop])).toEqual([[2, 1, 0]]);
    expect([...holdingRows([...holding.values(), ...gone]).keys()]).toEqual([1]);
  });
});
