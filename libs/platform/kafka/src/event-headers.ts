/**
 * CloudEvents 1.0 binary headers of the Kafka binding, and the stream's numbering as extensions. The names are
 * written here alone; producers and consumers derive from them.
 */
export const HEADER = {
  specVersion: 'ce_specversion',
  id: 'ce_id',
  type: 'ce_type',
  source: 'ce_source',
  time: 'ce_time',
  epoch: 'ce_streamepoch',
  seq: 'ce_streamseq',
  mustUnderstand: 'ce_mustunderstand',
  /** Of a row of a compacted topic: readers ignore lower versions. */
  stateVersion: 'ce_stateversion',
  /** Where the record's key is not the stream's (one key a row): the stream's key. */
  partitionKey: 'ce_partitionkey',
  traceparent: 'traceparent',
} as const;

type NamedHeaders = { [Name in (typeof HEADER)[keyof typeof HEADER]]?: string };

export interface EventHeaderFields {
  readonly id: string;
  readonly type: string;
  /** The owner, for example `/potok/stock-ledger`. */
  readonly source: string;
  /** RFC 3339 UTC: the event's recordedAt. */
  readonly time: string;
  readonly epoch: number;
  readonly seq: number;
  readonly mustUnderstand: boolean;
  /** Stated where the record's key is another one. */
  readonly streamKey?: string;
  readonly traceparent: string | null;
}

/**
 * A pure function of stored values, so that a repeat has identical headers. Literal names make one shape of all the
 * objects: with computed ones each record costs several times as much.
 */
export function eventHeaders(fields: EventHeaderFields): Record<string, string> {
  const headers: NamedHeaders = {
    ce_specversion: '1.0',
    ce_id: fields.id,
    ce_type: fields.type,
    ce_source: fields.source,
    ce_time: fields.time,
    ce_streamepoch: String(fields.epoch),
    ce_streamseq: String(fields.seq),
  };
  if (fields.mustUnderstand) headers.ce_mustunderstand = 'true';
  if (fields.streamKey !== undefined) headers.ce_partitionkey = fields.streamKey;
  if (fields.traceparent !== null) headers.traceparent = fields.traceparent;
  return headers;
}

/**
 * `ce_type` of the last event of an epoch, in the stream's own numbering: `{lastSeq}` = its own sequence. The next
 * epoch (this one + 1) starts at 1, after a region move or a new partition count.
 */
export const STREAM_CLOSED_TYPE = 'stream-closed.v1';

export interface StateHeaderFields {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly time: string;
  readonly version: number;
}

/** Headers of a row of a compacted topic; the version stands there so that nobody must parse the value for it. */
export function stateHeaders(fields: StateHeaderFields): Record<string, string> {
  const headers: NamedHeaders = {
    ce_specversion: '1.0',
    ce_id: fields.id,
    ce_type: fields.type,
    ce_source: fields.source,
    ce_time: fields.time,
    ce_stateversion: String(fields.version),
  };
  return headers;
}
