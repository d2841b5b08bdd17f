import type { Tx } from '@potok/platform-postgres/tx';

/**
 * One event of a numbered stream as the runner hands it over: already deduplicated, in stream order. `value` is the
 * raw JSON: the consumer decides how much of it to parse.
 */
export interface StreamEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The record key: for store-keyed topics the storeId. */
  readonly streamKey: string;
  readonly epoch: number;
  readonly seq: number;
  /** `ce_id`. */
  readonly eventId: string;
  /** `ce_type`: `<name>.v<version>`. */
  readonly type: string;
  readonly value: Buffer;
  readonly traceparent: string | null;
}

/** A record of a topic without streams: the inbox, and compacted topics of state. */
export interface PlainRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/**
 * What a handler gets: the slices of several partitions at once, inside the one transaction that also moves the
 * positions and applied sequences. A handler throws to have the batch repeated (lost connections) or split
 * (validation, assertion, SQLSTATE classes 22 and 23) until the one bad record stands alone and is quarantined.
 */
export interface EventBatch {
  readonly tx: Tx;
  readonly events: readonly StreamEvent[];
}

export interface RecordBatch {
  readonly tx: Tx;
  readonly records: readonly PlainRecord[];
}

/** The document that an event is about: ids of events begin with it (`documentId/revision/…`). */
export function documentOfEvent(event: { readonly eventId: string }): string {
  const end = event.eventId.indexOf('/');
  return end < 0 ? event.eventId : event.eventId.slice(0, end);
}
