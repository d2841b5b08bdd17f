import { Controller, Inject } from '@nestjs/common';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { LogHandler } from '@potok/platform-kafka/log-handler-decorator';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { NOMENCLATURE_DECISIONS } from '../nomenclature-tokens';
import type { DecideReceiptsHandler } from './decide-receipts.handler';

/** Group, and key of positions, of the consumer that decides about register documents. */
export const DOCUMENTS_CONSUMER = 'nomenclature.documents';

@Controller()
export class DocumentsConsumer {
  constructor(@Inject(NOMENCLATURE_DECISIONS) private readonly handler: DecideReceiptsHandler) {}

  @LogHandler(DOCUMENTS_CONSUMER, documentsTopic.name)
  decide(batch: EventBatch): Promise<void> {
    return this.handler.handle(batch);
  }
}
