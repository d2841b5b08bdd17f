import { Controller, Get, Inject, Res } from '@nestjs/common';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodQuery } from '@potok/platform-http/zod-input';
import * as http from '@potok/reporting-contracts/report-http';
import { z } from 'zod';
import { reportingProblems } from '../reporting-problems';
import { REPORTING_REPORTS } from '../reporting-tokens';
import { discountOriginsReport, paymentsReport, vatReport } from './money-reports';
import { needsProducts } from './report-groups';
import { answerReport, isPeriod, PERIOD_MESSAGE, reportQueryFields } from './report-request';
import type { ReplyHeaders, ReportDesk, ReportRequest } from './report-request';
import { discountsReport, returnsReport, salesReport } from './sales-report';
import type { SalesQuestion } from './sales-report';
import type { ReportTable } from './report-sql';

const query = z
  .object({ groupBy: http.groupByField, ...reportQueryFields })
  .refine(isPeriod, { message: PERIOD_MESSAGE, path: ['to'] });
type Query = z.output<typeof query>;

/** Figures by whatever is told apart, with the same filters everywhere. */
@Controller('v1/reports')
@Scopes('reports:read')
export class ReportFiguresController {
  constructor(@Inject(REPORTING_REPORTS) private readonly desk: ReportDesk) {}

  @Get('sales')
  @Answers({ status: 200, description: 'Turnover, receipts, operations', schema: http.salesAnswer })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  sales(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return this.answer({ name: 'sales', question, principal, reply }, question, salesReport);
  }

  @Get('returns')
  @Answers({ status: 200, description: 'What customers returned', schema: http.returnsAnswer })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  returns(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return this.answer({ name: 'returns', question, principal, reply }, question, returnsReport);
  }

  @Get('discounts')
  @Answers({ status: 200, description: 'Discounts that tills told of', schema: http.discountsAnswer })
  @AnswersProblems(reportingProblems.filterUnknown, reportingProblems.tooManyExports)
  discounts(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    return this.answer({ name: 'discounts', question, principal, reply }, question, discountsReport);
  }

  @Get('discount-origins')
  @Answers({ status: 200, description: 'Discounts by who gave them', schema: http.discountOriginsAnswer })
  @AnswersProblems(
    reportingProblems.filterUnknown,
    reportingProblems.tooManyExports,
    reportingProblems.productsNotToldApart,
  )
  discountOrigins(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    assertWithoutProducts(question);
    const request = { name: 'discount-origins', question, principal, reply };
    return this.answer(request, question, discountOriginsReport);
  }

  @Get('payments')
  @Answers({ status: 200, description: 'Payments by instrument', schema: http.paymentsAnswer })
  @AnswersProblems(
    reportingProblems.filterUnknown,
    reportingProblems.tooManyExports,
    reportingProblems.productsNotToldApart,
  )
  payments(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    assertWithoutProducts(question);
    return this.answer({ name: 'payments', question, principal, reply }, question, paymentsReport);
  }

  @Get('vat')
  @Answers({ status: 200, description: 'VAT by rate; dates are local dates', schema: http.vatAnswer })
  @AnswersProblems(
    reportingProblems.filterUnknown,
    reportingProblems.tooManyExports,
    reportingProblems.productsNotToldApart,
  )
  vat(
    @ZodQuery(query) question: Query,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ) {
    assertWithoutProducts(question);
    return this.answer({ name: 'vat', question, principal, reply }, question, vatReport);
  }

  private answer(
    request: ReportRequest,
    { groupBy }: Query,
    report: (question: SalesQuestion) => ReportTable,
  ) {
    return answerReport(this.desk, request, (resolved) => report({ groups: groupBy ?? [], resolved }));
  }
}

/** A payment is one for the whole receipt, VAT is stated of it, origins of discounts are kept for it. */
function assertWithoutProducts({ groupBy, productId, categoryCode }: Query): void {
  if (productId === undefined && categoryCode === undefined && !needsProducts(groupBy ?? [])) return;
  throw new ProblemError(reportingProblems.productsNotToldApart);
}
