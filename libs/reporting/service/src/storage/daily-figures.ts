import { assert } from '@potok/kernel/assert';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { paymentCode } from '@potok/reporting-domain/codes';
import { sumsOf, vatFiguresOf } from '@potok/reporting-domain/figures';
import type { CountedReceipt } from './receipt-state';

/** Sums of one key: the key's columns, then the measures. */
type Row = (number | string)[];

interface FigureTable {
  readonly table: string;
  readonly keys: readonly { readonly name: string; readonly type: string }[];
  readonly measures: readonly string[];
}

const KEY = (name: string, type: string) => ({ name, type });

const DAILY_FACET: FigureTable = {
  table: 'daily_facet',
  keys: [KEY('business_date', 'date'), KEY('facet_no', 'int')],
  measures: [
    'receipts',
    'operations',
    'lines',
    'total_kopecks',
    'revenue_kopecks',
    'advance_kopecks',
    'credit_payment_kopecks',
    'agent_kopecks',
    'other_kopecks',
    'discount_kopecks',
    'rounding_kopecks',
    'unitemised_kopecks',
  ],
};
const DAILY_PAYMENT: FigureTable = {
  table: 'daily_payment',
  keys: [KEY('business_date', 'date'), KEY('facet_no', 'int'), KEY('payment_code', 'smallint')],
  measures: ['payments', 'amount_kopecks', 'cash_out_kopecks'],
};
const DAILY_DISCOUNT: FigureTable = {
  table: 'daily_discount',
  keys: [KEY('business_date', 'date'), KEY('facet_no', 'int'), KEY('origin_code', 'smallint')],
  measures: ['discounts', 'amount_kopecks'],
};
/** Days whose sums changed: what is published of them is made anew. */
const BI_DAY_MARK: FigureTable = {
  table: 'bi_day_mark',
  keys: [KEY('business_date', 'date'), KEY('facet_no', 'int')],
  measures: ['changes'],
};
const DAILY_VAT: FigureTable = {
  table: 'daily_vat',
  keys: [KEY('local_date', 'date'), KEY('facet_no', 'int'), KEY('vat_rate', 'smallint')],
  measures: ['receipts', 'turnover_kopecks', 'stated_kopecks', 'derived_kopecks'],
};
const SHIFT_TOTAL: FigureTable = {
  table: 'shift_total',
  keys: [
    KEY('store_no', 'int'),
    KEY('series', 'text'),
    KEY('shift_number', 'bigint'),
    KEY('operation', 'smallint'),
  ],
  measures: ['receipts', 'total_kopecks', 'cash_kopecks', 'electronic_kopecks'],
};

const CASH = fiscalKindOf(paymentCode('cash', undefined));
const ELECTRONIC = fiscalKindOf(paymentCode('electronic', undefined));

/** What a batch changes in the sums: added up in memory, one statement a table, keys sorted. */
export class DailyFigures {
  private readonly facets = new KeyedSums();
  private readonly payments = new KeyedSums();
  private readonly discounts = new KeyedSums();
  private readonly vat = new KeyedSums();
  private readonly shifts = new KeyedSums();

  /** `sign` 1 adds the receipt, −1 takes it out. A receipt that does not count changes nothing. */
  add({ state, operationCounted }: CountedReceipt, sign: 1 | -1): void {
    const { facts, facetNo } = state;
    if (!facts.counted) return;
    const sums = sumsOf(facts);
    const measures = [
      1,
      operationCounted ? 1 : 0,
      sums.lines,
      sums.totalKopecks,
      sums.revenueKopecks,
      sums.advanceKopecks,
      sums.creditPaymentKopecks,
      sums.agentKopecks,
      sums.otherKopecks,
      sums.discountKopecks,
      sums.roundingKopecks,
      sums.unitemisedKopecks,
    ];
    this.facets.add([facts.businessDay, facetNo], measures, sign);
    this.addPayments(state, sign);
    this.addDiscounts(state, sign);
    for (const { rate, turnoverKopecks, statedKopecks, derivedKopecks } of vatFiguresOf(facts)) {
      const taxed = [1, turnoverKopecks, statedKopecks, derivedKopecks];
      this.vat.add([facts.localDay, facetNo, rate], taxed, sign);
    }
  }

  /** Another receipt of its operation counts from now on, or this one does. */
  addOperation({ facts, facetNo }: CountedReceipt['state'], sign: 1 | -1): void {
    this.facets.add([facts.businessDay, facetNo], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sign);
  }

  async save(tx: Tx): Promise<void> {
    await upsert(tx, DAILY_FACET, this.facets.rows);
    await upsert(tx, DAILY_PAYMENT, this.payments.rows);
    await upsert(tx, DAILY_DISCOUNT, this.discounts.rows);
    await upsert(tx, DAILY_VAT, this.vat.rows);
    await upsert(tx, SHIFT_TOTAL, this.shifts.rows);
    await upsert(tx, BI_DAY_MARK, this.touchedDays());
  }

  private touchedDays(): Map<string, Row> {
    const days = new Map<string, Row>();
    for (const [day = 0, facetNo = 0] of [...this.facets.rows.values(), ...this.payments.rows.values()]) {
      days.set(`${String(day)}|${String(facetNo)}`, [day, facetNo, 1]);
    }
    return days;
  }

  private addDiscounts({ facts, facetNo }: CountedReceipt['state'], sign: 1 | -1): void {
    const { discounts, businessDay } = facts;
    if (discounts === null) return;
    for (let index = 0; index < discounts.length; index += 3) {
      const measures = [discounts[index + 1] ?? 0, discounts[index + 2] ?? 0];
      this.discounts.add([businessDay, facetNo, discounts[index] ?? 0], measures, sign);
    }
  }

  private addPayments(state: CountedReceipt['state'], sign: 1 | -1): void {
    const { facts, facetNo } = state;
    const { payments, direction } = facts;
    let cash = 0;
    let electronic = 0;
    for (let index = 0; index < payments.length; index += 3) {
      const code = payments[index] ?? 0;
      const amount = payments[index + 1] ?? 0;
      const measures = [1, amount, payments[index + 2] ?? 0];
      this.payments.add([facts.businessDay, facetNo, code], measures, sign);
      if (fiscalKindOf(code) === CASH) cash += amount;
      if (fiscalKindOf(code) === ELECTRONIC) electronic += amount;
    }
    if (state.shiftNumber === null) return;
    this.shifts.add(
      [state.storeNo, state.series, state.shiftNumber, state.facet.operation],
      [1, direction * facts.totalKopecks, direction * cash, direction * electronic],
      sign,
    );
  }
}

function fiscalKindOf(code: number): number {
  return code >> 4;
}

/** Rows by their keys. */
class KeyedSums {
  readonly rows = new Map<string, Row>();

  /** `sign` −1 takes the measures out. */
  add(key: readonly (number | string)[], measures: readonly number[], sign: 1 | -1): void {
    const text = key.join('|');
    let row = this.rows.get(text);
    if (row === undefined) {
      row = [...key, ...measures.map(() => 0)];
      this.rows.set(text, row);
    }
    for (let index = 0; index < measures.length; index += 1) {
      const place = key.length + index;
      row[place] = Number(row[place]) + sign * (measures[index] ?? 0);
    }
  }
}

async function upsert(tx: Tx, { table, keys, measures }: FigureTable, sums: Map<string, Row>): Promise<void> {
  const rows = [...sums.values()].filter((row) => row.slice(keys.length).some((measure) => measure !== 0));
  if (rows.length === 0) return;
  rows.sort((one, other) => compareKeys(one, other, keys.length));
  const columns = [...keys, ...measures.map((name) => KEY(name, 'bigint'))];
  const names = columns.map(({ name }) => name);
  const casts = columns.map(({ type }, index) => `$${String(index + 1)}::${arrayType(type)}[]`);
  const selected = columns.map(({ name, type }) => (type === 'date' ? `'1970-01-01'::date + ${name}` : name));
  await tx.query(
    `INSERT INTO ${table} AS t (${names.join(', ')})
     SELECT ${selected.join(', ')} FROM unnest(${casts.join(', ')}) v(${names.join(', ')})
     ON CONFLICT (${keys.map(({ name }) => name).join(', ')}) DO UPDATE
     SET ${measures.map((name) => `${name} = t.${name} + excluded.${name}`).join(', ')}`,
    columns.map(({ type }, index) => columnLiteral(rows, index, type)),
  );
}

/** A date travels as days since 1970-01-01. */
function arrayType(type: string): string {
  return type === 'date' ? 'int' : type;
}

function columnLiteral(rows: readonly Row[], index: number, type: string): string {
  if (type === 'text') return textArray(rows.map((row) => String(row[index])));
  return integerArray(
    rows.map((row) => {
      const value = Number(row[index]);
      assert(Number.isSafeInteger(value), 'a sum of a batch leaves the safe integers');
      return value;
    }),
  );
}

function compareKeys(one: Row, other: Row, keys: number): number {
  for (let index = 0; index < keys; index += 1) {
    const a = one[index] ?? 0;
    const b = other[index] ?? 0;
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}
