import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { seededRandom } from '@potok/platform-testing/seeded-random';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { ApplyReceiptsHandler } from '../apply-receipts/apply-receipts.handler';
import { ReportExport } from '../export-reports/report-export';
import { csvWriter } from '../export-reports/report-writers';
import { ensureReportMonths } from '../maintain-months/report-months';
import { reportingMigrations } from '../migrations/reporting-migrations';
import { decisionEvent, documentIdOf, receiptEvent } from '../testing/receipt-events';
import type { TestLine, TestReceipt } from '../testing/receipt-events';
import { RandomTrade } from '../testing/random-trade';
import { newFold, newReportDesk } from '../testing/report-desk';
import { expectedReport } from '../testing/report-oracle';
import { conservationReport } from './conservation-report';
import { documentsReport, linesReport } from './documents-report';
import type { DocumentsQuestion } from './documents-report';
import { discountOriginsReport, paymentsReport, vatReport } from './money-reports';
import type { ReportFilters, ResolvedFilters } from './report-filters';
import { ReportsQuery } from './reports.query';
import type { ReportBuilder } from './reports.query';
import { discountsReport, returnsReport, salesReport } from './sales-report';

let db: TestDatabase;
let handler: ApplyReceiptsHandler;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: reportingMigrations, poolMax: 4 });
  await ensureReportMonths(db.database, Date.parse('2026-03-20T10:00:00.000Z'));
  handler = new ApplyReceiptsHandler(newReportDesk());
});

afterEach(() => db.drop());

function apply(events: readonly StreamEvent[]): Promise<void> {
  return db.database.tx((tx) => handler.handle({ tx, events }));
}

function fold(): Promise<boolean> {
  return newFold(db.database, newReportDesk(), { eventsMax: 10_000 }).fold(true);
}

const EVERYTHING: ReportFilters = {
  from: '2026-03-01',
  to: '2026-03-31',
  storeIds: null,
  legalEntityIds: null,
  registerIds: null,
  cashierRefs: null,
  productIds: null,
  categoryCodes: null,
  operations: null,
  purposes: null,
};

/** A report whole, as text. */
async function exported(build: ReportBuilder, headers: 'ru' | 'en'): Promise<string> {
  const opened = await new ReportExport(db.database).open(EVERYTHING, build, csvWriter(headers));
  if (!opened.ok) throw new Error('not opened');
  let text = '';
  for await (const chunk of opened.value.body) text += String(chunk);
  return text;
}

async function ask(build: ReportBuilder, filters: Partial<ReportFilters> = {}) {
  const page = { after: 0, limit: 10_000 };
  const found = await new ReportsQuery(db.database).page({ ...EVERYTHING, ...filters }, build, page);
  if (!found.ok) throw new Error(`${found.error.field}: ${found.error.values.join()}`);
  return found.value;
}

const LINE: TestLine = {
  lineNo: 1,
  productNo: 1,
  quantityMilli: 2_000,
  amountKopecks: 11_000,
  recognition: 'sale',
  vatRate: '10',
  vatKopecks: null,
  discountKopecks: 0,
  voided: false,
};

function receipt(change: Partial<TestReceipt>): TestReceipt {
  const { lines = [LINE] } = change;
  const totalKopecks = lines.reduce((sum, line) => sum + (line.voided ? 0 : line.amountKopecks), 0);
  return {
    storeNo: 1,
    registerNo: 11,
    cashier: 'c-1',
    legalEntityId: 'romashka',
    operation: 'sale',
    mends: false,
    completed: true,
    businessDate: '2026-03-02',
    localDate: '2026-03-02',
    totalKopecks,
    roundingKopecks: 0,
    operationId: null,
    shift: 1,
    payments: [{ fiscalKind: 'cash', amountKopecks: totalKopecks }],
    vatTotals: null,
    lines,
    ...change,
  };
}

const byRegister = (resolved: ResolvedFilters) => salesReport({ groups: ['register'], resolved });
const byProduct = (resolved: ResolvedFilters) => salesReport({ groups: ['product'], resolved });

describe('reports, worked out by hand', () => {
  it('count turnover once: advance, then hand-over against it; agents apart; an operation in two receipts', async () => {
    const advance = { ...LINE, recognition: 'advance', amountKopecks: 5_000, vatRate: '20/120' };
    const handOver = { ...LINE, recognition: 'transferAgainstAdvance', amountKopecks: 5_000 };
    const agent = { ...LINE, lineNo: 2, recognition: 'agent', amountKopecks: 700 };
    await apply([
      receiptEvent(receipt({ lines: [advance] }), { seq: 1 }),
      receiptEvent(receipt({ lines: [handOver, agent] }), { seq: 2 }),
      receiptEvent(receipt({ operationId: 'op-1' }), { seq: 3 }),
      receiptEvent(receipt({ operationId: 'op-1', lines: [{ ...LINE, amountKopecks: 400 }] }), { seq: 4 }),
      receiptEvent(receipt({ operation: 'return', lines: [{ ...LINE, amountKopecks: 1_000 }] }), { seq: 5 }),
      receiptEvent(receipt({ operation: 'return', mends: true, lines: [{ ...LINE, amountKopecks: 400 }] }), {
        seq: 6,
      }),
      receiptEvent(receipt({ operation: 'buy', lines: [{ ...LINE, amountKopecks: 9_999 }] }), { seq: 7 }),
    ]);
    const { rows, asOf } = await ask(byRegister);
    expect(rows).toEqual([
      expect.objectContaining({
        registerId: 'store-1-11',
        receipts: 7,
        operations: 6,
        // Advance, hand-over, and the two receipts of op-1 as one: 0 + 5000 + 11400 over 3.
        purchases: 3,
        averageReceiptKopecks: 5_467,
        salesKopecks: 5_000 + 11_000 + 400 - 400,
        returnsKopecks: 1_000,
        revenueKopecks: 15_000,
        advanceKopecks: 5_000,
        agentKopecks: 700,
        unexplainedKopecks: 0,
      }),
    ]);
    expect(asOf).toMatchObject({
      topic: 'retail.sales.receipts.v1',
      stores: [{ storeId: 'store-1', streamSeq: 7, rootSeq: 7 }],
      incompleteRegisters: [{ registerId: 'store-1-11', status: 'unknown' }],
    });
    const { rows: returned } = await ask((resolved) => returnsReport({ groups: ['date'], resolved }));
    expect(returned).toEqual([
      {
        date: '2026-03-02',
        returnsKopecks: 1_000,
        returnReceipts: 1,
        mendingReceipts: 1,
        salesKopecks: 16_000,
      },
    ]);
  });

  it('state VAT as documents do, work it out where they do not, and say so', async () => {
    const lines = [LINE, { ...LINE, lineNo: 2, vatRate: '20', amountKopecks: 12_000, vatKopecks: 2_001 }];
    await apply([
      // 10 %: 11000 × 10/110 = 1000, derived. 20 %: 2001 as the line states.
      receiptEvent(receipt({ lines }), { seq: 1 }),
      // By its totals: 999 for 10 %; 1105 states turnover, not a tax.
      receiptEvent(
        receipt({
          lines: [LINE, { ...LINE, lineNo: 2, vatRate: 'none', amountKopecks: 500 }],
          vatTotals: [
            { rate: '10', amountKopecks: 999 },
            { rate: 'none', amountKopecks: 500 },
          ],
        }),
        { seq: 2 },
      ),
      // The local date is another one.
      receiptEvent(receipt({ localDate: '2026-04-01' }), { seq: 3 }),
    ]);
    const { rows } = await ask((resolved) => vatReport({ groups: [], resolved }));
    expect(rows).toEqual([
      { rate: '10', receipts: 2, turnoverKopecks: 22_000, vatKopecks: 1_999, derivedKopecks: 1_000 },
      { rate: '20', receipts: 1, turnoverKopecks: 12_000, vatKopecks: 2_001, derivedKopecks: 0 },
      { rate: 'none', receipts: 1, turnoverKopecks: 500, vatKopecks: 0, derivedKopecks: 0 },
    ]);
  });

  it('lead from a figure down to its receipts and lines, and leave out what was withdrawn', async () => {
    const second = { ...LINE, lineNo: 2, productNo: 2, amountKopecks: 300, discountKopecks: 40 };
    await apply([
      receiptEvent(receipt({ lines: [LINE, second] }), { seq: 1 }),
      receiptEvent(receipt({ lines: [second] }), { seq: 2 }),
      receiptEvent(receipt({ lines: [second] }), {
        seq: 3,
        receiptSeq: 2,
        revision: 2,
        revisionKind: 'withdrawn',
      }),
      decisionEvent(
        { storeNo: 1, lines: [{ ...second, productNo: 3 }] },
        { seq: 4, receiptSeq: 1, decisionNo: 1 },
      ),
    ]);
    const question = (change: Partial<DocumentsQuestion>) => (resolved: ResolvedFilters) => ({
      ...{ resolved, dateOf: 'business' as const, vatRates: null, recognitions: null },
      ...{ paymentCodes: null, discountOrigins: null },
      ...{ uncounted: false, ...change },
    });
    const documents = (filters: Partial<ReportFilters>, change: Partial<DocumentsQuestion> = {}) =>
      ask((resolved) => documentsReport(question(change)(resolved)), filters);
    expect((await documents({ productIds: ['p-3'] })).rows).toMatchObject([
      { documentId: documentIdOf(1, 1), totalKopecks: 11_300, matchedKopecks: 300, counted: true },
    ]);
    expect((await documents({ productIds: ['p-2'] }, { uncounted: true })).rows).toMatchObject([
      { documentId: documentIdOf(1, 2), counted: false },
    ]);
    expect((await documents({})).rows).toHaveLength(1);
    const { rows } = await ask((resolved) => linesReport(question({})(resolved)));
    expect(rows).toMatchObject([
      { documentId: documentIdOf(1, 1), lineNo: 1, productId: 'p-1', amountKopecks: 11_000 },
      { documentId: documentIdOf(1, 1), lineNo: 2, productId: 'p-3', amountKopecks: 300, vatRate: '10' },
    ]);
    const discounts = await ask((resolved) => discountsReport({ groups: ['product'], resolved }));
    expect(discounts.rows).toMatchObject([
      { productId: 'p-1', discountKopecks: 0 },
      { productId: 'p-3', discountKopecks: 40, beforeDiscountKopecks: 340 },
    ]);
  });

  it('tell discounts apart by who gave them, down to their receipts', async () => {
    const by = (discountOrigin: string, discountKopecks: number, lineNo: number) => ({
      ...{ ...LINE, lineNo, discountOrigin, discountKopecks },
    });
    await apply([
      receiptEvent(receipt({ lines: [by('coupon', 40, 1), by('promotion', 300, 2), by('coupon', 5, 3)] }), {
        seq: 1,
      }),
      receiptEvent(receipt({ lines: [by('loyalty club', 7, 1), { ...by('manual', 9, 2), voided: true }] }), {
        seq: 2,
      }),
      receiptEvent(receipt({ operation: 'return', lines: [by('coupon', 15, 1)] }), { seq: 3 }),
    ]);
    const { rows } = await ask((resolved) => discountOriginsReport({ groups: ['store'], resolved }));
    expect(rows).toMatchObject([
      { storeId: 'store-1', discountOrigin: 'coupon', discounts: 3, discountKopecks: 30 },
      { storeId: 'store-1', discountOrigin: 'other', discounts: 1, discountKopecks: 7 },
      { storeId: 'store-1', discountOrigin: 'promotion', discounts: 1, discountKopecks: 300 },
    ]);
    const down = { dateOf: 'business' as const, vatRates: null, recognitions: null, uncounted: false };
    const documents = await ask((resolved) =>
      documentsReport({ ...down, resolved, paymentCodes: null, discountOrigins: [3] }),
    );
    expect(documents.rows).toMatchObject([
      { documentId: documentIdOf(1, 1), discountKopecks: 345 },
      { documentId: documentIdOf(1, 3), discountKopecks: -15 },
    ]);
    const sum = await ask((resolved) => discountsReport({ groups: ['store'], resolved }));
    expect(sum.rows).toMatchObject([{ discountKopecks: 337 }]);
  });

  it('name identifiers that nobody knows', async () => {
    await expect(ask(byRegister, { storeIds: ['store-9'] })).rejects.toThrow('storeId: store-9');
  });
});

describe('reports over random trade', () => {
  it.each([21, 22])('equal the receipts one by one, in any period, folded or not (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const trades = [1, 2].map((storeNo) => new RandomTrade(storeNo, random));
    const events = () => trades.flatMap((trade) => Array.from({ length: 60 }, () => trade.next()));
    await apply(events());
    await fold();
    await apply(events());
    for (const [from, to] of [
      ['2026-03-01', '2026-03-31'],
      ['2026-03-01', '2026-03-02'],
      ['2026-03-02', '2026-03-31'],
    ] as const) {
      const inPeriod = ({ receipt: { businessDate } }: { readonly receipt: TestReceipt }) =>
        from <= businessDate && businessDate <= to;
      const expected = expectedReport(trades.flatMap((trade) => trade.standing));
      const products = Object.entries(expected.products).filter(([key]) => {
        const date = key.split('|')[1] ?? '';
        return from <= date && date <= to;
      });
      const revenue = products.reduce((sum, [, [, , sold = 0, returned = 0]]) => sum + sold - returned, 0);
      const { rows: total } = await ask((resolved) => salesReport({ groups: [], resolved }), { from, to });
      expect(total[0]?.['revenueKopecks']).toBe(revenue);
      const { rows } = await ask(byProduct, { from, to });
      expect(sum(rows, 'revenueKopecks')).toBe(revenue);
      const byLines = await ask((resolved) => salesReport({ groups: ['register', 'product'], resolved }), {
        from,
        to,
      });
      expect(sum(byLines.rows, 'revenueKopecks')).toBe(revenue);
      const paid = await ask((resolved) => paymentsReport({ groups: [], resolved }), { from, to });
      const standing = trades.flatMap((trade) => trade.standing).filter(inPeriod);
      const payments = Object.values(expectedReport(standing).payments);
      expect(sum(paid.rows, 'amountKopecks')).toBe(
        payments.reduce((whole, [, amount = 0]) => whole + amount, 0),
      );
      const { rows: kept } = await ask(conservationReport, { from, to });
      for (const row of kept) {
        expect(row['revenueKopecks']).toBe(row['facetRevenueKopecks']);
        expect(row['receiptPaymentKopecks']).toBe(row['paymentKopecks']);
      }
    }
  });

  it('go out whole as csv, the same rows as in pages', async () => {
    const trade = new RandomTrade(1, seededRandom(31));
    await apply(Array.from({ length: 1_400 }, () => trade.next()));
    const build = (resolved: ResolvedFilters) =>
      linesReport({
        resolved,
        dateOf: 'business',
        vatRates: null,
        recognitions: null,
        paymentCodes: null,
        discountOrigins: null,
        uncounted: true,
      });
    const text = await exported(build, 'en');
    const { rows } = await ask(build);
    expect(rows.length).toBeGreaterThan(1_000);
    expect(text.split('\r\n')).toHaveLength(rows.length + 2);
  });

  it('go out for people in the words and the local time of each store', async () => {
    await apply([receiptEvent(receipt({}), { seq: 1 })]);
    await db.database.query("UPDATE store_copy SET time_zone = 'Asia/Omsk'");
    const question = { dateOf: 'business' as const, uncounted: false, vatRates: null, recognitions: null };
    const build = (resolved: ResolvedFilters) =>
      linesReport({ ...question, resolved, paymentCodes: null, discountOrigins: null });
    const occurredAt = String((await ask(build)).rows[0]?.['occurredAt']);
    const shown = new Date(Date.parse(occurredAt) + 6 * 3_600_000).toISOString();
    const [date = '', time = ''] = shown.slice(0, 19).split('T');
    const [head = '', line = ''] = (await exported(build, 'ru')).split('\r\n');
    expect(head.split(';')).toContain('Время (Asia/Omsk)');
    expect(line).toContain(`;${date.split('-').reverse().join('.')} ${time};`);
    expect(line).toContain(';приход;покупка;');
    expect(line).toContain(';НДС 10%;;продажа;');
  });
});

function sum(rows: readonly Readonly<Record<string, unknown>>[], column: string): number {
  return rows.reduce((whole, row) => whole + Number(row[column]), 0);
}
