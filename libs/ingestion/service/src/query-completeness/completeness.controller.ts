import { Controller, Get, Inject } from '@nestjs/common';
import { completenessStatus, holeClass } from '@potok/ingestion-contracts/completeness';
import * as http from '@potok/ingestion-contracts/completeness-http';
import type {
  ChainCompleteness,
  HolesAnswer,
  RegisterCompleteness,
  ShiftsAnswer,
  StoreCompleteness,
} from '@potok/ingestion-contracts/completeness-http';
import type { RegisterPlace } from '@potok/ingestion-domain/register-place';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import { maySeeStore } from '@potok/platform-auth/principal';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { registerId, storeId } from '@potok/retail/fields';
import { z } from 'zod';
import {
  INGESTION_COMPLETENESS,
  INGESTION_DIRECTORY,
  INGESTION_HOLES,
  INGESTION_RESEND,
  INGESTION_SHIFTS,
} from '../ingestion-tokens';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { ResendRequestsQuery } from '../request-resend/resend-requests.query';
import { completenessProblems } from './completeness-problems';
import type { CompletenessQuery } from './completeness.query';
import type { HolesQuery } from './holes.query';
import { shiftPlaceOf } from './shifts.query';
import type { ShiftsQuery } from './shifts.query';

const registerPath = z.object({ registerId });
const storePath = z.object({ storeId });
const chainQuery = z.object({
  after: z.string().max(40).default('').describe('registerId after which the page begins'),
  limit: queryInteger(1, 1000).default(100),
});
const holesQuery = z.object({
  storeId: storeId.optional(),
  registerId: registerId.optional(),
  class: holeClass.optional(),
  state: z.enum(['open', 'closed']).optional(),
  after: queryInteger(0, Number.MAX_SAFE_INTEGER).default(0).describe('holeId after which the page begins'),
  limit: queryInteger(1, 1000).default(100),
});

const shiftsQuery = z.object({
  storeId: storeId.optional(),
  registerId: registerId.optional(),
  status: completenessStatus.optional(),
  differing: z.enum(['true', 'false']).optional().describe('Close report disagrees with the documents'),
  after: z
    .string()
    .regex(/^(\d{1,9}\.\d{1,9}\.\d{1,9})?$/)
    .default('')
    .describe('`next` of the page before'),
  limit: queryInteger(1, 1000).default(100),
});

/** What is here of the registers and what is missing. */
@Controller('v1/ingestion')
export class CompletenessController {
  constructor(
    @Inject(INGESTION_COMPLETENESS) private readonly completeness: CompletenessQuery,
    @Inject(INGESTION_HOLES) private readonly holes: HolesQuery,
    @Inject(INGESTION_SHIFTS) private readonly shifts: ShiftsQuery,
    @Inject(INGESTION_RESEND) private readonly requests: ResendRequestsQuery,
    @Inject(INGESTION_DIRECTORY) private readonly directory: OrganisationDirectory,
  ) {}

  @Get('registers/:registerId/completeness')
  @Scopes('documents:status', 'completeness:read')
  @Answers({ status: 200, description: 'The latest statement', schema: http.registerCompleteness })
  @AnswersProblems(completenessProblems.registerUnknown, completenessProblems.nothingStated)
  async register(
    @ZodParams(registerPath) path: z.output<typeof registerPath>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RegisterCompleteness> {
    const stated = await this.completeness.ofRegister(this.placeFor(path.registerId, principal));
    if (stated === null) throw new ProblemError(completenessProblems.nothingStated);
    return stated;
  }

  /** What the sender is asked to send again; the answer to a heartbeat holds the same. */
  @Get('registers/:registerId/resend-requests')
  @Scopes('documents:status', 'completeness:read')
  @Answers({ status: 200, description: 'Outstanding requests, oldest first', schema: http.resendRequests })
  @AnswersProblems(completenessProblems.registerUnknown)
  async resendRequests(
    @ZodParams(registerPath) path: z.output<typeof registerPath>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { registerNo } = this.placeFor(path.registerId, principal);
    return { requests: await this.requests.ofRegisters([registerNo]) };
  }

  @Get('stores/:storeId/completeness')
  @Scopes('completeness:read')
  @Answers({ status: 200, description: 'The store and its registers', schema: http.storeCompleteness })
  @AnswersProblems(completenessProblems.storeUnknown)
  store(
    @ZodParams(storePath) path: z.output<typeof storePath>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StoreCompleteness> {
    if (this.directory.storeOf(path.storeId) === undefined) {
      throw new ProblemError(completenessProblems.storeUnknown);
    }
    assertSeesStore(principal, path.storeId);
    return this.completeness.ofStore(path.storeId);
  }

  /** Counts over all registers, and those that want looking at, a page at a time. */
  @Get('completeness')
  @Scopes('completeness:read')
  @Answers({ status: 200, description: 'The chain', schema: http.chainCompleteness })
  chain(
    @ZodQuery(chainQuery) query: z.output<typeof chainQuery>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ChainCompleteness> {
    return this.completeness.ofChain(query, (store) => maySeeStore(principal, store));
  }

  @Get('holes')
  @Scopes('completeness:read')
  @Answers({
    status: 200,
    description: 'Holes in the order in which they were noticed',
    schema: http.holesAnswer,
  })
  @AnswersProblems(completenessProblems.storeUnknown, completenessProblems.registerUnknown)
  listHoles(
    @ZodQuery(holesQuery) query: z.output<typeof holesQuery>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<HolesAnswer> {
    const register = query.registerId === undefined ? null : this.placeFor(query.registerId, principal);
    return this.holes.list({
      storeNos: this.storesFor(query.storeId, principal),
      registerNo: register?.registerNo ?? null,
      class: query.class ?? null,
      state: query.state ?? null,
      afterHoleId: query.after,
      limit: query.limit,
    });
  }

  @Get('shifts')
  @Scopes('completeness:read')
  @Answers({
    status: 200,
    description: 'Shifts with their close reports compared',
    schema: http.shiftsAnswer,
  })
  @AnswersProblems(completenessProblems.storeUnknown, completenessProblems.registerUnknown)
  listShifts(
    @ZodQuery(shiftsQuery) query: z.output<typeof shiftsQuery>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ShiftsAnswer> {
    const { status = null, differing, after, limit } = query;
    const register = query.registerId === undefined ? null : this.placeFor(query.registerId, principal);
    const stores = this.storesFor(query.storeId, principal);
    const places = register === null ? this.directory.allPlaces() : [register];
    const seen = places.filter(({ storeNo }) => stores === null || stores.includes(storeNo));
    return this.shifts.list({
      registerNos: seen.map(({ registerNo }) => registerNo),
      differing: differing === undefined ? null : differing === 'true',
      status,
      after: shiftPlaceOf(after),
      limit,
    });
  }

  /** The register, if this caller has to do with it. */
  private placeFor(id: string, principal: Principal): RegisterPlace {
    const place = this.directory.register(id);
    if (place === undefined) throw new ProblemError(completenessProblems.registerUnknown, { detail: id });
    const isOwn =
      principal.kind === 'device' && principal.registers !== '*' && principal.registers.includes(id);
    if (isOwn || maySeeStore(principal, place.storeId)) return place;
    throw new ProblemError(httpProblems.forbidden, { detail: `not for register ${id}` });
  }

  /** Null = all of them. */
  private storesFor(asked: string | undefined, principal: Principal): readonly number[] | null {
    if (asked === undefined && principal.stores === '*') return null;
    const ids = asked === undefined ? principal.stores : [asked];
    return [...ids].map((id) => {
      assertSeesStore(principal, id);
      const store = this.directory.storeOf(id);
      if (store === undefined) throw new ProblemError(completenessProblems.storeUnknown, { detail: id });
      return store.storeNo;
    });
  }
}
