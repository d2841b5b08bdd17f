import type { ReportColumn } from '../query-reports/report-columns';
import type { ReportRow } from '../query-reports/report-rows';
import type { StoreClocks } from './store-clocks';

/** What a writer knows of a report before its rows. */
export interface ReportSheet {
  readonly columns: readonly ReportColumn[];
  readonly clocks: StoreClocks;
}

/** Makes text of rows, some at a time. */
export interface ReportWriter {
  readonly mediaType: string;
  readonly extension: string;
  /** Before the first row. */
  head(sheet: ReportSheet): string;
  rows(sheet: ReportSheet, rows: readonly ReportRow[]): string;
}

export const ndjsonWriter: ReportWriter = {
  mediaType: 'application/x-ndjson',
  extension: 'ndjson',
  head: () => '',
  rows: (_sheet, rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
};

const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';

/** How headings and what stands in the cells are worded. */
interface Wording {
  heading(column: ReportColumn, clocks: StoreClocks): string;
  text(
    column: ReportColumn,
    value: string,
    at: { readonly clocks: StoreClocks; readonly row: ReportRow },
  ): string;
}

const WORDINGS: Readonly<Record<'ru' | 'en', Wording>> = {
  ru: {
    heading: ({ ru, kind }, clocks) => (kind === 'instant' ? `${ru} (${clocks.label})` : ru),
    text: ({ kind, words }, value, { clocks, row }) => {
      if (kind === 'instant') return clocks.local(String(row['storeId']), value);
      return words?.[value] ?? value;
    },
  },
  en: { heading: ({ name }) => name, text: (_column, value) => value },
};

/** As Excel with Russian settings opens it: UTF-8 with BOM, semicolons, decimal commas, CRLF. */
export function csvWriter(headers: 'ru' | 'en'): ReportWriter {
  const wording = WORDINGS[headers];
  const cell = (column: ReportColumn, row: ReportRow, clocks: StoreClocks): string => {
    const value = row[column.name] ?? null;
    if (typeof value !== 'string') return figure(column, value);
    return quoted(harmless(wording.text(column, value, { clocks, row })));
  };
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    head: ({ columns, clocks }) =>
      BYTE_ORDER_MARK + columns.map((column) => quoted(wording.heading(column, clocks))).join(';') + LINE_END,
    rows: ({ columns, clocks }, rows) =>
      rows.map((row) => columns.map((column) => cell(column, row, clocks)).join(';') + LINE_END).join(''),
  };
}

function figure({ kind }: ReportColumn, value: number | boolean | null): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (kind === 'kopecks') return decimal(value, 2);
  return kind === 'milli' ? decimal(value, 3) : String(value);
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
