import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import type { TopicDeclaration } from '@potok/kernel/contract';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from './event-block';
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
  readonly first_seq: bigint;
  readonly recorded_at: Date;
  readonly bytes: Buffer;
}

const BLOCKS_PER_READ = 200;

/** Reads events back from the blocks that a transaction stored: a pure function of stored rows. */
export class BlockSource implements StreamSource {
  readonly topic: TopicDeclaration;

  constructor(private readonly blocks: StoredBlocks) {
    this.topic = blocks.topic;
  }

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const { valuesOf = decodeEventBlock, eventOf } = this.blocks;
    const events: PublishableEvent[] = [];
    let bytes = 0;
    for (const row of await this.readBlocks(tx, ranges)) {
      const { streamKey, epoch, fromSeq, toSeq } = present(ranges[row.range_no], 'range of a block');
      const time = toInstant(row.recorded_at.getTime());
      let seq = Number(row.first_seq) - 1;
      for (const value of valuesOf(row.bytes)) {
        seq += 1;
        if (seq < fromSeq || seq > toSeq) continue;
        if (events.length > 0 && bytes + value.length > bytesMax) return events;
        bytes += value.length;
        events.push(eventOf(value, { streamKey, epoch, seq, time }));
      }
    }
    return events;
  }

  private async readBlocks(tx: Tx, ranges: readonly StreamRange[]): Promise<readonly BlockRow[]> {
    const { table, streamColumn: stream, epochColumn: epoch, firstSeqColumn: first } = this.blocks;
    const numbers = await this.blocks.streamNos(
      tx,
      ranges.map(({ streamKey }) => streamKey),
    );
    const { rows } = await tx.query<BlockRow>(
      `SELECT wanted.range_no, block.first_seq, block.recorded_at, block.bytes
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
        integerArray(ranges.map((_, index) => index)),
        // A stream that nothing was stored of has no number: nothing is found of it.
        integerArray(ranges.map(({ streamKey }) => numbers.get(streamKey) ?? null)),
        integerArray(ranges.map((range) => range.epoch)),
        integerArray(ranges.map(({ fromSeq }) => fromSeq)),
        integerArray(ranges.map(({ toSeq }) => toSeq)),
        BLOCKS_PER_READ,
      ],
    );
    return rows;
  }
}
