import type { QuarantineEntry, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import type { LogRecord } from '../log';
import type { PlainRecord, StreamEvent } from '../stream-event';
import type { QuarantineReason } from './runner-contract';

/** Why a record goes to the quarantine and what it is about. */
export interface QuarantineCause {
  readonly consumer: string;
  readonly reason: QuarantineReason;
  readonly detail: string | null;
  readonly subjectKey: string | null;
}

type Origin = QuarantineRowWithBytes['origin'];

export function entryOfEvent(event: StreamEvent, cause: QuarantineCause): QuarantineEntry {
  const { topic, partition, offset, streamKey, epoch, seq, eventId, type, traceparent, value } = event;
  return {
    ...causeFields(cause),
    bytes: value,
    origin: { topic, partition, offset, streamKey, epoch, seq, eventId, type, traceparent },
    inputKey: `${topic}/${streamKey}/${String(epoch)}/${String(seq)}`,
    keepWhole: true,
  };
}

/** Null when the row is not one that `entryOfEvent` made, or its bytes are gone. */
export function eventOfEntry({ origin, bytes }: QuarantineRowWithBytes): StreamEvent | null {
  const { topic, partition, offset, streamKey, epoch, seq, eventId, type, traceparent } = origin;
  if (typeof topic !== 'string' || typeof streamKey !== 'string' || typeof eventId !== 'string') return null;
  if (typeof partition !== 'number' || typeof offset !== 'number' || typeof epoch !== 'number') return null;
  if (typeof seq !== 'number' || typeof type !== 'string' || bytes === null) return null;
  const known = typeof traceparent === 'string' ? traceparent : null;
  return { topic, partition, offset, streamKey, epoch, seq, eventId, type, value: bytes, traceparent: known };
}

export function entryOfRecord(record: PlainRecord, cause: QuarantineCause): QuarantineEntry {
  const { topic, partition, offset, timestampMs, key, value } = record;
  return {
    ...causeFields(cause),
    bytes: value,
    origin: { topic, partition, offset, timestampMs, key, headers: headersText(record.headers) },
    inputKey: `${topic}/${String(partition)}/${String(offset)}`,
    keepWhole: true,
  };
}

export function recordOfEntry({ origin, bytes }: QuarantineRowWithBytes): PlainRecord | null {
  const { topic, partition, offset, timestampMs, key, headers } = origin;
  if (typeof topic !== 'string' || typeof partition !== 'number' || typeof offset !== 'number') return null;
  if (typeof timestampMs !== 'number' || typeof headers !== 'string') return null;
  const knownKey = typeof key === 'string' ? key : null;
  return { topic, partition, offset, timestampMs, key: knownKey, value: bytes, headers: headersOf(headers) };
}

export function plainRecordOf(record: LogRecord): PlainRecord {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key: key === null ? null : key.toString('utf8'),
    value,
    headers,
  };
}

/** Where an entry's record stood, for the lock of its partition. */
export function partitionOfOrigin(origin: Origin): number | null {
  return typeof origin.partition === 'number' ? origin.partition : null;
}

function causeFields({ consumer, reason, detail, subjectKey }: QuarantineCause) {
  return { source: consumer, reason, detail, subjectKey };
}

/** Header values are bytes: base64 of each, as JSON. */
function headersText(headers: Readonly<Record<string, Buffer>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, bytes.toString('base64')])),
  );
}

function headersOf(text: string): Record<string, Buffer> {
  const parsed: unknown = JSON.parse(text);
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return Object.fromEntries(entries.map(([name, base64]) => [name, Buffer.from(String(base64), 'base64')]));
}
