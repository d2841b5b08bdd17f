import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import {
  bulkDecision,
  decisionHistory,
  decisionResults,
  manualDecisions,
} from '@potok/nomenclature-contracts/decisions-http';
import type {
  BulkDecision,
  DecisionResults,
  ManualDecisions,
} from '@potok/nomenclature-contracts/decisions-http';
import { CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { Answers } from '@potok/platform-http/route-decorators';
import { ZodBody, ZodParams } from '@potok/platform-http/zod-input';
import type { Transactor } from '@potok/platform-postgres/tx';
import { documentId } from '@potok/retail/fields';
import { z } from 'zod';
import { NOMENCLATURE_DATABASE, NOMENCLATURE_LINES, NOMENCLATURE_MANUAL } from '../nomenclature-tokens';
import type { LinesToDecideQuery } from '../query-lines/lines-to-decide.query';
import type { DecideLinesHandler } from './decide-lines.handler';
import { readDecisions } from './decisions.query';

const params = z.object({ documentId });

/** Decisions of persons about receipts that the rules leave open, or have decided wrongly. */
@Controller('v1/nomenclature/decisions')
@Scopes('nomenclature:decide')
export class DecideLinesController {
  constructor(
    @Inject(NOMENCLATURE_MANUAL) private readonly handler: DecideLinesHandler,
    @Inject(NOMENCLATURE_LINES) private readonly lines: LinesToDecideQuery,
    @Inject(NOMENCLATURE_DATABASE) private readonly database: Transactor,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers({
    status: 200,
    description: 'What became of each decision: they are independent of one another',
    schema: decisionResults,
  })
  async decide(
    @ZodBody(manualDecisions) body: ManualDecisions,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DecisionResults> {
    return { results: await this.handler.handle(body.decisions, principal), more: false };
  }

  @Post('bulk')
  @HttpCode(200)
  @Answers({
    status: 200,
    description: 'Every receipt with an undecided line that fits; asked again while there are more',
    schema: decisionResults,
  })
  async decideAll(
    @ZodBody(bulkDecision) body: BulkDecision,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DecisionResults> {
    const { filter, limit, reason, stockEffect, recognition } = body;
    const found = await this.lines.undecidedDocuments(
      {
        stores: principal.stores,
        storeId: filter.storeId ?? null,
        productId: filter.productId ?? null,
        amountFromKopecks: filter.amountFromKopecks ?? null,
        amountToKopecks: filter.amountToKopecks ?? null,
        why: filter.why ?? null,
        operation: filter.operation ?? null,
      },
      limit + 1,
    );
    const decisions = found.slice(0, limit).map((id) => ({
      documentId: id,
      stockEffect,
      ...(recognition === undefined ? {} : { recognition }),
      lines: [],
      reason,
    }));
    return { results: await this.handler.handle(decisions, principal), more: found.length > limit };
  }

  @Get(':documentId')
  @Scopes('nomenclature:read')
  @Answers({ status: 200, description: 'Who decided what about it, and why', schema: decisionHistory })
  async history(@ZodParams(params) path: z.infer<typeof params>, @CurrentPrincipal() { stores }: Principal) {
    return { decisions: await readDecisions(this.database, path.documentId, stores) };
  }
}
