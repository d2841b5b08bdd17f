import { Controller, Get, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import {
  conflictKind,
  conflictList,
  conflictState,
  conflictView,
  decisionView,
  postDecision,
} from '@potok/ingestion-contracts/decisions-http';
import type {
  ConflictList,
  ConflictView,
  DecisionView,
  PostDecision,
} from '@potok/ingestion-contracts/decisions-http';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodBody, ZodParams, ZodQuery } from '@potok/platform-http/zod-input';
import { traceparentOfRequest } from '@potok/platform-telemetry/traceparent';
import { documentId, storeId } from '@potok/retail/fields';
import { z } from 'zod';
import { decisionProblems } from '../decide-documents/decision-error';
import { decisionProblemOf, decisionViewOf } from '../decide-documents/decision-view';
import { INGESTION_CONFLICTS, INGESTION_DECIDE_CONFLICT } from '../ingestion-tokens';
import type { ConflictsQuery } from './conflicts.query';
import type { ConflictDecision, DecideConflictHandler } from './decide-conflict.handler';

const listQuery = z.object({
  storeId: storeId.optional(),
  state: conflictState.optional(),
  kind: conflictKind.optional(),
  documentId: documentId.optional(),
  before: queryInteger(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Older than this conflict: the next page'),
  limit: queryInteger(1, 500).default(100),
});
const conflictPath = z.object({ conflictNo: queryInteger(1, Number.MAX_SAFE_INTEGER) });
type ConflictPath = z.output<typeof conflictPath>;

/** Copies that contradict a document, or name several: a person decides about them. */
@Controller('v1/ingestion/conflicts')
export class ConflictsController {
  constructor(
    @Inject(INGESTION_CONFLICTS) private readonly conflicts: ConflictsQuery,
    @Inject(INGESTION_DECIDE_CONFLICT) private readonly handler: DecideConflictHandler,
  ) {}

  @Get()
  @Scopes('documents:read')
  @Answers({ status: 200, description: 'Newest first', schema: conflictList })
  list(
    @ZodQuery(listQuery) query: z.output<typeof listQuery>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ConflictList> {
    if (query.storeId !== undefined) assertSeesStore(principal, query.storeId);
    const seen = principal.stores === '*' ? null : principal.stores;
    return this.conflicts.list({
      storeIds: query.storeId === undefined ? seen : [query.storeId],
      state: query.state ?? null,
      kind: query.kind ?? null,
      documentId: query.documentId ?? null,
      beforeNo: query.before ?? null,
      limit: query.limit,
    });
  }

  @Get(':conflictNo')
  @Scopes('documents:read')
  @Answers({ status: 200, description: 'Both sides and the fields that differ', schema: conflictView })
  @AnswersProblems(decisionProblems.conflictUnknown)
  async show(
    @ZodParams(conflictPath) { conflictNo }: ConflictPath,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ConflictView> {
    await this.refuseForeign(conflictNo, principal);
    const view = await this.conflicts.show(conflictNo);
    if (!view.ok) throw decisionProblemOf(view.error);
    return view.value;
  }

  /** The document stands as it is; the held copy is no alarm any more, however often it comes. */
  @Post(':conflictNo/keep')
  @HttpCode(200)
  @Scopes('documents:decide')
  @Answers({ status: 200, description: 'Decided so, now or before', schema: decisionView })
  @AnswersProblems(decisionProblems.conflictUnknown, decisionProblems.conflictDecided)
  keep(
    @ZodParams(conflictPath) path: ConflictPath,
    @ZodBody(postDecision) body: PostDecision,
    @CurrentPrincipal() principal: Principal,
    @Headers('traceparent') traceparent?: string,
  ): Promise<DecisionView> {
    return this.decide({ ...path, ...body, verb: 'keep', by: principal.id, traceparent }, principal);
  }

  /** The held copy becomes the next revision of the document. */
  @Post(':conflictNo/revise')
  @HttpCode(200)
  @Scopes('documents:decide')
  @Answers({ status: 200, description: 'Decided so, now or before', schema: decisionView })
  @AnswersProblems(
    decisionProblems.conflictUnknown,
    decisionProblems.conflictDecided,
    decisionProblems.conflictNeedsMerge,
    decisionProblems.copyErased,
    decisionProblems.copyUnreadable,
    decisionProblems.copyOfAnotherType,
    decisionProblems.registerArchived,
    decisionProblems.documentCountsNoMore,
  )
  revise(
    @ZodParams(conflictPath) path: ConflictPath,
    @ZodBody(postDecision) body: PostDecision,
    @CurrentPrincipal() principal: Principal,
    @Headers('traceparent') traceparent?: string,
  ): Promise<DecisionView> {
    return this.decide({ ...path, ...body, verb: 'revise', by: principal.id, traceparent }, principal);
  }

  private async decide(
    decision: Omit<ConflictDecision, 'traceparent'> & { readonly traceparent: string | undefined },
    principal: Principal,
  ): Promise<DecisionView> {
    await this.refuseForeign(decision.conflictNo, principal);
    const traceparent = traceparentOfRequest(decision.traceparent);
    const decided = await this.handler.handle({ ...decision, traceparent });
    if (!decided.ok) throw decisionProblemOf(decided.error);
    return decisionViewOf(decided.value);
  }

  private async refuseForeign(conflictNo: number, principal: Principal): Promise<void> {
    const store = await this.conflicts.storeOf(conflictNo);
    if (store === null) throw new ProblemError(decisionProblems.conflictUnknown);
    assertSeesStore(principal, store);
  }
}
