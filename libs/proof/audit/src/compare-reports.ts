import type { PaymentsRow, SalesRow, VatRow } from '@potok/reporting-contracts/report-http';
import { ExpectedFigures } from '@potok/proof-simulator/truth/expected-figures';
import type { DayFigures } from '@potok/proof-simulator/truth/expected-figures';
import type { Expectations } from './expectations';
import type { Faults } from './faults';

/** Rows of a report over a period, all pages: `sales`, `payments`, `vat`. */
export type ReadReport = <Row>(name: string, query: string) => Promise<readonly Row[]>;

export interface ReportComparison {
  readonly read: ReadReport;
  readonly faults: Faults;
  /** The simulator's key of a product. */
  readonly keyOf: (productId: string) => string;
}

type Sums = Map<string, number>;

/**
 * Compares what reports say with what the simulator's receipts come to, every figure by its key. Answers the sum of all
 * differences in kopecks; figures that are counts are noted as faults `reportCount`.
 */
export async function compareReports(
  { documents }: Expectations,
  comparison: ReportComparison,
): Promise<number> {
  const expected = new ExpectedFigures();
  for (const { facts } of documents) expected.add(facts);
  const dates = [...expected.days.keys()].map((key) => key.split('|')[1] ?? '').sort();
  const [first] = dates;
  if (first === undefined) return 0;
  const period = `from=${first}&to=${dates.at(-1) ?? first}`;
  let kopecks = await compareDays(expected, period, comparison);
  kopecks += await compareProducts(expected, period, comparison);
  kopecks += await comparePayments(expected, period, comparison);
  kopecks += await compareVat(expected, period, comparison);
  return kopecks + (await compareCashiers(expected, period, comparison));
}

const MONEY = [
  'revenueKopecks',
  'salesKopecks',
  'customerReturnsKopecks',
  'mendingReturnsKopecks',
  'advancesKopecks',
  'agentKopecks',
  'creditPaymentsKopecks',
  'discountsKopecks',
] as const;
const COUNTS = [
  'receipts',
  'purchaseReceipts',
  'customerReturnReceipts',
  'mendingReceipts',
  'correctionReceipts',
] as const;

async function compareDays(
  { days }: ExpectedFigures,
  period: string,
  comparison: ReportComparison,
): Promise<number> {
  const rows = await comparison.read<SalesRow>('sales', `${period}&groupBy=store,date,register,operation`);
  const money: Sums = new Map();
  const counts: Sums = new Map();
  for (const row of rows)
    addDay(row, `${row.storeId ?? ''}|${row.date ?? ''}|${row.registerId ?? ''}`, { money, counts });
  const expectedMoney: Sums = new Map();
  const expectedCounts: Sums = new Map();
  for (const [key, figures] of days) {
    for (const name of MONEY) add(expectedMoney, `${key} ${name}`, figures[name]);
    for (const name of COUNTS) add(expectedCounts, `${key} ${name}`, figures[name]);
    add(expectedCounts, `${key} purchases`, figures.purchases.size);
  }
  difference(expectedCounts, counts, (key, explanation) => {
    comparison.faults.note('reportCount', key, explanation);
  });
  return differenceInKopecks({ report: 'sales', expected: expectedMoney, found: money }, comparison);
}

interface DaySums {
  readonly money: Sums;
  readonly counts: Sums;
}

function addDay(row: SalesRow, key: string, { money, counts }: DaySums): void {
  const sale = row.operation === 'sale';
  const returned = row.operation === 'return';
  const amounts: Partial<DayFigures> = {
    revenueKopecks: row.revenueKopecks,
    salesKopecks: sale ? row.revenueKopecks : 0,
    customerReturnsKopecks: row.returnsKopecks,
    mendingReturnsKopecks: returned && row.purpose === 'mendsError' ? -row.revenueKopecks : 0,
    advancesKopecks: row.advanceKopecks,
    agentKopecks: row.agentKopecks,
    creditPaymentsKopecks: row.creditPaymentKopecks ?? 0,
    discountsKopecks: Math.abs(row.discountKopecks),
  };
  const receipts = row.receipts ?? 0;
  const numbers: Readonly<Record<string, number>> = {
    receipts,
    purchaseReceipts: sale && row.purpose === 'purchase' ? receipts : 0,
    customerReturnReceipts: row.purpose === 'customerReturn' ? receipts : 0,
    mendingReceipts: row.purpose === 'mendsError' ? receipts : 0,
    correctionReceipts: row.purpose === 'correction' ? receipts : 0,
    purchases: row.purchases ?? 0,
  };
  for (const name of MONEY) add(money, `${key} ${name}`, amounts[name] ?? 0);
  for (const [name, number] of Object.entries(numbers)) add(counts, `${key} ${name}`, number);
}

/** By register and day from the lines, and by store from the sums of products. */
async function compareProducts(
  { revenueByProduct }: ExpectedFigures,
  period: string,
  comparison: ReportComparison,
): Promise<number> {
  const key = ({ productId }: SalesRow): string => comparison.keyOf(productId ?? '');
  const byDay: Sums = new Map();
  const rows = await comparison.read<SalesRow>('sales', `${period}&groupBy=store,date,register,product`);
  for (const row of rows) {
    const day = `${row.storeId ?? ''}|${row.date ?? ''}|${row.registerId ?? ''}`;
    add(byDay, `${day}|${key(row)}`, row.revenueKopecks);
  }
  const byStore: Sums = new Map();
  for (const row of await comparison.read<SalesRow>('sales', `${period}&groupBy=store,product`)) {
    add(byStore, `${row.storeId ?? ''}|${key(row)}`, row.revenueKopecks);
  }
  const expectedByStore: Sums = new Map();
  for (const [name, revenue] of revenueByProduct) {
    const [storeId = '', , , ...product] = name.split('|');
    add(expectedByStore, `${storeId}|${product.join('|')}`, revenue);
  }
  const days = { report: 'sales of products by day', expected: revenueByProduct, found: byDay };
  const stores = { report: 'sales of products', expected: expectedByStore, found: byStore };
  return differenceInKopecks(days, comparison) + differenceInKopecks(stores, comparison);
}

async function comparePayments(
  { payments }: ExpectedFigures,
  period: string,
  comparison: ReportComparison,
): Promise<number> {
  const found: Sums = new Map();
  for (const row of await comparison.read<PaymentsRow>(
    'payments',
    `${period}&groupBy=store,date,operation`,
  )) {
    const key = [row.storeId, row.date, row.operation, row.fiscalKind, row.instrument].join('|');
    add(found, key, Math.abs(row.amountKopecks));
  }
  return differenceInKopecks({ report: 'payments', expected: payments, found }, comparison);
}

/** Reports date VAT by local dates, which around midnight is another one. */
async function compareVat(
  { vat }: ExpectedFigures,
  period: string,
  comparison: ReportComparison,
): Promise<number> {
  const expected: Sums = new Map();
  for (const [key, kopecks] of vat) {
    const [storeId = '', , operation = '', rate = ''] = key.split('|');
    if (isTaxed(rate)) add(expected, `${storeId}|${operation}|${rate}`, kopecks);
  }
  const found: Sums = new Map();
  for (const row of await comparison.read<VatRow>('vat', `${daysAround(period)}&groupBy=store,operation`)) {
    if (isTaxed(row.rate))
      add(found, [row.storeId, row.operation, row.rate].join('|'), Math.abs(row.vatKopecks));
  }
  return differenceInKopecks({ report: 'VAT', expected, found }, comparison);
}

/** Of `none` and `0` documents state the turnover instead (1105, 1104). */
function isTaxed(rate: string): boolean {
  return rate !== 'none' && rate !== '0';
}

/** References of cashiers are opaque: what is compared is which sums there are in a store on a day. */
async function compareCashiers(
  { revenueByCashier }: ExpectedFigures,
  period: string,
  comparison: ReportComparison,
): Promise<number> {
  const expected = new Map<string, number[]>();
  for (const [key, revenue] of revenueByCashier) {
    const day = key.split('|').slice(-2).join('|');
    if (revenue !== 0) expected.set(day, [...(expected.get(day) ?? []), revenue]);
  }
  const found = new Map<string, number[]>();
  const rows = await comparison.read<SalesRow>('sales', `${period}&groupBy=store,date,cashier`);
  for (const { storeId, date, revenueKopecks } of rows) {
    const day = `${storeId ?? ''}|${date ?? ''}`;
    if (revenueKopecks !== 0) found.set(day, [...(found.get(day) ?? []), revenueKopecks]);
  }
  const sides = { report: 'sales of cashiers', expected: ranked(expected), found: ranked(found) };
  return differenceInKopecks(sides, comparison);
}

function ranked(sums: ReadonlyMap<string, readonly number[]>): Sums {
  const byRank: Sums = new Map();
  for (const [day, revenues] of sums) {
    [...revenues]
      .sort((a, b) => b - a)
      .forEach((revenue, rank) => byRank.set(`${day}|${String(rank)}`, revenue));
  }
  return byRank;
}

interface Sides {
  readonly report: string;
  readonly expected: ReadonlyMap<string, number>;
  readonly found: ReadonlyMap<string, number>;
}

function differenceInKopecks({ report, expected, found }: Sides, { faults }: ReportComparison): number {
  let kopecks = 0;
  difference(expected, found, (key, explanation, by) => {
    kopecks += by;
    faults.note('report', `${report}: ${key}`, explanation);
  });
  return kopecks;
}

function difference(
  expected: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, number>,
  onDifference: (key: string, explanation: string, by: number) => void,
): void {
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const should = expected.get(key) ?? 0;
    const is = found.get(key) ?? 0;
    if (should !== is) {
      onDifference(key, `should be ${String(should)}, the report says ${String(is)}`, Math.abs(should - is));
    }
  }
}

function add(sums: Sums, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

const DAY_MS = 86_400_000;
const MARGIN_DAYS = 2;

function daysAround(period: string): string {
  const [, from = '', to = ''] = /^from=(.+)&to=(.+)$/.exec(period) ?? [];
  const shifted = (date: string, days: number) =>
    new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
  return `from=${shifted(from, -MARGIN_DAYS)}&to=${shifted(to, MARGIN_DAYS)}`;
}
