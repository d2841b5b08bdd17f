import type { Result } from '@potok/kernel/result';
import { fail, ok } from '@potok/kernel/result';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { ReportAsOf } from '@potok/reporting-contracts/report-http';
import { readAsOf } from './as-of.query';
import { resolveFilters } from './report-filters';
import type { ReportFilters, ResolvedFilters, UnknownFilter } from './report-filters';
import { rowOf } from './report-rows';
import type { ReportRow } from './report-rows';
import type { ReportTable } from './report-sql';

/** How a report is made once its filters are numbers. */
export type ReportBuilder = (resolved: ResolvedFilters) => ReportTable;

export interface ReportPage {
  readonly asOf: ReportAsOf;
  readonly rows: readonly ReportRow[];
  readonly next: string | null;
}

export interface PageBounds {
  /** Rows before the page. */
  readonly after: number;
  readonly limit: number;
}

/** A report in pages: the figures and as of when they hold, of one snapshot. */
export class ReportsQuery {
  constructor(private readonly database: Transactor) {}

  page(
    filters: ReportFilters,
    build: ReportBuilder,
    { after, limit }: PageBounds,
  ): Promise<Result<ReportPage, UnknownFilter>> {
    return this.database.tx(
      async (tx) => {
        const opened = await openReport(tx, filters, build);
        if (!opened.ok) return opened;
        const { asOf, table } = opened.value;
        const bounds = `LIMIT ${String(limit + 1)} OFFSET ${String(after)}`;
        const { rows } = await tx.query(`${table.sql}\n${bounds}`, table.parameters);
        const next = rows.length > limit ? String(after + limit) : null;
        return ok({ asOf, rows: rows.slice(0, limit).map(rowOf), next });
      },
      { isolation: 'repeatable read', readOnly: true },
    );
  }
}

export interface OpenedReport {
  readonly asOf: ReportAsOf;
  readonly table: ReportTable;
  readonly resolved: ResolvedFilters;
}

/** Compiling a plan would take longer than most reports; sums of a chain's month fit in the memory. */
const PLAN = `SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`;

export async function openReport(
  tx: Tx,
  filters: ReportFilters,
  build: ReportBuilder,
): Promise<Result<OpenedReport, UnknownFilter>> {
  await tx.query(PLAN);
  const resolved = await resolveFilters(tx, filters);
  if ('field' in resolved) return fail(resolved);
  const asOf = await readAsOf(tx, resolved.storeNos);
  const table = build(resolved);
  if (table.plan !== undefined) await tx.query(table.plan);
  return ok({ asOf, table, resolved });
}
