import type { ReportColumn } from '../query-reports/report-columns';
import type { ReportRow, ReportValue } from '../query-reports/report-rows';

/** Makes text of rows, some at a time. */
export interface ReportWriter {
  readonly mediaType: string;
  readonly extension: string;
  /** Before the first row. */
  head(columns: readonly ReportColumn[]): string;
  rows(columns: readonly ReportColumn[], rows: readonly ReportRow[]): string;
}

export const ndjsonWriter: ReportWriter = {
  mediaType: 'application/x-ndjson',
  extension: 'ndjson',
  head: () => '',
  rows: (_columns, rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
};

const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';

/** As Excel with Russian settings opens it: UTF-8 with BOM, semicolons, decimal commas, CRLF. */
export function csvWriter(headers: 'ru' | 'en'): ReportWriter {
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    head: (columns) =>
      BYTE_ORDER_MARK +
      columns.map((column) => quoted(headers === 'ru' ? column.ru : column.name)).join(';') +
      LINE_END,
    rows: (columns, rows) =>
      rows
        .map(
          (row) => columns.map((column) => csvValue(column, row[column.name] ?? null)).join(';') + LINE_END,
        )
        .join(''),
  };
}

function csvValue({ kind }: ReportColumn, value: ReportValue): string {
  if (value === null) return '';
  if (kind === 'kopecks') return decimal(Number(value), 2);
  if (kind === 'milli') return decimal(Number(value), 3);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return quoted(harmless(value));
}

/** Exactly: 12345 kopecks are 123,45. */
function decimal(value: number, places: number): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0');
  const point = digits.length - places;
  return `${value < 0 ? '-' : ''}${digits.slice(0, point)},${digits.slice(point)}`;
}

const FORMULA_BEGINNING = /^[=+\-@\t\r]/;

/** A name that a spreadsheet would run as a formula is shown instead. */
function harmless(text: string): string {
  return FORMULA_BEGINNING.test(text) ? `'${text}` : text;
}

const NEEDS_QUOTES = /[;"\r\n]/;

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
