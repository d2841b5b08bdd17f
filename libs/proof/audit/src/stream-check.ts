import { createHash } from 'node:crypto';
import type { LogRecord } from '@potok/platform-kafka/log';
import { personalDataCanaries } from '@potok/proof-simulator/chain/people';
import type { Faults } from './faults';

const canaries = personalDataCanaries.map((text) => Buffer.from(text));

export interface NumberedEvent {
  readonly eventId: string;
  readonly storeId: string;
  readonly streamEpoch: number;
  readonly streamSeq: number;
  readonly recordedAt: string;
}

/**
 * Follows the numbering of a topic's streams: 1, 2, 3 … without holes, repeats identical to the byte, `recordedAt`
 * never decreasing, and no personal value anywhere.
 */
export class StreamCheck {
  private readonly hashes = new Map<string, string[]>();
  private readonly lastRecordedAt = new Map<string, string>();

  constructor(
    private readonly topic: string,
    private readonly faults: Faults,
  ) {}

  /** Whether this record is the first with its number. */
  isNew(record: LogRecord, event: NumberedEvent): boolean {
    const stream = `${event.storeId}/${String(event.streamEpoch)}`;
    const hashes = this.hashes.get(stream) ?? [];
    this.hashes.set(stream, hashes);
    const place = `${this.topic} ${stream} ${String(event.streamSeq)}`;
    const hash = createHash('sha1')
      .update(record.value ?? '')
      .digest('base64');
    const known = hashes[event.streamSeq - 1];
    if (known !== undefined) {
      if (known !== hash) this.faults.note('stream', place, 'repeated with other bytes');
      return false;
    }
    if (event.streamSeq !== hashes.length + 1) {
      this.faults.note('stream', place, `comes after ${String(hashes.length)}`);
    }
    hashes[event.streamSeq - 1] = hash;
    this.checkTime(stream, place, event);
    checkPersonalData(this.topic, record, this.faults);
    return true;
  }

  private checkTime(stream: string, place: string, { recordedAt }: NumberedEvent): void {
    if (recordedAt < (this.lastRecordedAt.get(stream) ?? '')) {
      this.faults.note('stream', place, 'recorded earlier than the event before it');
    }
    this.lastRecordedAt.set(stream, recordedAt);
  }
}

export function checkPersonalData(topic: string, record: LogRecord, faults: Faults): void {
  if (record.value === null) return;
  for (const canary of canaries) {
    if (record.value.includes(canary)) {
      const place = `${topic}/${String(record.partition)}/${String(record.offset)}`;
      faults.note('personalData', place, `holds «${canary.toString()}»`);
    }
  }
}
