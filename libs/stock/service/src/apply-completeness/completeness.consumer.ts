import { Controller, Inject } from '@nestjs/common';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { LogHandler } from '@potok/platform-kafka/log-handler-decorator';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { STOCK_COMPLETENESS } from '../stock-tokens';
import type { ApplyCompletenessHandler } from './apply-completeness.handler';
import { COMPLETENESS_CONSUMER } from './completeness-consumer-name';

/** Statements about registers, as ingestion publishes them: which of them may still move the stock. */
@Controller()
export class LedgerCompletenessConsumer {
  constructor(@Inject(STOCK_COMPLETENESS) private readonly handler: ApplyCompletenessHandler) {}

  @LogHandler(COMPLETENESS_CONSUMER, completenessTopic.name)
  apply(batch: EventBatch): Promise<void> {
    return this.handler.handle(batch);
  }
}
