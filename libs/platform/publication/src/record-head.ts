import { HEADER } from '@potok/platform-kafka/event-headers';
import type { LogRecord } from '@potok/platform-kafka/log';

/** What a record says about itself, where it looks like one of a numbered stream. */
export interface RecordHead {
  readonly streamKey: string;
  readonly epoch: number;
  readonly seq: number;
  readonly eventId: string;
  /** `ce_time`. */
  readonly time: string;
  readonly offset: number;
}

export function recordHead(record: LogRecord): RecordHead | null {
  const epoch = integerOf(record.headers[HEADER.epoch]);
  const seq = integerOf(record.headers[HEADER.seq]);
  const eventId = record.headers[HEADER.id]?.toString('utf8');
  const time = record.headers[HEADER.time]?.toString('utf8') ?? '';
  const streamKey = record.headers[HEADER.partitionKey] ?? record.key;
  if (streamKey === null || epoch === null || seq === null || eventId === undefined) return null;
  return { streamKey: streamKey.toString('utf8'), epoch, seq, eventId, time, offset: record.offset };
}

function integerOf(bytes: Buffer | undefined): number | null {
  const text = bytes?.toString('latin1') ?? '';
  return /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : null;
}
