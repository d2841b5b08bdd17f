import { Controller, Inject } from '@nestjs/common';
import { inboxTopic } from '@potok/ingestion-contracts/topics';
import type { ConsumerDefinition } from '@potok/platform-kafka/consumer-definition';
import { LogHandler } from '@potok/platform-kafka/log-handler-decorator';
import type { RecordBatch } from '@potok/platform-kafka/stream-event';
import type { IntakeService } from '../intake/intake-service';
import { INGESTION_INTAKE } from '../ingestion-tokens';
import { inboxLineOf } from './inbox-record';

export const INBOX_CONSUMER = 'register-ingestion.inbox';

/** The intake's consumer: by position alone, since identities deduplicate. */
export function inboxConsumer(
  bounds: Pick<ConsumerDefinition, 'caps' | 'parallelTransactions'>,
): ConsumerDefinition {
  return { name: INBOX_CONSUMER, topic: inboxTopic, mode: 'plain', types: [], ...bounds };
}

@Controller()
export class InboxConsumer {
  constructor(@Inject(INGESTION_INTAKE) private readonly intake: IntakeService) {}

  @LogHandler(INBOX_CONSUMER, inboxTopic.name)
  async apply(batch: RecordBatch): Promise<void> {
    await this.intake.takeIn(batch.tx, batch.records.map(inboxLineOf));
  }
}
