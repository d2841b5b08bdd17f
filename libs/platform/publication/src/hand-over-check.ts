import { HEADER } from '@potok/platform-kafka/event-headers';
import type { LogAdmin, LogBounds } from '@potok/platform-kafka/log';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { recordHead } from './record-head';
import type { RecordHead } from './record-head';
import type { HaltReason } from './relay-event';
import type { PublishableEvent, StreamRange, StreamSource } from './stream';

export interface HandOverVerdict {
  readonly partition: number;
  readonly halt: { readonly reason: HaltReason; readonly detail: string } | null;
  /** Offsets of records that this owner cannot have written. */
  readonly foreignOffsets: readonly number[];
}

interface Stored {
  readonly epoch: number;
  readonly lastSeq: number;
}

/** The end of a partition. `whole` = nothing was ever before it. */
interface Tail {
  readonly partition: number;
  readonly tail: ReadonlyMap<string, RecordHead[]>;
  readonly whole: boolean;
  readonly foreignOffsets: number[];
}

/** How much of a partition's end is compared: every stream that occurs in it, by its last record. */
const TAIL_RECORDS = 500;
const READ_BYTES_MAX = 64 * 1024 * 1024;

/**
 * What a new holder does before it publishes: compares the end of each partition with the rows. The topic ahead of
 * them, or another event at a sequence, means that the database went back.
 */
export class HandOverCheck {
  constructor(
    private readonly database: Transactor,
    private readonly source: StreamSource,
    private readonly admin: LogAdmin,
  ) {}

  async run(partitions: readonly number[]): Promise<readonly HandOverVerdict[]> {
    const bounds = await this.admin.bounds(this.source.topic.name);
    const verdicts: HandOverVerdict[] = [];
    for (const partition of partitions) {
      const end = bounds.get(partition);
      verdicts.push(end === undefined ? passed(partition) : await this.check(partition, end));
    }
    return verdicts;
  }

  private async check(partition: number, bounds: LogBounds): Promise<HandOverVerdict> {
    const tail = new Map<string, RecordHead[]>();
    const foreignOffsets: number[] = [];
    const start = { topic: this.source.topic.name, partition, from: Math.max(0, bounds.end - TAIL_RECORDS) };
    await this.admin.readPartition(start, (records) => {
      for (const record of records) {
        const head = recordHead(record);
        if (head === null) foreignOffsets.push(record.offset);
        else tail.set(head.streamKey, [...(tail.get(head.streamKey) ?? []), head]);
      }
    });
    if (tail.size === 0) return { partition, halt: null, foreignOffsets };
    const found = { partition, tail, whole: start.from === 0 && bounds.earliest === 0, foreignOffsets };
    return this.database.tx((tx) => this.compare(tx, found), { readOnly: true });
  }

  private async compare(tx: Tx, found: Tail): Promise<HandOverVerdict> {
    const { partition, foreignOffsets } = found;
    const stored = await readStored(tx, this.source.topic.name, [...found.tail.keys()]);
    const last: RecordHead[] = [];
    for (const [streamKey, heads] of found.tail) {
      const row = stored.get(streamKey) ?? { epoch: 0, lastSeq: 0 };
      while (isForeign(heads, found.whole)) foreignOffsets.push(heads.pop()?.offset ?? -1);
      const head = heads.at(-1);
      if (head === undefined) continue;
      if (isAhead(head, row)) return { partition, halt: ahead(head, row), foreignOffsets };
      if (head.epoch === row.epoch) last.push(head);
    }
    return { partition, halt: await this.difference(tx, last), foreignOffsets };
  }

  private async difference(tx: Tx, heads: readonly RecordHead[]): Promise<HandOverVerdict['halt']> {
    const ranges = heads.map(({ streamKey, epoch, seq }): StreamRange => ({
      streamKey,
      epoch,
      fromSeq: seq,
      toSeq: seq,
    }));
    const events = ranges.length === 0 ? [] : await this.source.read(tx, ranges, READ_BYTES_MAX);
    const byStream = new Map(events.map((event) => [event.streamKey, event]));
    const differing = heads.find((head) => differs(head, byStream.get(head.streamKey)));
    if (differing === undefined) return null;
    const { streamKey, seq, eventId } = differing;
    const own = byStream.get(streamKey)?.eventId ?? 'nothing';
    return {
      reason: 'topic-differs-from-rows',
      detail: `${streamKey} at ${String(seq)}: the topic holds ${eventId}, the database ${own}`,
    };
  }
}

function passed(partition: number): HandOverVerdict {
  return { partition, halt: null, foreignOffsets: [] };
}

function isAhead(head: RecordHead, row: Stored): boolean {
  return head.epoch > row.epoch || (head.epoch === row.epoch && head.seq > row.lastSeq);
}

/**
 * An owner never skips: a record that leaps over sequences was put there by someone else. Where what is before it
 * was not read, it is taken for the owner's.
 */
function isForeign(heads: readonly RecordHead[], whole: boolean): boolean {
  const head = heads.at(-1);
  if (head === undefined) return false;
  const before = heads.slice(0, -1);
  if (before.length === 0 && !whole) return false;
  const seqs = before.filter((other) => other.epoch === head.epoch).map((other) => other.seq);
  return head.seq > Math.max(0, ...seqs) + 1;
}

function ahead(head: RecordHead, row: Stored): HandOverVerdict['halt'] {
  const { streamKey, epoch, seq } = head;
  return {
    reason: 'topic-ahead-of-rows',
    detail:
      `${streamKey}: the topic is at ${String(seq)} of epoch ${String(epoch)}, ` +
      `the database at ${String(row.lastSeq)} of epoch ${String(row.epoch)}`,
  };
}

function differs(head: RecordHead, event: PublishableEvent | undefined): boolean {
  return event?.eventId !== head.eventId || (event.headers[HEADER.time] ?? '') !== head.time;
}

async function readStored(
  tx: Tx,
  topic: string,
  streamKeys: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  const { rows } = await tx.query<{ stream_key: string; epoch: number; last_seq: bigint }>(
    `SELECT stream_key, epoch, last_seq FROM publication_stream
     WHERE topic = $1 AND stream_key = ANY ($2::text[])`,
    [topic, textArray(streamKeys)],
  );
  return new Map(rows.map((row) => [row.stream_key, { epoch: row.epoch, lastSeq: Number(row.last_seq) }]));
}
