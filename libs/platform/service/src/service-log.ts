import type { Logger as KafkaLoggerPort } from '@potok/platform-kafka/kafkajs-connection';
import type { RunnerAlarm } from '@potok/platform-kafka/runner/runner-contract';
import type { RelayEvent } from '@potok/platform-publication/relay-event';
import type { Logger } from '@potok/platform-telemetry/logger';

type Fields = Readonly<Record<string, unknown>>;

/** The Kafka client's lines in the service's log: its `info` is detail to an operator. */
export class KafkaLogger implements KafkaLoggerPort {
  constructor(private readonly logger: Logger) {}

  debug(message: string, fields: Fields): void {
    this.logger.debug({ ...fields, detail: message }, 'kafka client');
  }

  info(message: string, fields: Fields): void {
    this.logger.debug({ ...fields, detail: message }, 'kafka client');
  }

  warn(message: string, fields: Fields): void {
    this.logger.warn({ ...fields, detail: message }, 'kafka client');
  }

  error(message: string, fields: Fields): void {
    this.logger.warn({ ...fields, detail: message }, 'kafka client');
  }
}

/** One line for each alarm: what an operator must know, by its kind. */
export function logAlarm(logger: Logger, alarm: RunnerAlarm): void {
  const continued = alarm.kind === 'streamContinued' || alarm.kind === 'partitionContinued';
  if (continued) logger.info({ ...alarm }, 'a consumer goes on');
  else if (alarm.kind === 'repeating') logger.warn({ ...alarm }, 'a consumer repeats its transaction');
  else logger.error({ ...alarm }, 'a consumer needs attention');
}

export function logRelayEvent(logger: Logger, event: RelayEvent): void {
  if (event.kind === 'published') return;
  if (event.kind === 'failed') logger.warn({ ...event }, 'publication failed and is tried again');
  else if (event.kind === 'halted') logger.error({ ...event }, 'publication stands still');
  else logger.info({ ...event }, 'publication');
}
