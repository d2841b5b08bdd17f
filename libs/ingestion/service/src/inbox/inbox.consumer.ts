import { Controller, Inject } from '@nestjs/common';
import { inboxTopic } from '@potok/ingestion-contracts/topics';
import type { ConsumerDefinition } from '@potok/platform-kafka/consumer-definition';
import { LogHandler } from '@potok/platform-kafka/log-handler.decorator';
import type { RecordBatch } from '@potok/platform-kafka/stream-event';
import { IntakeService } from '../intake/intake-service';
import { inboxLineOf } from './inbox-record';

export const INBOX_CONSUMER = 'register-ingestion.inbox';

const MIB = 1024 * 1024;

/** The intake's consumer: by position alone, since identities deduplicate. */
export const inboxConsumer: ConsumerDefinition = {
  name: INBOX_CONSUMER,
  topic: inboxTopic,
  mode: 'plain',
  types: [],
  caps: { recordsMax: 1_000, bytesMax: 4 * MIB, lingerMs: 5 },
  parallelTransactions: 2,
};

@Controller()
export class InboxConsumer {
  constructor(@Inject(IntakeService) private readonly intake: IntakeService) {}

  @LogHandler(INBOX_CONSUMER, inboxTopic.name)
  async apply(batch: RecordBatch): Promise<void> {
    await this.intake.takeIn(batch.tx, batch.records.map(inboxLineOf));
  }
}
