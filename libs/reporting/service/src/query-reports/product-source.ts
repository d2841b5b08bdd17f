import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { ReportGroup } from '@potok/reporting-contracts/report-http';
import { PRODUCT_MEASURES } from '@potok/reporting-domain/product-measures';
import { FACET_KEYS } from './facet-source';
import type { Source } from './facet-source';
import { dateCondition, facetConditions, integersIn } from './report-filters';
import { CHAIN, SUM_KIND } from '../storage/packed-sums';
import type { ResolvedFilters } from './report-filters';
import { needsFacets } from './report-groups';
import type { Parameters } from './report-sql';

const DAY_MS = 86_400_000;
/** The planner takes a packed row for ten items: it would sort and look up one by one what is better hashed. */
const UNPACKING_PLAN = 'SET LOCAL enable_sort = off; SET LOCAL enable_nestloop = off';
/** So few items are looked up in each part; of more the parts are unpacked. */
const LOOKED_UP_MAX = 50;

/**
 * What was sold of products. Where registers, people or operations are told apart the lines themselves are summed;
 * otherwise the packed sums: by category where no product is told apart, whole months where there are sums of months.
 */
export function productSource(
  groups: readonly ReportGroup[],
  resolved: ResolvedFilters,
  parameters: Parameters,
): Source {
  return needsFacets(groups) || filtersFacets(resolved)
    ? lineSource(groups, resolved, parameters)
    : sumSource(groups, resolved, parameters);
}

function filtersFacets({ filters, registerNos }: ResolvedFilters): boolean {
  const { legalEntityIds, cashierRefs, operations, purposes } = filters;
  return [registerNos, legalEntityIds, cashierRefs, operations, purposes].some((filter) => filter !== null);
}

function lineSource(
  groups: readonly ReportGroup[],
  resolved: ResolvedFilters,
  parameters: Parameters,
): Source {
  return {
    from: `product_entry d JOIN facet f USING (facet_no) ${categoryJoin(groups, 'd.product_no')}`,
    where: [
      dateCondition('d.business_date', resolved, parameters),
      // Also of the lines, whose primary key begins with the store.
      ...integersIn('d.store_no', resolved.storeNos, parameters),
      ...integersIn('d.product_no', resolved.productNos, parameters),
      ...facetConditions(resolved, parameters),
    ],
    keys: {
      ...FACET_KEYS,
      day: 'd.business_date',
      month: "date_trunc('month', d.business_date)",
      product_no: 'd.product_no',
      category_no: CATEGORY_OF_PRODUCT,
    },
  };
}

const CATEGORY_OF_PRODUCT = 'coalesce(c.category_no, 0)';

function categoryJoin(groups: readonly ReportGroup[], productNo: string): string {
  return groups.includes('category') ? `LEFT JOIN product_category c ON c.product_no = ${productNo}` : '';
}

/** Which of the packed sums answer a question. */
interface Packed {
  readonly items: 'product' | 'category';
  readonly scope: 'chain' | 'store';
  /** null = all. */
  readonly itemNos: readonly number[] | null;
}

function packedOf(groups: readonly ReportGroup[], resolved: ResolvedFilters): Packed {
  const asked = groups.includes('category') || resolved.categoryNos !== null;
  const byCategory = asked && !groups.includes('product') && resolved.filters.productIds === null;
  return {
    items: byCategory ? 'category' : 'product',
    scope: resolved.storeNos === null && !groups.includes('store') ? 'chain' : 'store',
    itemNos: byCategory ? resolved.categoryNos : resolved.productNos,
  };
}

function sumSource(
  groups: readonly ReportGroup[],
  resolved: ResolvedFilters,
  parameters: Parameters,
): Source {
  const { from, to } = resolved.filters;
  const packed = packedOf(groups, resolved);
  const hasMonths = packed.items === 'category' || packed.scope === 'chain';
  const spans =
    groups.includes('date') || !hasMonths
      ? [{ table: 'daily', sign: 1, from, to } as const]
      : spansOf(from, to);
  const parts = spans.map((span) => sumsOf({ ...span, ...packed }, resolved, parameters));
  const ofProducts = packed.items === 'product';
  return {
    from: `(${[...parts, unfolded(packed, resolved, parameters)].join('\nUNION ALL\n')}) d
      ${ofProducts ? categoryJoin(groups, 'd.item_no') : ''}`,
    where: [],
    plan: UNPACKING_PLAN,
    keys: {
      store_no: 'd.store_no',
      day: 'd.day',
      month: "date_trunc('month', d.day)",
      product_no: 'd.item_no',
      category_no: ofProducts ? CATEGORY_OF_PRODUCT : 'd.item_no',
    },
  };
}

/** Dates inclusive. A month is taken whole; what it has too much is taken off where that is less than to add days. */
export interface Span {
  readonly table: 'daily' | 'monthly';
  readonly sign: 1 | -1;
  readonly from: string;
  readonly to: string;
}

export function spansOf(from: string, to: string): readonly Span[] {
  const spans: Span[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = monthAfter(month)) {
    const first = `${month}-01`;
    const last = dayBefore(`${monthAfter(month)}-01`);
    const begin = from > first ? from : first;
    const end = to < last ? to : last;
    const within = daysFrom(begin, end);
    const without = daysFrom(first, last) - within;
    if (within < without) {
      spans.push({ table: 'daily', sign: 1, from: begin, to: end });
      continue;
    }
    spans.push({ table: 'monthly', sign: 1, from: first, to: first });
    if (begin > first) spans.push({ table: 'daily', sign: -1, from: first, to: dayBefore(begin) });
    if (end < last) spans.push({ table: 'daily', sign: -1, from: dayAfter(end), to: last });
  }
  return spans;
}

const KINDS = {
  product: { daily: SUM_KIND.productDay, monthly: SUM_KIND.productMonth },
  category: { daily: SUM_KIND.categoryDay, monthly: SUM_KIND.categoryMonth },
} as const;

/** The parts of a span, item by item. Every part of a month falls into the same month, whichever of its days it is of. */
function sumsOf(span: Span & Packed, resolved: ResolvedFilters, parameters: Parameters): string {
  const stores =
    resolved.storeNos === null
      ? ['s.store_no IN (SELECT store_no FROM store_report)']
      : integersIn('s.store_no', resolved.storeNos, parameters);
  const where = [
    `s.kind = ${String(KINDS[span.items][span.table])}`,
    `s.period BETWEEN ${parameters.add(span.from)}::date AND ${parameters.add(span.to)}::date`,
    ...(span.scope === 'chain' ? [`s.store_no = ${String(CHAIN)}`] : stores),
  ].join(' AND ');
  const sign = span.sign === 1 ? '' : '-';
  const { itemNos } = span;
  if (itemNos !== null && itemNos.length <= LOOKED_UP_MAX) {
    const measures = PRODUCT_MEASURES.map((name) => `${sign}s.${name}[p.place] AS ${name}`);
    return `SELECT s.store_no, s.period AS day, p.item_no, ${measures.join(', ')}
      FROM sales_sums s CROSS JOIN LATERAL (
        SELECT w.item_no, array_position(s.item_nos, w.item_no) AS place
        FROM unnest(${parameters.add(integerArray(itemNos))}::int[]) w(item_no) OFFSET 0
      ) p WHERE ${where} AND p.place IS NOT NULL`;
  }
  const measures = PRODUCT_MEASURES.map((name) => `${sign}unnest(s.${name}) AS ${name}`);
  const items = `SELECT s.store_no, s.period AS day, unnest(s.item_nos) AS item_no, ${measures.join(', ')}
    FROM sales_sums s WHERE ${where}`;
  const wanted = integersIn('item_no', itemNos, parameters);
  return wanted.length === 0 ? items : `SELECT * FROM (${items}) i WHERE ${wanted.join(' AND ')}`;
}

/** What is not summed yet: of each store the few events beyond its fold, read by the primary key. */
function unfolded({ items }: Packed, resolved: ResolvedFilters, parameters: Parameters): string {
  const where = [
    dateCondition('e.business_date', resolved, parameters),
    ...integersIn('e.product_no', resolved.productNos, parameters),
  ];
  const stores = [
    's.applied_seq > b.folded_up_to',
    ...integersIn('b.store_no', resolved.storeNos, parameters),
  ];
  const ofCategory = items === 'category';
  return `SELECT b.store_no, e.business_date AS day, ${ofCategory ? 'coalesce(o.category_no, 0)' : 'e.product_no'} AS item_no,
     ${PRODUCT_MEASURES.map((name) => `e.${name}`).join(', ')}
   FROM product_fold b JOIN store_report s USING (store_no)
   CROSS JOIN LATERAL (
     SELECT * FROM product_entry e WHERE e.store_no = b.store_no AND e.seq > b.folded_up_to AND e.seq <= s.applied_seq
       AND ${where.join(' AND ')} OFFSET 0
   ) e ${ofCategory ? 'LEFT JOIN product_category o ON o.product_no = e.product_no' : ''} WHERE ${stores.join(' AND ')}`;
}

function monthAfter(month: string): string {
  return dayAfter(`${month}-28`, 4).slice(0, 7);
}

function dayAfter(date: string, days = 1): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

function dayBefore(date: string): string {
  return dayAfter(date, -1);
}

function daysFrom(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1;
}
