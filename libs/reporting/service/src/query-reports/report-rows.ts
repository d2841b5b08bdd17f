import { toSafeInteger } from '@potok/kernel/money';

export type ReportValue = string | number | boolean | null;
export type ReportRow = Readonly<Record<string, ReportValue>>;

/** A row of a statement as it stands in an answer: integers safe or refused, instants in text. */
export function rowOf(row: Readonly<Record<string, unknown>>): ReportRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: unknown): ReportValue {
  if (typeof value === 'bigint') return toSafeInteger(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return null;
}
