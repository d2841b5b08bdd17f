import type { ReportGroup } from '@potok/reporting-contracts/report-http';
import { facetSource } from './facet-source';
import { productSource } from './product-source';
import type { ResolvedFilters } from './report-filters';
import { needsProducts } from './report-groups';
import { Parameters } from './report-sql';
import type { ReportTable, Selected } from './report-sql';
import { summedReport } from './summed-report';
import type { Measures } from './summed-report';

export interface SalesQuestion {
  readonly groups: readonly ReportGroup[];
  readonly resolved: ResolvedFilters;
}

/** Trade with customers: sales and returns. What was bought from people is no turnover of the chain. */
const TRADE = 'f.operation <= 2';
const CUSTOMER_RETURN = 'f.operation = 2 AND f.purpose = 1';
const PURCHASE = 'f.operation = 1 AND f.purpose = 0';
const LINE_KOPECKS =
  'd.revenue_kopecks + d.advance_kopecks + d.credit_payment_kopecks + d.agent_kopecks + d.other_kopecks';

const where = (sum: string, condition: string) => `total(${sum}) FILTER (WHERE ${condition})`;

const FACET_MEASURES: Measures = {
  revenue: where('d.revenue_kopecks', TRADE),
  sales: where('d.revenue_kopecks', `${TRADE} AND NOT (${CUSTOMER_RETURN})`),
  returned: where('-d.revenue_kopecks', CUSTOMER_RETURN),
  discount: where('d.discount_kopecks', TRADE),
  advance: where('d.advance_kopecks', TRADE),
  agent: where('d.agent_kopecks', TRADE),
  lines: 'total(d.lines)',
  receipts: 'total(d.receipts)',
  operations: 'total(d.operations)',
  purchases: where('d.operations', PURCHASE),
  purchase_kopecks: where('d.revenue_kopecks', PURCHASE),
  credit_payment: where('d.credit_payment_kopecks', TRADE),
  other: where('d.other_kopecks', TRADE),
  rounding: 'total(d.rounding_kopecks)',
  unitemised: where('d.unitemised_kopecks', TRADE),
  total: 'total(d.total_kopecks)',
  unexplained: `total(d.total_kopecks - (${LINE_KOPECKS}) + d.rounding_kopecks)`,
  return_receipts: where('d.receipts', CUSTOMER_RETURN),
  mending_receipts: where('d.receipts', 'f.purpose = 2'),
};

const PRODUCT_MEASURES: Measures = {
  // A measure that is zero throughout a part is null there.
  revenue: 'total(d.sold_kopecks) - total(d.returned_kopecks)',
  sales: 'total(d.sold_kopecks)',
  returned: 'total(d.returned_kopecks)',
  discount: 'total(d.discount_kopecks)',
  advance: 'total(d.advance_kopecks)',
  agent: 'total(d.agent_kopecks)',
  lines: 'total(d.lines)',
  sold_milli: 'total(d.sold_milli)',
  returned_milli: 'total(d.returned_milli)',
};

const MONEY: readonly Selected[] = [
  ['revenueKopecks', 'm.revenue'],
  ['salesKopecks', 'm.sales'],
  ['returnsKopecks', 'm.returned'],
  ['discountKopecks', 'm.discount'],
  ['advanceKopecks', 'm.advance'],
  ['agentKopecks', 'm.agent'],
  ['lines', 'm.lines'],
];

const OF_RECEIPTS: readonly Selected[] = [
  ['receipts', 'm.receipts'],
  ['operations', 'm.operations'],
  ['purchases', 'm.purchases'],
  // Half a kopeck up: div truncates.
  [
    'averageReceiptKopecks',
    'CASE WHEN m.purchases > 0 THEN (2 * m.purchase_kopecks + m.purchases) / (2 * m.purchases) END',
  ],
  ['creditPaymentKopecks', 'm.credit_payment'],
  ['otherKopecks', 'm.other'],
  ['roundingKopecks', 'm.rounding'],
  ['unitemisedKopecks', 'm.unitemised'],
  ['totalKopecks', 'm.total'],
  ['unexplainedKopecks', 'm.unexplained'],
  ['soldMilli', 'NULL::bigint'],
  ['returnedMilli', 'NULL::bigint'],
];

const NOT_OF_PRODUCTS = [
  'receipts',
  'operations',
  'purchases',
  'averageReceiptKopecks',
  'creditPaymentKopecks',
  'otherKopecks',
  'roundingKopecks',
  'unitemisedKopecks',
  'totalKopecks',
  'unexplainedKopecks',
] as const;

const OF_PRODUCTS: readonly Selected[] = [
  ...NOT_OF_PRODUCTS.map((name): Selected => [name, 'NULL::bigint']),
  ['soldMilli', 'm.sold_milli'],
  ['returnedMilli', 'm.returned_milli'],
];

export function salesReport(question: SalesQuestion): ReportTable {
  return trade(question, (products) => [...MONEY, ...(products ? OF_PRODUCTS : OF_RECEIPTS)]);
}

export function returnsReport(question: SalesQuestion): ReportTable {
  return trade(question, (products) => [
    ['returnsKopecks', 'm.returned'],
    ['returnReceipts', products ? 'NULL::bigint' : 'm.return_receipts'],
    ['mendingReceipts', products ? 'NULL::bigint' : 'm.mending_receipts'],
    ['salesKopecks', 'm.sales'],
  ]);
}

export function discountsReport(question: SalesQuestion): ReportTable {
  return trade(question, () => [
    ['discountKopecks', 'm.discount'],
    ['revenueKopecks', 'm.revenue'],
    ['beforeDiscountKopecks', 'm.revenue + m.discount'],
  ]);
}

function trade(
  { groups, resolved }: SalesQuestion,
  columnsOf: (products: boolean) => readonly Selected[],
): ReportTable {
  const parameters = new Parameters();
  const products = needsProducts(groups) || resolved.productNos !== null;
  const source = products
    ? productSource(groups, resolved, parameters)
    : facetSource('daily_facet', resolved, parameters);
  const measures = products ? PRODUCT_MEASURES : FACET_MEASURES;
  return summedReport({ groups, source, measures, columns: columnsOf(products) }, parameters);
}
