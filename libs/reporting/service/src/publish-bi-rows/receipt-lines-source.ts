import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';
import { biReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import { receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import { valuesOf } from './row-json';

interface BlockRow {
  readonly range_no: number;
  readonly first_row_seq: bigint;
  readonly recorded_at: Date;
  readonly bytes: Buffer;
}

const SOURCE = '/potok/reporting';
const TYPE = eventTypeOf(biReceiptLineV1);
const EVENT_ID_FROM = '{"event_id":"'.length;
const BLOCKS_PER_READ = 100;

/** Reads rows back from their blocks, each with a key of its own: a pure function of what is stored. */
export class ReceiptLinesSource implements StreamSource {
  readonly topic = receiptLinesTopic;

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const events: PublishableEvent[] = [];
    let bytes = 0;
    for (const row of await readBlocks(tx, ranges)) {
      const range = present(ranges[row.range_no], 'range of a block');
      const firstSeq = Number(row.first_row_seq);
      const time = toInstant(row.recorded_at.getTime());
      for (const [index, value] of decodeEventBlock(row.bytes).flatMap(valuesOf).entries()) {
        const seq = firstSeq + index;
        if (seq < range.fromSeq || seq > range.toSeq) continue;
        if (events.length > 0 && bytes + value.length > bytesMax) return events;
        bytes += value.length;
        events.push(eventOf(value, { range, seq, time }));
      }
    }
    return events;
  }
}

async function readBlocks(tx: Tx, ranges: readonly StreamRange[]): Promise<readonly BlockRow[]> {
  const { rows } = await tx.query<BlockRow>(
    `SELECT wanted.range_no, block.first_row_seq, block.recorded_at, block.bytes
     FROM unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
       AS wanted (range_no, store_id, epoch, from_seq, to_seq)
     JOIN bi_store store USING (store_id)
     CROSS JOIN LATERAL (
       SELECT b.first_row_seq, b.recorded_at, b.bytes FROM bi_row_block b
       WHERE b.store_no = store.store_no AND b.epoch = wanted.epoch AND b.first_row_seq <= wanted.to_seq
         AND b.first_row_seq >= coalesce((
           SELECT max(e.first_row_seq) FROM bi_row_block e
           WHERE e.store_no = store.store_no AND e.epoch = wanted.epoch AND e.first_row_seq <= wanted.from_seq), 0)
       ORDER BY b.first_row_seq LIMIT $6
     ) AS block
     ORDER BY wanted.range_no, block.first_row_seq LIMIT $6`,
    [
      integerArray(ranges.map((_, index) => index)),
      textArray(ranges.map(({ streamKey }) => streamKey)),
      integerArray(ranges.map(({ epoch }) => epoch)),
      integerArray(ranges.map(({ fromSeq }) => fromSeq)),
      integerArray(ranges.map(({ toSeq }) => toSeq)),
      BLOCKS_PER_READ,
    ],
  );
  return rows;
}

interface EventPlace {
  readonly range: StreamRange;
  readonly seq: number;
  readonly time: string;
}

function eventOf(value: Buffer, { range, seq, time }: EventPlace): PublishableEvent {
  const id = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
  const headers = eventHeaders({
    id,
    type: TYPE,
    source: SOURCE,
    time,
    epoch: range.epoch,
    seq,
    mustUnderstand: biReceiptLineV1.mustUnderstand,
    streamKey: range.streamKey,
    traceparent: null,
  });
  return { streamKey: range.streamKey, recordKey: id, seq, eventId: id, value, headers };
}
