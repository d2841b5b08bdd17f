import { Controller, Get, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import {
  decisionView,
  documentHistory,
  mergeAnswer,
  postMerge,
  postWithdrawal,
} from '@potok/ingestion-contracts/decisions-http';
import type {
  DecisionView,
  DocumentHistory,
  MergeAnswer,
  PostMerge,
  PostWithdrawal,
} from '@potok/ingestion-contracts/decisions-http';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { ZodBody, ZodParams } from '@potok/platform-http/zod-input';
import { traceparentOfRequest } from '@potok/platform-telemetry/traceparent';
import { documentId } from '@potok/retail/fields';
import { z } from 'zod';
import { INGESTION_HISTORY, INGESTION_MERGE, INGESTION_WITHDRAW } from '../ingestion-tokens';
import type { MergeDocumentsHandler } from '../merge-documents/merge-documents.handler';
import type { DocumentHistoryQuery } from '../query-documents/document-history.query';
import type { WithdrawDocumentHandler } from '../withdraw-document/withdraw-document.handler';
import { decisionProblems } from './decision-error';
import { decisionProblemOf, decisionViewOf } from './decision-view';

const documentPath = z.object({ documentId });
type DocumentPath = z.output<typeof documentPath>;

/** What persons decide about whole documents. */
@Controller('v1/ingestion')
export class DecideDocumentsController {
  constructor(
    @Inject(INGESTION_MERGE) private readonly merging: MergeDocumentsHandler,
    @Inject(INGESTION_WITHDRAW) private readonly withdrawing: WithdrawDocumentHandler,
    @Inject(INGESTION_HISTORY) private readonly histories: DocumentHistoryQuery,
  ) {}

  @Get('documents/:documentId/history')
  @Scopes('documents:read')
  @Answers({ status: 200, description: 'Its revisions, and who decided what', schema: documentHistory })
  @AnswersProblems(decisionProblems.documentUnknown)
  history(
    @ZodParams(documentPath) path: DocumentPath,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DocumentHistory> {
    return this.seen(path.documentId, principal);
  }

  /** The document counts no more: what it posted is reversed. Its bytes and its number stay. */
  @Post('documents/:documentId/withdraw')
  @HttpCode(200)
  @Scopes('documents:decide')
  @Answers({ status: 200, description: 'Withdrawn, now or before', schema: decisionView })
  @AnswersProblems(
    decisionProblems.documentUnknown,
    decisionProblems.documentArchivedOnly,
    decisionProblems.documentCountsNoMore,
  )
  async withdraw(
    @ZodParams(documentPath) path: DocumentPath,
    @ZodBody(postWithdrawal) { reason }: PostWithdrawal,
    @CurrentPrincipal() principal: Principal,
    @Headers('traceparent') traceparent?: string,
  ): Promise<DecisionView> {
    await this.seen(path.documentId, principal);
    const withdrawn = await this.withdrawing.handle({
      ...path,
      reason,
      by: principal.id,
      traceparent: traceparentOfRequest(traceparent),
    });
    if (!withdrawn.ok) throw decisionProblemOf(withdrawn.error);
    return decisionViewOf(withdrawn.value);
  }

  /** Two documents are the same: one stands for both from now on. */
  @Post('merges')
  @HttpCode(200)
  @Scopes('documents:decide')
  @Answers({ status: 200, description: 'Merged, now or before', schema: mergeAnswer })
  @AnswersProblems(
    decisionProblems.documentUnknown,
    decisionProblems.documentArchivedOnly,
    decisionProblems.documentCountsNoMore,
    decisionProblems.sameDocument,
  )
  async merge(
    @ZodBody(postMerge) body: PostMerge,
    @CurrentPrincipal() principal: Principal,
    @Headers('traceparent') traceparent?: string,
  ): Promise<MergeAnswer> {
    await this.seen(body.survivorId, principal);
    await this.seen(body.mergedId, principal);
    const merged = await this.merging.handle({
      ...body,
      by: principal.id,
      traceparent: traceparentOfRequest(traceparent),
    });
    if (!merged.ok) throw decisionProblemOf(merged.error);
    return { ...merged.value, decision: decisionViewOf(merged.value.decision) };
  }

  /** The history of a document that the principal may see. */
  private async seen(id: string, principal: Principal): Promise<DocumentHistory> {
    const history = await this.histories.byId(id);
    if (history === null) throw new ProblemError(decisionProblems.documentUnknown, { detail: id });
    assertSeesStore(principal, history.revisions.at(-1)?.storeId ?? '');
    return history;
  }
}
