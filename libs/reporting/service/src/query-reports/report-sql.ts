import { columnsNamed } from './report-columns';
import type { ColumnName, ReportColumn } from './report-columns';

/** Bound parameters of a statement that is put together. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder of the value. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${String(this.values.length)}`;
  }
}

/** A report as rows: one statement, in a fixed order, and what its columns are. */
export interface ReportTable {
  readonly columns: readonly ReportColumn[];
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Settings of the transaction, where the planner would misjudge the rows. */
  readonly plan?: string;
}

/** A column and the SQL expression of its value. */
export type Selected = readonly [name: ColumnName, sql: string];

export function selectList(columns: readonly Selected[]): string {
  return columns.map(([name, sql]) => `${sql} AS "${name}"`).join(', ');
}

export function reportTable(columns: readonly Selected[], sql: string, parameters: Parameters): ReportTable {
  return { columns: columnsNamed(columns.map(([name]) => name)), sql, parameters: parameters.values };
}

/** The name that stands for a code, of a list whose codes begin at `first`. */
export function nameOfCode(names: readonly string[], code: string, first: 0 | 1 = 1): string {
  const literals = names.map((name) => `'${name}'`).join(', ');
  return `(ARRAY[${literals}])[${first === 1 ? code : `${code} + 1`}]`;
}
