import { Controller, Inject } from '@nestjs/common';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { LogHandler } from '@potok/platform-kafka/log-handler-decorator';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { REPORTING_RECEIPTS } from '../reporting-tokens';
import type { ApplyReceiptsHandler } from './apply-receipts.handler';
import { RECEIPTS_CONSUMER } from './receipts-consumer-name';

/** Receipts as nomenclature publishes them, a batch of several stores at a time. */
@Controller()
export class ReportedReceiptsConsumer {
  constructor(@Inject(REPORTING_RECEIPTS) private readonly handler: ApplyReceiptsHandler) {}

  @LogHandler(RECEIPTS_CONSUMER, receiptsTopic.name)
  apply(batch: EventBatch): Promise<void> {
    return this.handler.handle(batch);
  }
}
