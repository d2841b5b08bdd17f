import type { ReportGroup } from '@potok/reporting-contracts/report-http';
import type { Source } from './facet-source';
import { columnsOf, joinsOf, keysOf, mayShareNames } from './report-groups';
import { reportTable, selectList } from './report-sql';
import type { Parameters, ReportTable, Selected } from './report-sql';

/** What is added up of a source's rows, by its name in the summed rows. */
export type Measures = Readonly<Record<string, string>>;

export interface SummedReport {
  readonly groups: readonly ReportGroup[];
  readonly source: Source;
  readonly measures: Measures;
  /** Beside the groups: keys that the report itself tells apart, by their SQL in the source. */
  readonly ownKeys?: Readonly<Record<string, string>>;
  /** Of `ownKeys`, over the summed rows. */
  readonly ownColumns?: readonly Selected[];
  /** Over the sums, each by its name: `m.revenue`. */
  readonly columns: readonly Selected[];
}

/**
 * Sums by keys first, so that names are joined to few rows; then by names where several keys may bear one; at last what
 * is worked out of the sums. Without groups it is one row.
 */
export function summedReport(report: SummedReport, parameters: Parameters): ReportTable {
  const { groups, source, measures } = report;
  const keys = keysOf(groups).map((key): [string, string] => [key, source.keys[key] ?? 'NULL']);
  const inner = [...keys, ...Object.entries(report.ownKeys ?? {})];
  const named = [...columnsOf(groups), ...(report.ownColumns ?? [])];
  const names = Object.keys(measures);
  const groupBy = (count: number) =>
    count === 0
      ? ''
      : `GROUP BY ${Array.from({ length: count }, (_, index) => String(index + 1)).join(', ')}`;
  const again = report.ownKeys !== undefined || mayShareNames(groups);
  const sql = `
WITH i AS (
  SELECT ${[...inner.map(([name, of]) => `${of} AS ${name}`), ...summed(measures)].join(', ')}
  FROM ${source.from}
  ${source.where.length === 0 ? '' : `WHERE ${source.where.join(' AND ')}`}
  ${groupBy(inner.length)}
), m AS (
  SELECT ${[...named.map(([name, of]) => `${of} AS "${name}"`), ...names.map((name) => (again ? `sum(i.${name})::bigint AS ${name}` : `i.${name}`))].join(', ')}
  FROM i ${joinsOf(groups)}
  ${again ? groupBy(named.length) : ''}
)
SELECT ${selectList([...named.map(([name]): Selected => [name, `m."${name}"`]), ...report.columns])}
FROM m ${named.length === 0 ? '' : `WHERE ${names.map((name) => `m.${name} <> 0`).join(' OR ')} ORDER BY ${named.map(([name]) => `m."${name}" NULLS FIRST`).join(', ')}`}`;
  const table = reportTable([...named, ...report.columns], sql, parameters);
  return source.plan === undefined ? table : { ...table, plan: source.plan };
}

function summed(measures: Measures): string[] {
  return Object.entries(measures).map(([name, of]) => `coalesce(${of}, 0)::bigint AS ${name}`);
}
