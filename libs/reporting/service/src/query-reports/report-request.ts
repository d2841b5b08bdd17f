import { StreamableFile } from '@nestjs/common';
import { maySeeStore } from '@potok/platform-auth/principal';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { queryInteger } from '@potok/platform-http/zod-input';
import { reportFilterFields, reportFormatFields } from '@potok/reporting-contracts/report-http';
import { OPERATION_CODE, PURPOSES } from '@potok/reporting-domain/codes';
import type { z } from 'zod';
import type { ExportError, ReportExport } from '../export-reports/report-export';
import { csvWriter, ndjsonWriter } from '../export-reports/report-writers';
import { reportingProblems } from '../reporting-problems';
import type { ReportFilters, UnknownFilter } from './report-filters';
import type { ReportBuilder, ReportPage, ReportsQuery } from './reports.query';

const DAYS_MAX = 1_100;
const DAY_MS = 86_400_000;

/** What every report is asked with. */
export const reportQueryFields = {
  ...reportFilterFields,
  ...reportFormatFields,
  after: queryInteger(0, 10_000_000).default(0).describe('`next` of the page before'),
  limit: queryInteger(1, 10_000).default(1_000).describe('Rows of a page; exports hold all'),
};
type ReportQuery = z.output<z.ZodObject<typeof reportQueryFields>>;

export function isPeriod({ from, to }: { readonly from: string; readonly to: string }): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  return days >= 0 && days <= DAYS_MAX;
}
export const PERIOD_MESSAGE = `from is not after to, and they are at most ${String(DAYS_MAX)} days apart`;

/** What reports are answered by: pages from the one, exports from the other. */
export interface ReportDesk {
  readonly query: ReportsQuery;
  readonly exports: ReportExport;
}

export interface ReplyHeaders {
  header(name: string, value: string): unknown;
}

export interface ReportRequest {
  readonly name: string;
  readonly question: ReportQuery;
  readonly principal: Principal;
  readonly reply: ReplyHeaders;
}

/** A page as JSON, or everything as a stream. */
export async function answerReport(
  desk: ReportDesk,
  request: ReportRequest,
  build: ReportBuilder,
): Promise<ReportPage | StreamableFile> {
  const { question } = request;
  const filters = filtersOf(question, request.principal);
  if (question.format !== 'json') return streamReport(desk, request, { filters, build });
  const found = await desk.query.page(filters, build, question);
  if (!found.ok) throw problemOf(found.error);
  return found.value;
}

async function streamReport(
  { exports }: ReportDesk,
  { name, question, reply }: ReportRequest,
  { filters, build }: { readonly filters: ReportFilters; readonly build: ReportBuilder },
): Promise<StreamableFile> {
  const writer = question.format === 'csv' ? csvWriter(question.headers) : ndjsonWriter;
  const opened = await exports.open(filters, build, writer);
  if (!opened.ok) throw problemOf(opened.error);
  const { asOf, body } = opened.value;
  reply.header('x-as-of', asOf.recordedAt ?? '');
  reply.header('x-incomplete-registers', String(asOf.incompleteRegisters.length));
  const file = `${name}-${filters.from}-${filters.to}.${writer.extension}`;
  return new StreamableFile(body, { type: writer.mediaType, disposition: `attachment; filename="${file}"` });
}

/** A caller of some stores asks about these, whether the question says so or not. */
function filtersOf(question: ReportQuery, principal: Principal): ReportFilters {
  const stranger = question.storeId?.find((storeId) => !maySeeStore(principal, storeId));
  if (stranger !== undefined) {
    throw new ProblemError(httpProblems.forbidden, { detail: `not for store ${stranger}` });
  }
  return {
    from: question.from,
    to: question.to,
    storeIds: question.storeId ?? (principal.stores === '*' ? null : principal.stores),
    legalEntityIds: question.legalEntityId ?? null,
    registerIds: question.registerId ?? null,
    cashierRefs: question.cashierRef ?? null,
    productIds: question.productId ?? null,
    categoryCodes: question.categoryCode ?? null,
    operations: question.operation?.map((name) => OPERATION_CODE.get(name) ?? 0) ?? null,
    purposes: question.purpose?.map((name) => PURPOSES.indexOf(name)) ?? null,
  };
}

function problemOf(error: ExportError | UnknownFilter): ProblemError {
  if (error.field === null) return new ProblemError(reportingProblems[error.code], { retryAfterS: 5 });
  return new ProblemError(reportingProblems.filterUnknown, {
    detail: `${error.field}: ${error.values.join(', ')}`,
  });
}
