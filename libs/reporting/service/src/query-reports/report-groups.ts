import type { ReportGroup } from '@potok/reporting-contracts/report-http';
import { OPERATIONS, PURPOSES } from '@potok/reporting-domain/codes';
import { nameOfCode } from './report-sql';
import type { Selected } from './report-sql';

/** A key of a source's rows. Rows are summed by keys first, names are joined to what is left. */
export type SourceKey =
  | 'store_no'
  | 'day'
  | 'month'
  | 'register_no'
  | 'cashier_ref'
  | 'legal_entity_id'
  | 'operation'
  | 'purpose'
  | 'product_no'
  | 'category_no';

interface GroupSql {
  readonly keys: readonly SourceKey[];
  /** Over the summed rows, under the name `i`. */
  readonly columns: readonly Selected[];
  readonly join?: string;
  /** Keys of which the organisation says nothing yet bear one name: none. */
  readonly mayLackName?: true;
}

const GROUPS: Readonly<Record<ReportGroup, GroupSql>> = {
  store: {
    keys: ['store_no'],
    columns: [
      ['storeId', 's.store_id'],
      ['storeName', 's.name'],
    ],
    join: 'LEFT JOIN store_copy s ON s.store_no = i.store_no',
  },
  date: { keys: ['day'], columns: [['date', 'i.day']] },
  month: { keys: ['month'], columns: [['month', "to_char(i.month, 'YYYY-MM')"]] },
  register: {
    keys: ['register_no'],
    columns: [
      ['registerId', 'r.register_id'],
      ['registerName', 'r.name'],
    ],
    join: 'LEFT JOIN register_copy r ON r.register_no = i.register_no',
  },
  cashier: { keys: ['cashier_ref'], columns: [['cashierRef', 'i.cashier_ref']] },
  legalEntity: {
    keys: ['legal_entity_id'],
    columns: [
      ['legalEntityId', 'i.legal_entity_id'],
      ['legalEntityName', 'e.name'],
    ],
    join: 'LEFT JOIN legal_entity_copy e ON e.legal_entity_id = i.legal_entity_id',
    mayLackName: true,
  },
  operation: {
    keys: ['operation', 'purpose'],
    columns: [
      ['operation', nameOfCode(OPERATIONS, 'i.operation')],
      ['purpose', nameOfCode(PURPOSES, 'i.purpose', 0)],
    ],
  },
  category: {
    keys: ['category_no'],
    columns: [
      ['categoryCode', 'g.category_code'],
      ['categoryName', 'g.category_name'],
    ],
    join: 'LEFT JOIN category g ON g.category_no = i.category_no',
  },
  product: {
    keys: ['product_no'],
    columns: [
      ['productId', 'p.product_id'],
      ['productName', 'p.name'],
      ['article', 'p.article'],
    ],
    join: 'LEFT JOIN product_copy p ON p.product_no = i.product_no',
  },
};

/** Needs rows that tell products apart. */
export function needsProducts(groups: readonly ReportGroup[]): boolean {
  return groups.includes('product') || groups.includes('category');
}

/** Needs rows that tell registers, people or operations apart. */
export function needsFacets(groups: readonly ReportGroup[]): boolean {
  return groups.some((group) => ['register', 'cashier', 'legalEntity', 'operation'].includes(group));
}

/** Whether several keys may bear one name: elsewhere the events themselves say what each key is called. */
export function mayShareNames(groups: readonly ReportGroup[]): boolean {
  return groups.some((group) => GROUPS[group].mayLackName === true);
}

export function keysOf(groups: readonly ReportGroup[]): readonly SourceKey[] {
  return [...new Set(groups.flatMap((group) => GROUPS[group].keys))];
}

export function columnsOf(groups: readonly ReportGroup[]): readonly Selected[] {
  return groups.flatMap((group) => GROUPS[group].columns);
}

export function joinsOf(groups: readonly ReportGroup[]): string {
  return [...new Set(groups.map((group) => GROUPS[group].join ?? ''))].join('\n');
}
