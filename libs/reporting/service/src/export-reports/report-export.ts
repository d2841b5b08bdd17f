import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Result } from '@potok/kernel/result';
import { fail, ok } from '@potok/kernel/result';
import type { Database } from '@potok/platform-postgres/database';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ReportAsOf } from '@potok/reporting-contracts/report-http';
import type { ReportFilters, UnknownFilter } from '../query-reports/report-filters';
import { rowOf } from '../query-reports/report-rows';
import type { ReportTable } from '../query-reports/report-sql';
import { openReport } from '../query-reports/reports.query';
import type { ReportBuilder } from '../query-reports/reports.query';
import type { ReportSheet, ReportWriter } from './report-writers';
import { readStoreClocks } from './store-clocks';

/** Rows that are held in memory at a time. */
const FETCH_ROWS = 500;
/** Each holds a connection; reports in pages need some too. */
const EXPORTS_MAX = 3;
const STATEMENT_TIMEOUT_MS = 120_000;
/** A reader that takes nothing for so long is cut off. */
const STALLED_READER = `SET LOCAL idle_in_transaction_session_timeout = '60s'`;
const HELD_MAX_MS = 3_600_000;

export interface ReportStream {
  readonly asOf: ReportAsOf;
  readonly body: Readable;
}

export type ExportError = UnknownFilter | { readonly field: null; readonly code: 'tooManyExports' };

/**
 * A report whole: its rows go from a cursor of one snapshot to the reader as fast as that takes them, a few at a time.
 */
export class ReportExport {
  private underWay = 0;

  constructor(private readonly database: Database) {}

  open(
    filters: ReportFilters,
    build: ReportBuilder,
    writer: ReportWriter,
  ): Promise<Result<ReportStream, ExportError>> {
    if (this.underWay >= EXPORTS_MAX) {
      return Promise.resolve(fail({ field: null, code: 'tooManyExports' }));
    }
    this.underWay += 1;
    const body = new PassThrough();
    return new Promise((resolve, reject) => {
      const work = this.snapshot(async (tx) => {
        const opened = await openReport(tx, filters, build);
        if (!opened.ok) {
          resolve(opened);
          return;
        }
        const { asOf, table, resolved } = opened.value;
        const clocks = await readStoreClocks(tx, resolved.storeNos);
        await declareCursor(tx, table);
        resolve(ok({ asOf, body }));
        await pipeline(chunks(tx, { columns: table.columns, clocks }, writer), body);
      });
      work
        .catch((error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
          body.destroy(error instanceof Error ? error : undefined);
        })
        .finally(() => {
          this.underWay -= 1;
        });
    });
  }

  private snapshot(body: (tx: Tx) => Promise<void>): Promise<void> {
    const options = {
      isolation: 'repeatable read',
      readOnly: true,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    } as const;
    return this.database.session((session) => session.tx(body, options), HELD_MAX_MS);
  }
}

async function declareCursor(tx: Tx, table: ReportTable): Promise<void> {
  await tx.query(STALLED_READER);
  await tx.query(`DECLARE report NO SCROLL CURSOR FOR ${table.sql}`, table.parameters);
}

async function* chunks(tx: Tx, sheet: ReportSheet, writer: ReportWriter): AsyncGenerator<string> {
  yield writer.head(sheet);
  for (;;) {
    const { rows } = await tx.query(`FETCH ${String(FETCH_ROWS)} FROM report`);
    if (rows.length > 0) yield writer.rows(sheet, rows.map(rowOf));
    if (rows.length < FETCH_ROWS) return;
  }
}
