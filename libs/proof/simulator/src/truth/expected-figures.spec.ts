import type { DocumentFacts } from './document-facts';
import { ExpectedFigures } from './expected-figures';
import type { ReceiptFacts } from './receipt-facts';

const receipt: ReceiptFacts = {
  businessDate: '2026-03-02',
  operation: 'sale',
  purpose: 'purchase',
  operationId: null,
  cashier: 'т-0001-1',
  totalKopecks: 30_000,
  discountKopecks: 500,
  lines: [
    [1, 'p-1', 'sale', 10_000],
    [2, 'p-2', 'sale', 20_000],
  ],
  payments: [['electronic', 'card', 30_000]],
  vat: [['22', 5410]],
  undecidedLines: [],
  personDecides: null,
};

let keys = 0;
function facts(of: Partial<ReceiptFacts>): DocumentFacts {
  keys += 1;
  return {
    key: `store-0001/${String(keys)}`,
    kind: 'sale',
    storeId: 's',
    registerId: 'r',
    identities: [],
    expected: 'accepted',
    code: null,
    heldFirst: false,
    role: 'sale',
    lineCount: 2,
    lines: [],
    receipt: { ...receipt, ...of },
    closeReport: null,
  };
}

const day = 's|2026-03-02|r';

function figuresOf(...all: readonly Partial<ReceiptFacts>[]): ExpectedFigures {
  const figures = new ExpectedFigures();
  for (const of of all) figures.add(facts(of));
  return figures;
}

describe('the figures that reports must show', () => {
  it('count what was taken without any line as turnover of no product', () => {
    const figures = figuresOf({ lines: [], purpose: 'correction', totalKopecks: 22_076 });
    expect(figures.days.get(day)).toMatchObject({ revenueKopecks: 22_076, salesKopecks: 22_076 });
    expect([...figures.revenueByProduct]).toEqual([['s|2026-03-02|r|', 22_076]]);
  });

  it('count a prepayment and its hand-over as one turnover, on the day of the hand-over', () => {
    const figures = figuresOf(
      { lines: [[1, 'p-1', 'advance', 10_000]], operationId: 'order', totalKopecks: 10_000 },
      { lines: [[1, 'p-1', 'transferAgainstAdvance', 10_000]], operationId: 'order', totalKopecks: 10_000 },
    );
    expect(figures.days.get(day)).toMatchObject({
      receipts: 2,
      purchases: new Set(['order']),
      revenueKopecks: 10_000,
      advancesKopecks: 10_000,
    });
    expect(figures.revenueByProduct.get(`${day}|p-1`)).toBe(10_000);
  });

  it('take customer returns off the turnover and show mended errors apart', () => {
    const figures = figuresOf(
      {},
      { operation: 'return', purpose: 'customerReturn', lines: [[1, 'p-1', 'sale', 10_000]] },
      { operation: 'return', purpose: 'mendsError' },
      {},
    );
    expect(figures.days.get(day)).toMatchObject({
      purchaseReceipts: 2,
      customerReturnReceipts: 1,
      mendingReceipts: 1,
      salesKopecks: 60_000,
      customerReturnsKopecks: 10_000,
      mendingReturnsKopecks: 30_000,
      revenueKopecks: 20_000,
      discountsKopecks: 2000,
    });
    expect(figures.payments.get('s|2026-03-02|sale|electronic|card')).toBe(60_000);
    expect(figures.payments.get('s|2026-03-02|return|electronic|card')).toBe(60_000);
    expect(figures.vat.get('s|2026-03-02|return|22')).toBe(10_820);
  });

  it("leave out what is sold for others, a credit's payment, and purchases from people", () => {
    const figures = figuresOf(
      {
        lines: [
          [1, 'p-1', 'agent', 10_000],
          [2, 'p-2', 'credit', 20_000],
        ],
      },
      { lines: [[1, 'p-2', 'creditPayment', 20_000]] },
      { operation: 'buy' },
    );
    expect(figures.days.get(day)).toMatchObject({
      receipts: 3,
      revenueKopecks: 20_000,
      agentKopecks: 10_000,
      creditPaymentsKopecks: 20_000,
    });
    expect(Object.fromEntries(figures.revenueByCashier)).toEqual({ 'т-0001-1|s|2026-03-02': 20_000 });
  });

  it('know nothing of what was held, repeated or never finished', () => {
    const figures = new ExpectedFigures();
    for (const expected of ['held', 'repeat', 'variant', 'bound', 'rejected'] as const) {
      figures.add({ ...facts({}), expected });
    }
    figures.add({ ...facts({}), receipt: null });
    const { receipt, ...whole } = facts({});
    figures.add({ ...whole, receipt: receipt === null ? null : { ...receipt, failed: true } });
    expect(figures.days.size).toBe(0);
  });
});
