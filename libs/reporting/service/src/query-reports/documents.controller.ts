import { Controller, Get, Inject, Res } from '@nestjs/common';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodQuery } from '@potok/platform-http/zod-input';
import * as http from '@potok/reporting-contracts/report-http';
import {
  DISCOUNT_ORIGIN_CODE,
  FISCAL_KINDS,
  INSTRUMENTS,
  paymentCode,
  RECOGNITION_CODE,
  VAT_RATE_CODE,
} from '@potok/reporting-domain/codes';
import { z } from 'zod';
import { reportingProblems } from '../reporting-problems';
import { REPORTING_REPORTS } from '../reporting-tokens';
import { conservationReport } from './conservation-report';
import { documentsReport, linesReport } from './documents-report';
import type { DocumentsQuestion } from './documents-report';
import type { ResolvedFilters } from './report-filters';
import { answerReport, isPeriod, PERIOD_MESSAGE, reportQueryFields } from './report-request';
import type { ReplyHeaders, ReportDesk } from './report-request';
import { shiftsReport } from './shifts-report';

const query = z.object(reportQueryFields).refine(isPeriod, { message: PERIOD_MESSAGE, path: ['to'] });
type Query = z.output<typeof query>;

const documentsQuery = z
  .object({ ...reportQueryFields, ...http.documentFilterFields })
  .refine(isPeriod, { message: PERIOD_MESSAGE, path: ['to'] });
type DocumentsQuery = z.output<typeof documentsQuery>;

/** The way down from figures, and what has no figures of its own. */
@Controller('v1/reports')
@Scopes('reports:read')
export class ReportDocumentsController {
  constructor(@Inject(REPORTING_REPORTS) private readonly desk: ReportDesk) {}

  @Get('documents')
  @Answers({ status: 200, description: 'Receipts behind a figure', schema: http.documentsAnswer })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  documents(
    @ZodQuery(documentsQuery) question: DocumentsQuery,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return answerReport(this.desk, { name: 'documents', question, principal, reply }, (resolved) =>
      documentsReport(questionOf(question, resolved)),
    );
  }

  @Get('lines')
  @Answers({ status: 200, description: 'Lines of receipts as they stand', schema: http.reportLinesAnswer })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  lines(
    @ZodQuery(documentsQuery) question: DocumentsQuery,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return answerReport(this.desk, { name: 'lines', question, principal, reply }, (resolved) =>
      linesReport(questionOf(question, resolved)),
    );
  }

  @Get('shifts')
  @Answers({ status: 200, description: 'Shifts and what their receipts come to', schema: http.shiftsAnswer })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  shifts(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return answerReport(this.desk, { name: 'shifts', question, principal, reply }, shiftsReport);
  }

  @Get('conservation')
  @Answers({
    status: 200,
    description: 'What stands of each store and date, by every way in which it is kept',
    schema: http.conservationAnswer,
  })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  conservation(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return answerReport(this.desk, { name: 'conservation', question, principal, reply }, conservationReport);
  }
}

function questionOf(question: DocumentsQuery, resolved: ResolvedFilters): DocumentsQuestion {
  return {
    resolved,
    dateOf: question.by,
    vatRates: question.vatRate?.map((rate) => VAT_RATE_CODE.get(rate) ?? 0) ?? null,
    recognitions: question.recognition?.map((name) => RECOGNITION_CODE.get(name) ?? 0) ?? null,
    paymentCodes: paymentCodesOf(question),
    discountOrigins: question.discountOrigin?.map((name) => DISCOUNT_ORIGIN_CODE.get(name) ?? 0) ?? null,
    uncounted: question.counted === 'all',
  };
}

/** Every payment that is of one of the kinds and made with one of the instruments. */
function paymentCodesOf({ fiscalKind, instrument }: DocumentsQuery): readonly number[] | null {
  if (fiscalKind === undefined && instrument === undefined) return null;
  const kinds = fiscalKind ?? FISCAL_KINDS;
  const instruments = instrument ?? INSTRUMENTS;
  return kinds.flatMap((kind) => instruments.map((name) => paymentCode(kind, name)));
}
