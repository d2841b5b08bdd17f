import { Controller, Get, Inject } from '@nestjs/common';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { queryInteger, ZodQuery } from '@potok/platform-http/zod-input';
import { locationId, productId, storeId } from '@potok/retail/fields';
import { explanation, movementsAnswer } from '@potok/stock-contracts/stock-http';
import { z } from 'zod';
import { stockProblems } from '../stock-problems';
import { STOCK_MOVEMENTS } from '../stock-tokens';
import type { MovementsFound, MovementsQuery } from './movements.query';

const query = z.object({
  storeId,
  productId,
  locationId: locationId.optional(),
  asOfMovementSeq: queryInteger(1, Number.MAX_SAFE_INTEGER).optional().describe('Movements up to this one'),
  after: queryInteger(0, Number.MAX_SAFE_INTEGER).default(0).describe('`next` of the page before'),
  limit: queryInteger(1, 1000).default(200),
});
type Query = z.infer<typeof query>;

@Controller('v1/stock')
@Scopes('stock:read')
export class MovementsController {
  constructor(@Inject(STOCK_MOVEMENTS) private readonly query: MovementsQuery) {}

  @Get('movements')
  @Answers({ status: 200, description: 'Movements of the product, oldest first', schema: movementsAnswer })
  @AnswersProblems(stockProblems.storeUnknown, stockProblems.productUnknown, stockProblems.sequenceAhead)
  async movements(@ZodQuery(query) question: Query, @CurrentPrincipal() principal: Principal) {
    const { asOf, movements, next } = await this.find(question, principal);
    return { asOf, movements: movements.map(({ balanceAfterMilli, ...movement }) => movement), next };
  }

  @Get('explanation')
  @Answers({
    status: 200,
    description: 'How the balance came about, movement by movement',
    schema: explanation,
  })
  @AnswersProblems(stockProblems.storeUnknown, stockProblems.productUnknown, stockProblems.sequenceAhead)
  async explain(@ZodQuery(query) question: Query, @CurrentPrincipal() principal: Principal) {
    const found = await this.find(question, principal);
    const { storeId: store, productId: product } = question;
    const quantityMilli = found.movements.at(-1)?.balanceAfterMilli ?? found.openingMilli;
    const balance = {
      storeId: store,
      locationId: question.locationId ?? null,
      productId: product,
      quantityMilli,
    };
    return { ...found, balance };
  }

  private async find(question: Query, principal: Principal): Promise<MovementsFound> {
    assertSeesStore(principal, question.storeId);
    const found = await this.query.find({
      storeId: question.storeId,
      productId: question.productId,
      locationId: question.locationId ?? null,
      upToSeq: question.asOfMovementSeq ?? null,
      afterSeq: question.after,
      limit: question.limit,
    });
    if (!found.ok) throw new ProblemError(stockProblems[found.error]);
    return found.value;
  }
}
