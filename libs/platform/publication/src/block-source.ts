import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from './event-block';
import { blockArrays, blockKey, RecentBlocks } from './recent-blocks';
import type { PublishableEvent, StreamRange, StreamSource } from './stream';

/** Where an event of a block stands. */
export interface BlockPlace {
  readonly streamKey: string;
  readonly epoch: number;
  readonly seq: number;
  /** When the block was recorded, RFC 3339. */
  readonly time: string;
}

/** A table of blocks, one or more for each stream, and what is made of their values. Names are the service's own. */
export interface StoredBlocks {
  readonly topic: TopicDeclaration;
  readonly table: string;
  /** Holds the number under which `streamNos` knows a stream. */
  readonly streamColumn: string;
  readonly epochColumn: string;
  readonly firstSeqColumn: string;
  readonly streamNos: (tx: Tx, streamKeys: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** The events' values in their order; absent = those that `encodeEventBlock` was given. */
  readonly valuesOf?: (block: Buffer) => Iterable<Buffer>;
  readonly eventOf: (value: Buffer, place: BlockPlace) => PublishableEvent;
}

interface BlockRow {
  readonly range_no: number;
  readonly stream_no: number;
  readonly first_seq: bigint;
  readonly recorded_at: Date;
  /** Null of a block whose values are at hand. */
  readonly bytes: Buffer | null;
}

interface FoundBlocks {
  readonly rows: readonly BlockRow[];
  /** Values of recent blocks by `blockKey`. */
  readonly atHand: ReadonlyMap<string, readonly Buffer[]>;
}

const BLOCKS_PER_READ = 200;

/** Reads events back from the blocks that a transaction stored: a pure function of stored rows. */
export class BlockSource implements StreamSource {
  readonly topic: TopicDeclaration;

  constructor(
    private readonly blocks: StoredBlocks,
    private readonly recent = new RecentBlocks(0),
  ) {
    this.topic = blocks.topic;
  }

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const { eventOf } = this.blocks;
    const events: PublishableEvent[] = [];
    let bytes = 0;
    const { rows, atHand } = await this.readBlocks(tx, ranges);
    for (const row of rows) {
      const { streamKey, epoch, fromSeq, toSeq } = present(ranges[row.range_no], 'range of a block');
      const time = toInstant(row.recorded_at.getTime());
      let seq = Number(row.first_seq) - 1;
      for (const value of this.valuesOf(row, epoch, atHand)) {
        seq += 1;
        if (seq < fromSeq || seq > toSeq) continue;
        if (events.length > 0 && bytes + value.length > bytesMax) return events;
        bytes += value.length;
        events.push(eventOf(value, { streamKey, epoch, seq, time }));
      }
    }
    return events;
  }

  private valuesOf(row: BlockRow, epoch: number, atHand: FoundBlocks['atHand']): Iterable<Buffer> {
    if (row.bytes !== null) return (this.blocks.valuesOf ?? decodeEventBlock)(row.bytes);
    const recordedAtMs = row.recorded_at.getTime();
    const place = { streamNo: row.stream_no, epoch, firstSeq: Number(row.first_seq), recordedAtMs };
    return present(atHand.get(blockKey(place)), 'the values of a recent block');
  }

  /** One statement; the bytes of blocks whose values are at hand stay in the database. */
  private async readBlocks(tx: Tx, ranges: readonly StreamRange[]): Promise<FoundBlocks> {
    const { table, streamColumn: stream, epochColumn: epoch, firstSeqColumn: first } = this.blocks;
    const numbers = await this.blocks.streamNos(
      tx,
      ranges.map(({ streamKey }) => streamKey),
    );
    // A stream that nothing was stored of has no number: nothing is found of it.
    const wanted = ranges.map((range) => ({ ...range, streamNo: numbers.get(range.streamKey) ?? null }));
    const recent = this.recent.of(wanted);
    const { rows } = await tx.query<BlockRow>(
      `SELECT wanted.range_no, wanted.stream_no, block.first_seq, block.recorded_at,
              CASE WHEN (wanted.stream_no, wanted.epoch, block.first_seq, block.recorded_at) IN (
                SELECT * FROM unnest($7::int[], $8::int[], $9::bigint[], $10::timestamptz[])
              ) THEN NULL ELSE block.bytes END AS bytes
       FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::bigint[])
         AS wanted (range_no, stream_no, epoch, from_seq, to_seq)
       CROSS JOIN LATERAL (
         SELECT b.${first} AS first_seq, b.recorded_at, b.bytes FROM ${table} b
         WHERE b.${stream} = wanted.stream_no AND b.${epoch} = wanted.epoch AND b.${first} <= wanted.to_seq
           AND b.${first} >= coalesce((
             SELECT max(e.${first}) FROM ${table} e
             WHERE e.${stream} = wanted.stream_no AND e.${epoch} = wanted.epoch
               AND e.${first} <= wanted.from_seq), 0)
         ORDER BY b.${first} LIMIT $6
       ) AS block
       ORDER BY wanted.range_no, block.first_seq LIMIT $6`,
      [
        integerArray(wanted.map((_, index) => index)),
        integerArray(wanted.map(({ streamNo }) => streamNo)),
        integerArray(wanted.map((range) => range.epoch)),
        integerArray(wanted.map(({ fromSeq }) => fromSeq)),
        integerArray(wanted.map(({ toSeq }) => toSeq)),
        BLOCKS_PER_READ,
        ...blockArrays(recent),
      ],
    );
    return { rows, atHand: new Map(recent.map((block) => [blockKey(block), block.values])) };
  }
}
