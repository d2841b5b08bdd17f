import { OPERATIONS, PURPOSES, RECOGNITIONS, STOCK_EFFECTS, VAT_RATES } from '@potok/reporting-domain/codes';
import { facetConditions, integersIn } from './report-filters';
import type { ResolvedFilters } from './report-filters';
import { nameOfCode, Parameters, reportTable, selectList } from './report-sql';
import type { ReportTable, Selected } from './report-sql';

/** The way down from a figure: which receipts, which lines. */
export interface DocumentsQuestion {
  readonly resolved: ResolvedFilters;
  /** The date that `from` and `to` bound. */
  readonly dateOf: 'business' | 'local';
  /** Codes; null = whatever. */
  readonly vatRates: readonly number[] | null;
  readonly recognitions: readonly number[] | null;
  readonly paymentCodes: readonly number[] | null;
  readonly discountOrigins: readonly number[] | null;
  /** Also what counts in no figure. */
  readonly uncounted: boolean;
}

const RECEIPT_COLUMNS: readonly Selected[] = [
  ['storeId', 's.store_id'],
  ['receiptSeq', 'r.receipt_seq'],
  ['rootSeq', 'r.root_seq'],
  ['documentId', 'r.document_id'],
  ['revision', 'r.revision'],
  ['businessDate', 'r.business_date'],
  ['localDate', 'r.local_date'],
  ['occurredAt', 'r.occurred_at'],
  ['registerId', 'g.register_id'],
  ['cashierRef', 'f.cashier_ref'],
  ['legalEntityId', 'f.legal_entity_id'],
  ['operation', nameOfCode(OPERATIONS, 'f.operation')],
  ['purpose', nameOfCode(PURPOSES, 'f.purpose', 0)],
  ['series', 'r.series'],
  ['seriesNumber', 'r.series_number'],
  ['shiftNumber', 'r.shift_number'],
];

const DOCUMENT_COLUMNS: readonly Selected[] = [
  ...RECEIPT_COLUMNS,
  ['receiptNumber', 'r.receipt_number'],
  ['counted', 'r.counted'],
  ['operationCounted', 'r.operation_counted'],
  ['lines', 'r.line_count'],
  ['totalKopecks', 'r.total_kopecks'],
  ['revenueKopecks', 'r.revenue_kopecks'],
  ['advanceKopecks', 'r.advance_kopecks'],
  ['agentKopecks', 'r.agent_kopecks'],
  ['discountKopecks', 'r.discount_kopecks'],
  ['roundingKopecks', 'r.rounding_kopecks'],
];

const LINE_COLUMNS: readonly Selected[] = [
  ...RECEIPT_COLUMNS,
  ['lineNo', 'l.line_no'],
  ['productId', 'p.product_id'],
  ['productName', 'p.name'],
  ['categoryCode', 'p.category_code'],
  ['quantityMilli', 'l.quantity_milli'],
  ['amountKopecks', 'l.amount_kopecks'],
  ['discountKopecks', 'l.discount_kopecks'],
  ['vatRate', nameOfCode(VAT_RATES, 'l.vat_rate')],
  ['vatKopecks', 'l.vat_kopecks'],
  ['recognition', nameOfCode(RECOGNITIONS, 'l.recognition')],
  ['stockEffect', nameOfCode(STOCK_EFFECTS, 'l.stock_effect')],
  ['counted', 'l.counted'],
];

const FROM = `receipt r JOIN facet f USING (facet_no) JOIN store_copy s ON s.store_no = r.store_no
  LEFT JOIN register_copy g ON g.register_no = f.register_no`;
const ORDER = 'ORDER BY r.business_date, r.store_no, r.receipt_seq';

export function documentsReport(question: DocumentsQuestion): ReportTable {
  const parameters = new Parameters();
  const where = conditions(question, parameters);
  if (!filtersLines(question)) {
    const columns: readonly Selected[] = [...DOCUMENT_COLUMNS, ['matchedKopecks', 'r.revenue_kopecks']];
    return reportTable(
      columns,
      `SELECT ${selectList(columns)} FROM ${FROM} WHERE ${where} ${ORDER}`,
      parameters,
    );
  }
  const columns: readonly Selected[] = [...DOCUMENT_COLUMNS, ['matchedKopecks', 'l.matched::bigint']];
  const sql = `
WITH l AS (
  SELECT l.store_no, l.receipt_seq, sum(l.entry * l.amount_kopecks) AS matched
  FROM receipt_line l WHERE ${lineConditions(question, parameters)}
  GROUP BY 1, 2 HAVING sum(l.entry) > 0
)
SELECT ${selectList(columns)} FROM ${FROM} JOIN l ON l.store_no = r.store_no AND l.receipt_seq = r.receipt_seq
WHERE ${where} ${ORDER}`;
  return reportTable(columns, sql, parameters);
}

/** Lines as they stand: of each the entry that no later one takes out. */
export function linesReport(question: DocumentsQuestion): ReportTable {
  const parameters = new Parameters();
  const where = conditions(question, parameters);
  const sql = `
WITH l AS (
  SELECT DISTINCT ON (l.store_no, l.receipt_seq, l.line_no) l.*
  FROM receipt_line l WHERE ${lineDates(question, parameters)}
  ORDER BY l.store_no, l.receipt_seq, l.line_no, l.seq DESC, l.entry DESC
)
SELECT ${selectList(LINE_COLUMNS)} FROM ${FROM} JOIN l ON l.store_no = r.store_no AND l.receipt_seq = r.receipt_seq
  LEFT JOIN product_copy p ON p.product_no = l.product_no
WHERE l.entry > 0 AND ${[where, ...wantedLines(question, parameters)].join(' AND ')} ${ORDER}, l.line_no`;
  return reportTable(LINE_COLUMNS, sql, parameters);
}

function conditions(question: DocumentsQuestion, parameters: Parameters): string {
  const { resolved, dateOf, paymentCodes, discountOrigins } = question;
  const { from, to } = resolved.filters;
  const date = dateOf === 'local' ? 'r.local_date' : 'r.business_date';
  return [
    `${date} BETWEEN ${parameters.add(from)}::date AND ${parameters.add(to)}::date`,
    ...integersIn('r.store_no', resolved.storeNos, parameters),
    ...facetConditions(resolved, parameters),
    ...(question.uncounted ? [] : ['r.counted']),
    ...anyOf('r.payments', paymentCodes, parameters),
    ...anyOf('r.discounts', discountOrigins, parameters),
  ].join(' AND ');
}

/** `payments` and `discounts` hold three numbers each, the code first. */
function anyOf(column: string, codes: readonly number[] | null, parameters: Parameters): string[] {
  if (codes === null) return [];
  return [
    `EXISTS (SELECT 1 FROM json_array_elements_text(${column}::json) WITH ORDINALITY part(value, place)
    WHERE place % 3 = 1 AND ${integersIn('value::bigint', codes, parameters).join('')})`,
  ];
}

function filtersLines({ resolved, vatRates, recognitions }: DocumentsQuestion): boolean {
  return resolved.productNos !== null || vatRates !== null || recognitions !== null;
}

function lineConditions(question: DocumentsQuestion, parameters: Parameters): string {
  return [lineDates(question, parameters), ...wantedLines(question, parameters)].join(' AND ');
}

function wantedLines(question: DocumentsQuestion, parameters: Parameters): string[] {
  return [
    ...integersIn('l.product_no', question.resolved.productNos, parameters),
    ...integersIn('l.vat_rate', question.vatRates, parameters),
    ...integersIn('l.recognition', question.recognitions, parameters),
  ];
}

/** Lines bear the business date alone: by local date they are found among those of the days around. */
function lineDates({ resolved, dateOf }: DocumentsQuestion, parameters: Parameters): string {
  const { from, to } = resolved.filters;
  const margin = dateOf === 'local' ? 31 : 0;
  const days = parameters.add(margin);
  return [
    `l.business_date BETWEEN ${parameters.add(from)}::date - ${days}::int AND ${parameters.add(to)}::date + ${days}::int`,
    ...integersIn('l.store_no', resolved.storeNos, parameters),
  ].join(' AND ');
}
