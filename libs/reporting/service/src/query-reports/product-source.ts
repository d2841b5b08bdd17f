import type { ReportGroup } from '@potok/reporting-contracts/report-http';
import { FACET_KEYS } from './facet-source';
import type { Source } from './facet-source';
import { dateCondition, facetConditions, integersIn } from './report-filters';
import { PRODUCT_MEASURES } from '../storage/product-sums';
import type { ResolvedFilters } from './report-filters';
import { needsFacets } from './report-groups';
import type { Parameters } from './report-sql';

const DAY_MS = 86_400_000;

const COLUMNS = PRODUCT_MEASURES.join(', ');

/**
 * What was sold of products. Where registers, people or operations are told apart the lines themselves are summed;
 * otherwise the sums by product, whole months from the sums of months.
 */
export function productSource(
  groups: readonly ReportGroup[],
  resolved: ResolvedFilters,
  parameters: Parameters,
): Source {
  return needsFacets(groups) || filtersFacets(resolved)
    ? lineSource(resolved, parameters)
    : sumSource(groups, resolved, parameters);
}

function filtersFacets({ filters, registerNos }: ResolvedFilters): boolean {
  const { legalEntityIds, cashierRefs, operations, purposes } = filters;
  return [registerNos, legalEntityIds, cashierRefs, operations, purposes].some((filter) => filter !== null);
}

function lineSource(resolved: ResolvedFilters, parameters: Parameters): Source {
  return {
    from: 'product_entry d JOIN facet f USING (facet_no)',
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
    },
  };
}

function sumSource(
  groups: readonly ReportGroup[],
  resolved: ResolvedFilters,
  parameters: Parameters,
): Source {
  const { from, to } = resolved.filters;
  const spans = groups.includes('date')
    ? [{ table: 'daily', sign: 1, from, to } as const]
    : spansOf(from, to);
  const scope = resolved.storeNos === null && !groups.includes('store') ? 'chain' : 'store';
  const parts = spans.map((span) => sumsOf({ ...span, scope }, resolved, parameters));
  return {
    from: `(${[...parts, unfolded(resolved, parameters)].join('\nUNION ALL\n')}) d`,
    where: [],
    keys: {
      store_no: 'd.store_no',
      day: 'd.day',
      month: "date_trunc('month', d.day)",
      product_no: 'd.product_no',
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

/** Sums over all stores where none are told apart. */
interface ScopedSpan extends Span {
  readonly scope: 'chain' | 'store';
}

function sumsOf(span: ScopedSpan, resolved: ResolvedFilters, parameters: Parameters): string {
  const date = span.table === 'daily' ? 'business_date' : 'month';
  const measures =
    span.sign === 1 ? COLUMNS : PRODUCT_MEASURES.map((name) => `-${name} AS ${name}`).join(', ');
  const where = [
    `${date} BETWEEN ${parameters.add(span.from)}::date AND ${parameters.add(span.to)}::date`,
    ...integersIn('store_no', resolved.storeNos, parameters),
    ...integersIn('product_no', resolved.productNos, parameters),
  ];
  // Every part of a month falls into the same month, whichever of its days it is of.
  const [table, store] = span.scope === 'chain' ? ['chain_', 'NULL::int'] : ['', 'store_no'];
  return `SELECT ${store} AS store_no, ${date} AS day, product_no, ${measures} FROM ${table}${span.table}_product WHERE ${where.join(' AND ')}`;
}

/** What is not summed yet: of each store the few events beyond its fold, read by the primary key. */
function unfolded(resolved: ResolvedFilters, parameters: Parameters): string {
  const where = [
    dateCondition('e.business_date', resolved, parameters),
    ...integersIn('e.product_no', resolved.productNos, parameters),
  ];
  const stores = [
    's.applied_seq > b.folded_up_to',
    ...integersIn('b.store_no', resolved.storeNos, parameters),
  ];
  return `SELECT b.store_no, e.business_date AS day, e.product_no, ${PRODUCT_MEASURES.map((name) => `e.${name}`).join(', ')}
   FROM product_fold b JOIN store_report s USING (store_no)
   CROSS JOIN LATERAL (
     SELECT * FROM product_entry e WHERE e.store_no = b.store_no AND e.seq > b.folded_up_to AND e.seq <= s.applied_seq
       AND ${where.join(' AND ')} OFFSET 0
   ) e WHERE ${stores.join(' AND ')}`;
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
