import { Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import type { Clock } from '@potok/kernel/clock';
import { assertSeesStore, CurrentPrincipal, Scopes } from '@potok/platform-auth/bearer-guard';
import type { Principal } from '@potok/platform-auth/principal';
import { ProblemError } from '@potok/platform-http/problem';
import { Answers, AnswersProblems } from '@potok/platform-http/route-decorators';
import { traceparentOfRequest } from '@potok/platform-telemetry/traceparent';
import { ZodBody } from '@potok/platform-http/zod-input';
import { deliveryAnswer, postDelivery } from '@potok/stock-contracts/stock-http';
import type { PostDelivery } from '@potok/stock-contracts/stock-http';
import { stockProblems } from '../stock-problems';
import { STOCK_CLOCK, STOCK_DELIVERIES } from '../stock-tokens';
import type { DeliveryError, ReceiveDeliveryHandler } from './receive-delivery.handler';

@Controller('v1/stock/deliveries')
@Scopes('stock:write')
export class ReceiveDeliveryController {
  constructor(
    @Inject(STOCK_DELIVERIES) private readonly handler: ReceiveDeliveryHandler,
    @Inject(STOCK_CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers({ status: 200, description: 'Posted, now or before', schema: deliveryAnswer })
  @AnswersProblems(
    stockProblems.storeUnknown,
    stockProblems.locationUnknown,
    stockProblems.productUnknown,
    stockProblems.lineNumbersRepeat,
    stockProblems.deliveryDiffers,
  )
  async receive(
    @ZodBody(postDelivery) delivery: PostDelivery,
    @CurrentPrincipal() principal: Principal,
    @Headers('traceparent') traceparent?: string,
  ) {
    assertSeesStore(principal, delivery.storeId);
    const posted = await this.handler.handle(delivery, {
      nowMs: this.clock.nowMs(),
      traceparent: traceparentOfRequest(traceparent),
    });
    if (!posted.ok) throw problemOf(posted.error);
    const { postingSeq, ...sequences } = posted.value;
    return {
      deliveryId: delivery.deliveryId,
      storeId: delivery.storeId,
      streamSeq: postingSeq,
      ...sequences,
    };
  }
}

function problemOf(error: DeliveryError): ProblemError {
  const detail = Object.entries(error)
    .filter(([name]) => name !== 'code')
    .map(([name, value]) => `${name}: ${[value].flat().join(', ')}`)
    .join('; ');
  return new ProblemError(stockProblems[error.code], { detail });
}
