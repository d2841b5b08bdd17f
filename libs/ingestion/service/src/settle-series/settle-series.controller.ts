import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import * as http from '@potok/ingestion-contracts/completeness-http';
import type { HoleView, SettlingsAnswer } from '@potok/ingestion-contracts/completeness-http';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodBody, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { seriesNameField, seriesSchemeField } from '@potok/retail/document/series-fields';
import { z } from 'zod';
import { INGESTION_HOLES, INGESTION_SETTLING, INGESTION_SETTLINGS } from '../ingestion-tokens';
import { completenessProblems } from '../query-completeness/completeness-problems';
import type { HolesQuery } from '../query-completeness/holes.query';
import type { SettleSeriesHandler } from './settle-series.handler';
import type { SettlingsQuery } from './settlings.query';

const seriesPath = z.object({ scheme: seriesSchemeField, series: seriesNameField });
type SeriesPath = z.output<typeof seriesPath>;
const holePath = z.object({ holeId: queryInteger(1, Number.MAX_SAFE_INTEGER) });
const settlingsQuery = z
  .object({
    scheme: seriesSchemeField.optional(),
    series: seriesNameField.optional().describe('Of this series only; with `scheme`'),
    before: queryInteger(1, Number.MAX_SAFE_INTEGER)
      .default(Number.MAX_SAFE_INTEGER)
      .describe('decisionNo before which the page begins'),
    limit: queryInteger(1, 1000).default(100),
  })
  .refine(({ scheme, series }) => (scheme === undefined) === (series === undefined), 'scheme with series');

/** For people: what they know of series and of numbers that will never come. */
@Controller('v1/ingestion')
@Scopes('completeness:write')
export class SettleSeriesController {
  constructor(
    @Inject(INGESTION_SETTLING) private readonly handler: SettleSeriesHandler,
    @Inject(INGESTION_HOLES) private readonly holes: HolesQuery,
    @Inject(INGESTION_SETTLINGS) private readonly settlings: SettlingsQuery,
  ) {}

  /** It counts no more as missing from the next statement about its register on. */
  @Post('holes/:holeId/close')
  @HttpCode(200)
  @Answers({ status: 200, description: 'The hole, with who closes it', schema: http.holeView })
  @AnswersProblems(completenessProblems.holeUnknown, completenessProblems.holeClosed)
  async close(
    @ZodParams(holePath) { holeId }: z.output<typeof holePath>,
    @ZodBody(http.closeHole) body: http.CloseHole,
    @CurrentPrincipal() principal: Principal,
  ): Promise<HoleView> {
    const known = await this.holes.find(holeId);
    if (known === null) throw new ProblemError(completenessProblems.holeUnknown);
    assertSeesStore(principal, known.storeId);
    return this.handler.closeHole(holeId, body, principal.id);
  }

  /** A ФН has ended: its last shift stays unprovable, closed by the act. */
  @Post('series/:scheme/:series/ended')
  @HttpCode(200)
  @Answers({ status: 200, description: 'The registers whose statement follows', schema: http.seriesChanged })
  @AnswersProblems(completenessProblems.seriesUnknown)
  async ended(
    @ZodParams(seriesPath) name: SeriesPath,
    @ZodBody(http.postFnEnded) body: http.PostFnEnded,
    @CurrentPrincipal() principal: Principal,
  ) {
    assertSeesAll(principal);
    return { ...name, registerIds: await this.handler.endSeries(name, body, principal.id) };
  }

  /** For sources that can prove nothing by themselves. */
  @Post('series/:scheme/:series/declared')
  @HttpCode(200)
  @Answers({ status: 200, description: 'The registers whose statement follows', schema: http.seriesChanged })
  @AnswersProblems(completenessProblems.seriesUnknown)
  async declared(
    @ZodParams(seriesPath) name: SeriesPath,
    @ZodBody(http.postDeclared) body: http.PostDeclared,
    @CurrentPrincipal() principal: Principal,
  ) {
    assertSeesAll(principal);
    return { ...name, registerIds: await this.handler.declare(name, body, principal.id) };
  }

  /** Of a ФН that was joined in mid-life, or whose first documents were lost. */
  @Post('series/:scheme/:series/beginning')
  @HttpCode(200)
  @Answers({ status: 200, description: 'The registers whose statement follows', schema: http.seriesChanged })
  @AnswersProblems(completenessProblems.seriesUnknown)
  async beginning(
    @ZodParams(seriesPath) name: SeriesPath,
    @ZodBody(http.postBeginning) body: http.PostBeginning,
    @CurrentPrincipal() principal: Principal,
  ) {
    assertSeesAll(principal);
    return { ...name, registerIds: await this.handler.begin(name, body, principal.id) };
  }

  /** Who stated what of series and missing numbers, and when. */
  @Get('completeness-decisions')
  @Scopes('completeness:read')
  @Answers({ status: 200, description: 'Decisions, newest first', schema: http.settlingsAnswer })
  decisions(
    @ZodQuery(settlingsQuery) query: z.output<typeof settlingsQuery>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SettlingsAnswer> {
    assertSeesAll(principal);
    const { scheme, series, before, limit } = query;
    const name = scheme === undefined || series === undefined ? null : { scheme, series };
    return this.settlings.list({ name, beforeDecisionNo: before, limit });
  }
}

function assertSeesAll(principal: Principal): void {
  if (principal.stores !== '*')
    throw new ProblemError(httpProblems.forbidden, { detail: 'needs all stores' });
}
