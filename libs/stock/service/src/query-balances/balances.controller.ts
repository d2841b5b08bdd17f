import { Controller, Get, Inject } from '@nestjs/common';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodQuery } from '@potok/platform-http/zod-input';
import { instant, locationId, productId, storeId } from '@potok/retail/fields';
import { balancesAnswer } from '@potok/stock-contracts/stock-http';
import { z } from 'zod';
import { stockProblems } from '../stock-problems';
import { STOCK_BALANCES } from '../stock-tokens';
import type { BalancesQuery } from './balances.query';

const query = z.object({
  storeId,
  locationId: locationId.optional(),
  productId: productId.optional(),
  asOfMovementSeq: queryInteger(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('As it stood after this movement of the store'),
  knownAt: instant.optional().describe('As it was known at this moment (recordedAt)'),
  after: z.string().max(30).optional().describe('`next` of the page before'),
  limit: queryInteger(1, 1000).default(200),
});
type Query = z.infer<typeof query>;

@Controller('v1/stock/balances')
@Scopes('stock:read')
export class BalancesController {
  constructor(@Inject(STOCK_BALANCES) private readonly balances: BalancesQuery) {}

  @Get()
  @Answers({ status: 200, description: 'Balances in the order of products', schema: balancesAnswer })
  @AnswersProblems(stockProblems.storeUnknown, stockProblems.sequenceAhead, stockProblems.cursorInvalid)
  async find(@ZodQuery(query) question: Query, @CurrentPrincipal() principal: Principal) {
    assertSeesStore(principal, question.storeId);
    const found = await this.balances.find({
      storeId: question.storeId,
      locationId: question.locationId ?? null,
      productId: question.productId ?? null,
      asOfMovementSeq: question.asOfMovementSeq ?? null,
      knownAtMs: question.knownAt === undefined ? null : Date.parse(question.knownAt),
      after: question.after ?? null,
      limit: question.limit,
    });
    if (!found.ok) throw new ProblemError(stockProblems[found.error]);
    return found.value;
  }
}
