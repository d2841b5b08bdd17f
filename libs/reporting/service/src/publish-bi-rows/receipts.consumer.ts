import { Controller, Inject } from '@nestjs/common';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { LogHandler } from '@potok/platform-kafka/log-handler-decorator';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { REPORTING_BI_ROWS } from '../reporting-tokens';
import type { MakeRowsHandler } from './make-rows.handler';
import { BI_RECEIPTS_CONSUMER } from './receipts-consumer-name';

/** Receipts as nomenclature publishes them, for the rows that BI reads; with a position of its own. */
@Controller()
export class BiReceiptsConsumer {
  constructor(@Inject(REPORTING_BI_ROWS) private readonly handler: MakeRowsHandler) {}

  @LogHandler(BI_RECEIPTS_CONSUMER, receiptsTopic.name)
  apply(batch: EventBatch): Promise<void> {
    return this.handler.handle(batch);
  }
}
