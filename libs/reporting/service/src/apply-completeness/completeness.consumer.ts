import { Controller, Inject } from '@nestjs/common';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { LogHandler } from '@potok/platform-kafka/log-handler-decorator';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { REPORTING_COMPLETENESS } from '../reporting-tokens';
import type { ApplyCompletenessHandler } from './apply-completeness.handler';
import { COMPLETENESS_CONSUMER } from './completeness-consumer-name';

/** Statements about registers, as ingestion publishes them. */
@Controller()
export class ReportedCompletenessConsumer {
  constructor(@Inject(REPORTING_COMPLETENESS) private readonly handler: ApplyCompletenessHandler) {}

  @LogHandler(COMPLETENESS_CONSUMER, completenessTopic.name)
  apply(batch: EventBatch): Promise<void> {
    return this.handler.handle(batch);
  }
}
