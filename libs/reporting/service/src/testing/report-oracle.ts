import type { TestLine, TestReceipt } from './receipt-events';

/** What the sums must be, worked out from the receipts as they stand, one by one, in plain words. */

export interface StandingReceipt {
  readonly seq: number;
  readonly receipt: TestReceipt;
  readonly stands: boolean;
}

export type Sums = Record<string, number[]>;

export interface ExpectedReport {
  /** store|date|register|cashier|entity|operation|purpose → receipts, operations, lines, total, revenue, advance, discount. */
  readonly facets: Sums;
  /** store|date|fiscalKind/instrument → payments, amount. */
  readonly payments: Sums;
  /** store|date|origin → discounts, kopecks. */
  readonly discounts: Sums;
  /** store|local date|rate → turnover, stated, derived. */
  readonly vat: Sums;
  /** store|date|product → lines, sold, sold kopecks, returned kopecks. */
  readonly products: Sums;
  /** store|series|shift|operation → receipts, total, cash. */
  readonly shifts: Sums;
}

const RANKS = [
  ...['sale ', 'sale mends', 'return ', 'return mends'],
  ...['buy ', 'buy mends', 'buyReturn ', 'buyReturn mends'],
];
const REVENUE = new Set(['sale', 'transferAgainstAdvance', 'credit']);

export function expectedReport(receipts: readonly StandingReceipt[]): ExpectedReport {
  const report: ExpectedReport = {
    facets: {},
    payments: {},
    discounts: {},
    vat: {},
    products: {},
    shifts: {},
  };
  const counting = receipts.filter(({ receipt, stands }) => stands && receipt.completed);
  for (const { seq, receipt } of counting) {
    const counted = countsAsOperation(seq, receipt, counting);
    addFacet(report, receipt, counted);
    addMoney(report, receipt);
    addVat(report, receipt);
    for (const line of linesOf(receipt)) {
      addProduct(report, receipt, line);
      addDiscount(report, receipt, line);
    }
  }
  return report;
}

function countsAsOperation(seq: number, receipt: TestReceipt, all: readonly StandingReceipt[]): boolean {
  if (receipt.operationId === null) return true;
  const parts = all
    .filter(
      ({ receipt: { storeNo, operationId } }) =>
        storeNo === receipt.storeNo && operationId === receipt.operationId,
    )
    .map((part) => ({
      seq: part.seq,
      rank: RANKS.indexOf(`${part.receipt.operation} ${part.receipt.mends ? 'mends' : ''}`),
    }))
    .sort((one, other) => one.rank - other.rank || one.seq - other.seq);
  return parts[0]?.seq === seq;
}

function purposeOf({ mends, operation }: TestReceipt): string {
  if (mends) return 'mendsError';
  return operation === 'return' ? 'customerReturn' : 'purchase';
}

function sign({ operation }: TestReceipt): number {
  return operation === 'sale' || operation === 'buyReturn' ? 1 : -1;
}

function linesOf({
  lines,
  totalKopecks,
  roundingKopecks,
}: TestReceipt): readonly (TestLine & { none?: true })[] {
  if (lines.length > 0) return lines.filter(({ voided }) => !voided);
  if (totalKopecks === 0) return [];
  const amountKopecks = totalKopecks + roundingKopecks;
  const rest = {
    lineNo: 0,
    productNo: 0,
    quantityMilli: 0,
    recognition: 'sale',
    voided: false,
    none: true as const,
  };
  return [{ ...rest, amountKopecks, vatRate: 'unknown', vatKopecks: null, discountKopecks: 0 }];
}

function addFacet({ facets }: ExpectedReport, receipt: TestReceipt, counted: boolean): void {
  const lines = linesOf(receipt);
  const total = (of: (line: TestLine) => number) =>
    lines.reduce((sum, line) => sum + of(line), 0) * sign(receipt);
  const key = [
    receipt.storeNo,
    receipt.businessDate,
    receipt.registerNo,
    receipt.cashier ?? '',
    receipt.legalEntityId,
    receipt.operation,
    purposeOf(receipt),
  ].join('|');
  add(facets, key, [
    1,
    counted ? 1 : 0,
    lines.filter(({ none }) => none !== true).length,
    sign(receipt) * receipt.totalKopecks,
    total((line) => (REVENUE.has(line.recognition) ? line.amountKopecks : 0)),
    total((line) => (line.recognition === 'advance' ? line.amountKopecks : 0)),
    total((line) => line.discountKopecks),
  ]);
}

function addMoney(report: ExpectedReport, receipt: TestReceipt): void {
  let cash = 0;
  for (const { fiscalKind, instrument, amountKopecks } of receipt.payments) {
    const key = `${String(receipt.storeNo)}|${receipt.businessDate}|${fiscalKind}/${instrument ?? ''}`;
    add(report.payments, key, [1, sign(receipt) * amountKopecks]);
    if (fiscalKind === 'cash') cash += amountKopecks;
  }
  if (receipt.shift === null) return;
  const series = `fn:fn-${String(receipt.registerNo)}`;
  const key = `${String(receipt.storeNo)}|${series}|${String(receipt.shift)}|${receipt.operation}`;
  add(report.shifts, key, [1, receipt.totalKopecks, cash]);
}

function addVat({ vat }: ExpectedReport, receipt: TestReceipt): void {
  const own = linesOf(receipt).filter(({ recognition }) => recognition !== 'agent');
  const rates = new Set([
    ...own.map(({ vatRate }) => vatRate),
    ...(receipt.vatTotals ?? []).map(({ rate }) => rate),
  ]);
  for (const rate of rates) {
    const lines = own.filter(({ vatRate }) => vatRate === rate);
    const turnover = lines.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0);
    const isTax = !['none', '0', 'unknown'].includes(rate);
    let stated = 0;
    let derived = 0;
    if (receipt.vatTotals !== null) {
      for (const total of receipt.vatTotals) if (total.rate === rate && isTax) stated += total.amountKopecks;
    } else if (lines.every(({ vatKopecks }) => vatKopecks !== null)) {
      if (isTax) stated = lines.reduce((sum, { vatKopecks }) => sum + (vatKopecks ?? 0), 0);
    } else if (isTax) {
      const percent = Number.parseInt(rate, 10);
      derived = Math.floor((2 * turnover * percent + (100 + percent)) / (2 * (100 + percent)));
    }
    const key = `${String(receipt.storeNo)}|${receipt.localDate}|${rate}`;
    add(
      vat,
      key,
      [turnover, stated, derived].map((value) => value * sign(receipt)),
    );
  }
}

function addDiscount({ discounts }: ExpectedReport, receipt: TestReceipt, line: TestLine): void {
  const { discountKopecks, discountOrigin = 'till' } = line;
  if (discountKopecks === 0) return;
  const origin = discountOrigin === 'loyalty club' ? 'other' : discountOrigin;
  const key = `${String(receipt.storeNo)}|${receipt.businessDate}|${origin}`;
  add(discounts, key, [1, sign(receipt) * discountKopecks]);
}

function addProduct({ products }: ExpectedReport, receipt: TestReceipt, line: TestLine): void {
  if (receipt.operation !== 'sale' && receipt.operation !== 'return') return;
  const revenue = REVENUE.has(line.recognition);
  const returned = revenue && receipt.operation === 'return' && !receipt.mends;
  const sold = revenue && !returned;
  add(products, `${String(receipt.storeNo)}|${receipt.businessDate}|${String(line.productNo)}`, [
    line.lineNo === 0 ? 0 : 1,
    sold ? sign(receipt) * line.quantityMilli : 0,
    sold ? sign(receipt) * line.amountKopecks : 0,
    returned ? line.amountKopecks : 0,
  ]);
}

function add(sums: Sums, key: string, values: readonly number[]): void {
  const known = sums[key] ?? values.map(() => 0);
  sums[key] = known.map((value, index) => value + (values[index] ?? 0));
}
