import { HEADER } from '../event-headers';
import type { LogRecord } from '../log';
import type { StreamEvent } from '../stream-event';
import type { RecordHead } from './record-head';
import type { Chunk } from './slice-in-hand';
import { decide, stateAfter } from './stream-state';
import type { StreamState, Verdict } from './stream-state';

/** A stream that the batch touched: its state before (null = no applied row) and after. */
export interface StreamChange {
  readonly streamKey: string;
  readonly partition: number;
  readonly before: StreamState | null;
  after: StreamState;
}

export interface PlanCounts {
  repeats: number;
  passedOver: number;
  readonly unknownTypes: Map<string, number>;
}

/** A record that cannot belong to a stream, and its place among the records of all chunks. */
export interface UnreadableRecord {
  readonly record: LogRecord;
  readonly place: number;
}

export interface StreamPlan {
  /** To be handed over, in stream order. */
  readonly items: StreamEvent[];
  readonly unreadable: UnreadableRecord[];
  /** Streams whose applied row has to be written. */
  readonly changes: StreamChange[];
  readonly counts: PlanCounts;
}

interface Draft extends StreamPlan {
  readonly streams: Map<string, StreamChange>;
  place: number;
}

/** Distinct stream keys of the chunks, sorted: the order of locks. */
export function streamKeysOf(chunks: readonly Chunk[]): string[] {
  const keys = new Set<string>();
  for (const { slice, from, to } of chunks) {
    for (let index = from; index < to; index += 1) {
      const head = slice.heads[index];
      if (head) keys.add(head.streamKey);
    }
  }
  return [...keys].sort();
}

/** Decides about every record of the chunks. `states` holds the applied rows that exist. */
export function planStream(chunks: readonly Chunk[], states: ReadonlyMap<string, StreamState>): StreamPlan {
  const draft: Draft = {
    items: [],
    unreadable: [],
    changes: [],
    counts: { repeats: 0, passedOver: 0, unknownTypes: new Map() },
    streams: new Map(),
    place: 0,
  };
  for (const { slice, from, to } of chunks) {
    for (let index = from; index < to; index += 1) {
      const record = slice.fetched.records[index];
      if (record !== undefined) planRecord(draft, record, { head: slice.heads[index] ?? null, states });
      draft.place += 1;
    }
  }
  for (const change of draft.streams.values()) if (change.after !== change.before) draft.changes.push(change);
  return draft;
}

function planRecord(
  draft: Draft,
  record: LogRecord,
  known: { readonly head: RecordHead | null; readonly states: ReadonlyMap<string, StreamState> },
): void {
  const { head, states } = known;
  if (head === null) {
    draft.unreadable.push({ record, place: draft.place });
    return;
  }
  const touched = draft.streams.get(head.streamKey);
  const before = touched === undefined ? (states.get(head.streamKey) ?? null) : touched.after;
  const verdict = decide(before, head);
  const after = stateAfter(before, head, { verdict, offset: record.offset });
  if (touched === undefined) {
    const { streamKey } = head;
    draft.streams.set(streamKey, { streamKey, partition: record.partition, before, after });
  } else {
    touched.after = after;
  }
  count(draft, head, verdict);
  if (verdict === 'apply' && head.handedOver) draft.items.push(eventOf(record, head));
}

function count({ counts }: Draft, head: RecordHead, verdict: Verdict): void {
  if (verdict === 'repeat') counts.repeats += 1;
  else if (verdict === 'hole' || verdict === 'mustUnderstand') counts.passedOver += 1;
  else if (verdict === 'unknown')
    counts.unknownTypes.set(head.type, (counts.unknownTypes.get(head.type) ?? 0) + 1);
}

function eventOf(record: LogRecord, head: RecordHead): StreamEvent {
  const traceparent = record.headers[HEADER.traceparent];
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    streamKey: head.streamKey,
    epoch: head.epoch,
    seq: head.seq,
    eventId: head.eventId,
    type: head.type,
    value: head.value,
    traceparent: traceparent === undefined ? null : traceparent.toString('latin1'),
  };
}
