import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import { traceparentIn } from '@potok/platform-publication/event-trace';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';

interface BlockRow {
  readonly range_no: number;
  readonly first_seq: bigint;
  readonly recorded_at: Date;
  readonly bytes: Buffer;
}

const SOURCE = '/potok/nomenclature';
const EVENT_ID_FROM = '{"eventId":"'.length;
const BLOCKS_PER_READ = 200;
const REGISTERED = eventTypeOf(receiptRegisteredV1);
const REVISED = eventTypeOf(receiptRevisedV1);
const LINES_DECIDED = eventTypeOf(linesDecidedV1);

/** Reads decisions back from the blocks of their events: a pure function of stored rows. */
export class ReceiptsSource implements StreamSource {
  readonly topic = receiptsTopic;

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const events: PublishableEvent[] = [];
    let bytes = 0;
    for (const row of await readBlocks(tx, ranges)) {
      const range = present(ranges[row.range_no], 'range of a block');
      const firstSeq = Number(row.first_seq);
      const time = toInstant(row.recorded_at.getTime());
      for (const [index, value] of decodeEventBlock(row.bytes).entries()) {
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
    `SELECT wanted.range_no, block.first_seq, block.recorded_at, block.bytes
     FROM unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
       AS wanted (range_no, store_id, epoch, from_seq, to_seq)
     JOIN store_name USING (store_id)
     CROSS JOIN LATERAL (
       SELECT b.first_seq, b.recorded_at, b.bytes FROM event_block b
       WHERE b.store_no = store_name.store_no AND b.epoch = wanted.epoch AND b.first_seq <= wanted.to_seq
         AND b.first_seq >= coalesce((
           SELECT max(e.first_seq) FROM event_block e
           WHERE e.store_no = store_name.store_no AND e.epoch = wanted.epoch AND e.first_seq <= wanted.from_seq), 0)
       ORDER BY b.first_seq LIMIT $6
     ) AS block
     ORDER BY wanted.range_no, block.first_seq LIMIT $6`,
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
    type: typeOf(id),
    source: SOURCE,
    time,
    epoch: range.epoch,
    seq,
    mustUnderstand: true,
    traceparent: traceparentIn(value, 'documentId'),
  });
  return { streamKey: range.streamKey, seq, eventId: id, value, headers };
}

/** `documentId/revision/verb/decisionNo`: the verb and the number tell the type. */
function typeOf(eventId: string): string {
  const [, , verb, decisionNo] = eventId.split('/');
  if (verb === 'revised') return REVISED;
  return decisionNo === '0' ? REGISTERED : LINES_DECIDED;
}
