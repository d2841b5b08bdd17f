import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { postRemap, remapList, remapView } from '@potok/ingestion-contracts/decisions-http';
import type { PostRemap, RemapList, RemapView } from '@potok/ingestion-contracts/decisions-http';
import type { Result } from '@potok/kernel/result';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { httpProblems, ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodBody, ZodParams } from '@potok/platform-http/zod-input';
import { z } from 'zod';
import { decisionProblems } from '../decide-documents/decision-error';
import type { DecisionError } from '../decide-documents/decision-error';
import { decisionProblemOf } from '../decide-documents/decision-view';
import { INGESTION_REMAPS } from '../ingestion-tokens';
import type { RemapsHandler } from './remaps.handler';

const remapPath = z.object({ remapNo: queryInteger(1, Number.MAX_SAFE_INTEGER) });
type RemapPath = z.output<typeof remapPath>;

/** Documents of a number range follow its registration to another register: for who may see all stores. */
@Controller('v1/ingestion/remaps')
@Scopes('documents:decide')
export class RemapsController {
  constructor(@Inject(INGESTION_REMAPS) private readonly remaps: RemapsHandler) {}

  /** Register the range for its new register first: documents go where the registrations say. */
  @Post()
  @HttpCode(202)
  @Answers({ status: 202, description: 'The job that runs, now or before', schema: remapView })
  @AnswersProblems(decisionProblems.seriesUnknown)
  async start(
    @ZodBody(postRemap) body: PostRemap,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RemapView> {
    assertSeesAll(principal);
    return valueOf(await this.remaps.start(body, principal.id));
  }

  @Get()
  @Answers({ status: 200, description: 'The newest 200', schema: remapList })
  async list(@CurrentPrincipal() principal: Principal): Promise<RemapList> {
    assertSeesAll(principal);
    return { remaps: [...(await this.remaps.list())] };
  }

  @Get(':remapNo')
  @Answers({ status: 200, description: 'How far it is', schema: remapView })
  @AnswersProblems(decisionProblems.remapUnknown)
  async show(
    @ZodParams(remapPath) { remapNo }: RemapPath,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RemapView> {
    assertSeesAll(principal);
    return valueOf(await this.remaps.show(remapNo));
  }

  /** What was moved stays moved. */
  @Post(':remapNo/stop')
  @HttpCode(200)
  @Answers({ status: 200, description: 'It does not go on', schema: remapView })
  @AnswersProblems(decisionProblems.remapUnknown)
  async stop(
    @ZodParams(remapPath) { remapNo }: RemapPath,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RemapView> {
    assertSeesAll(principal);
    return valueOf(await this.remaps.stop(remapNo));
  }
}

function valueOf(result: Result<RemapView, DecisionError>): RemapView {
  if (!result.ok) throw decisionProblemOf(result.error);
  return result.value;
}

function assertSeesAll({ stores }: Principal): void {
  if (stores !== '*')
    throw new ProblemError(httpProblems.forbidden, { detail: 'it concerns several stores' });
}
