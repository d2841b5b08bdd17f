import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { opaqueStatus, opaqueStatusRequest, seriesStatus } from '@potok/ingestion-contracts/ingestion-http';
import type { OpaqueStatus, SeriesStatus } from '@potok/ingestion-contracts/ingestion-http';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { Answers } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodBody, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { seriesNameField, seriesSchemeField } from '@potok/retail/document/series-fields';
import { placeOf } from '@potok/ingestion-domain/register-place';
import { z } from 'zod';
import { INGESTION_DIRECTORY, INGESTION_SERIES_STATUS } from '../ingestion-tokens';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { SeriesStatusQuery } from './series-status.query';

const seriesPath = z.object({ scheme: seriesSchemeField, series: seriesNameField });
const rangeQuery = z.object({
  from: queryInteger(0, Number.MAX_SAFE_INTEGER).default(0).describe('First number asked for'),
  to: queryInteger(0, Number.MAX_SAFE_INTEGER)
    .default(Number.MAX_SAFE_INTEGER)
    .describe('Last number asked for'),
});

/** What is confirmed for ever: a sender deletes only confirmed numbers. */
@Controller('v1/ingestion/series/:scheme/:series/status')
@Scopes('documents:status')
export class SeriesStatusController {
  constructor(
    @Inject(INGESTION_SERIES_STATUS) private readonly statuses: SeriesStatusQuery,
    @Inject(INGESTION_DIRECTORY) private readonly directory: OrganisationDirectory,
  ) {}

  @Get()
  @Answers({ status: 200, description: 'Ranges of numbers by what became of them', schema: seriesStatus })
  range(
    @ZodParams(seriesPath) path: z.output<typeof seriesPath>,
    @ZodQuery(rangeQuery) query: z.output<typeof rangeQuery>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SeriesStatus> {
    this.refuseForeign(path, principal);
    return this.statuses.ofRange({ ...path, ...query });
  }

  /** For series without order: ids instead of ranges. */
  @Post()
  @HttpCode(200)
  @Answers({ status: 200, description: 'The status of each id', schema: opaqueStatus })
  opaque(
    @ZodParams(seriesPath) path: z.output<typeof seriesPath>,
    @ZodBody(opaqueStatusRequest) body: z.output<typeof opaqueStatusRequest>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<OpaqueStatus> {
    this.refuseForeign(path, principal);
    return this.statuses.ofOpaque(path, body.ids);
  }

  /** A device asks about series that it may speak for, and about those that are nobody's yet. */
  private refuseForeign({ scheme, series }: z.output<typeof seriesPath>, principal: Principal): void {
    const scope = principal.kind === 'device' ? this.directory.credential(principal.id)?.scope : undefined;
    if (scope === undefined) return;
    const identities = [{ kind: 'opaque', scheme, series, opaqueId: '' } as const];
    const place = placeOf(
      { identities, registerId: null, scope: { ...scope, onlyRegister: null } },
      this.directory,
    );
    if (place !== 'registerNotInScope') return;
    throw new ProblemError(httpProblems.forbidden, { detail: 'this series belongs to another register' });
  }
}
