import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { Parameters } from './report-sql';

/** Which receipts a report is about; null = whatever. */
export interface ReportFilters {
  readonly from: string;
  readonly to: string;
  readonly storeIds: readonly string[] | null;
  readonly legalEntityIds: readonly string[] | null;
  readonly registerIds: readonly string[] | null;
  readonly cashierRefs: readonly string[] | null;
  readonly productIds: readonly string[] | null;
  readonly categoryCodes: readonly string[] | null;
  /** Codes. */
  readonly operations: readonly number[] | null;
  readonly purposes: readonly number[] | null;
}

/** The same with numbers instead of identifiers. */
export interface ResolvedFilters {
  readonly filters: ReportFilters;
  readonly storeNos: readonly number[] | null;
  readonly registerNos: readonly number[] | null;
  /** Products, and those of the categories. */
  readonly productNos: readonly number[] | null;
  readonly categoryNos: readonly number[] | null;
}

export interface UnknownFilter {
  readonly field: 'storeId' | 'registerId' | 'productId';
  readonly values: readonly string[];
}

/** Identifiers that nobody knows are named: a report about nothing would look like one of no sales. */
export async function resolveFilters(
  tx: Tx,
  filters: ReportFilters,
): Promise<ResolvedFilters | UnknownFilter> {
  const stores = await numbersOf(tx, STORES, filters.storeIds);
  if (stores.unknown.length > 0) return { field: 'storeId', values: stores.unknown };
  const registers = await numbersOf(tx, REGISTERS, filters.registerIds);
  if (registers.unknown.length > 0) return { field: 'registerId', values: registers.unknown };
  const products = await numbersOf(tx, PRODUCTS, filters.productIds);
  if (products.unknown.length > 0) return { field: 'productId', values: products.unknown };
  return {
    filters,
    storeNos: stores.numbers,
    registerNos: registers.numbers,
    ...(await withCategories(tx, products.numbers, filters.categoryCodes)),
  };
}

const STORES = 'SELECT store_id AS id, store_no AS no FROM store_copy WHERE store_id = ANY($1::text[])';
const REGISTERS =
  'SELECT register_id AS id, register_no AS no FROM register_copy WHERE register_id = ANY($1::text[])';
const PRODUCTS =
  'SELECT product_id AS id, product_no AS no FROM product_copy WHERE product_id = ANY($1::text[])';

async function numbersOf(tx: Tx, sql: string, ids: readonly string[] | null) {
  if (ids === null) return { numbers: null, unknown: [] };
  const { rows } = await tx.query<{ id: string; no: number }>(sql, [textArray(ids)]);
  const known = new Set(rows.map(({ id }) => id));
  return { numbers: rows.map(({ no }) => no), unknown: ids.filter((id) => !known.has(id)) };
}

async function withCategories(
  tx: Tx,
  productNos: readonly number[] | null,
  categoryCodes: readonly string[] | null,
): Promise<Pick<ResolvedFilters, 'productNos' | 'categoryNos'>> {
  if (categoryCodes === null) return { productNos, categoryNos: null };
  const { rows: categories } = await tx.query<{ no: number }>(
    'SELECT category_no AS no FROM category WHERE category_code = ANY($1::text[])',
    [textArray(categoryCodes)],
  );
  const categoryNos = categories.map(({ no }) => no);
  const { rows } = await tx.query<{ no: number }>(
    'SELECT product_no AS no FROM product_category WHERE category_no = ANY($1::int[])',
    [integerArray(categoryNos)],
  );
  const wanted = productNos === null ? null : new Set(productNos);
  const ofCategories = rows.map(({ no }) => no).filter((no) => wanted === null || wanted.has(no));
  return { productNos: ofCategories, categoryNos };
}

/** Conditions on a row of `facet`, under the name `f`. */
export function facetConditions(resolved: ResolvedFilters, parameters: Parameters): string[] {
  const { filters, storeNos, registerNos } = resolved;
  return [
    ...integersIn('f.store_no', storeNos, parameters),
    ...integersIn('f.register_no', registerNos, parameters),
    ...integersIn('f.operation', filters.operations, parameters),
    ...integersIn('f.purpose', filters.purposes, parameters),
    ...textsIn('f.legal_entity_id', filters.legalEntityIds, parameters),
    ...textsIn('f.cashier_ref', filters.cashierRefs, parameters),
  ];
}

export function dateCondition(column: string, { filters }: ResolvedFilters, parameters: Parameters): string {
  return `${column} BETWEEN ${parameters.add(filters.from)}::date AND ${parameters.add(filters.to)}::date`;
}

export function integersIn(
  column: string,
  values: readonly number[] | null,
  parameters: Parameters,
): string[] {
  return values === null ? [] : [`${column} = ANY(${parameters.add(integerArray(values))}::int[])`];
}

function textsIn(column: string, values: readonly string[] | null, parameters: Parameters): string[] {
  return values === null ? [] : [`${column} = ANY(${parameters.add(textArray(values))}::text[])`];
}
