import { assert, present } from '@potok/kernel/assert';
import { eventTypeOf } from '@potok/kernel/contract';
import { toInstant } from '@potok/kernel/clock';
import { documentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { documentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { traceparentIn } from '@potok/platform-publication/event-trace';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';

interface BlockRow {
  readonly range_no: number;
  readonly first_seq: bigint;
  readonly last_seq: bigint;
  readonly recorded_at: Date;
  readonly bytes: Buffer;
}

const SOURCE = '/potok/register-ingestion';
const EVENT_ID_FROM = '{"eventId":"'.length;
const REGISTERED = eventTypeOf(documentRegisteredV1);
const REVISED = eventTypeOf(documentRevisedV1);
const BLOCKS_PER_READ = 200;

/** Reads documents' events back from their blocks: a pure function of stored rows. */
export class DocumentsSource implements StreamSource {
  readonly topic = documentsTopic;

  constructor(private readonly directory: OrganisationDirectory) {}

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const events: PublishableEvent[] = [];
    let bytes = 0;
    for (const { range, block } of await this.blocks(tx, ranges)) {
      const values = decodeEventBlock(block.bytes);
      const firstSeq = Number(block.first_seq);
      for (
        let seq = Math.max(firstSeq, range.fromSeq);
        seq <= Math.min(Number(block.last_seq), range.toSeq);
        seq += 1
      ) {
        const value = values[seq - firstSeq];
        assert(value !== undefined, `event ${String(seq)} of ${range.streamKey} is missing`);
        if (events.length > 0 && bytes + value.length > bytesMax) return events;
        bytes += value.length;
        events.push(eventOf(value, { range, seq, time: toInstant(block.recorded_at.getTime()) }));
      }
    }
    return events;
  }

  private async blocks(
    tx: Tx,
    ranges: readonly StreamRange[],
  ): Promise<readonly { range: StreamRange; block: BlockRow }[]> {
    await this.directory.refresh(tx);
    const { rows } = await tx.query<BlockRow>(
      `SELECT wanted.range_no, block.first_seq, block.last_seq, block.recorded_at, block.bytes
       FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::bigint[])
         AS wanted (range_no, store_no, stream_epoch, from_seq, to_seq)
       CROSS JOIN LATERAL (
         SELECT event_block.* FROM event_block
         WHERE event_block.store_no = wanted.store_no AND event_block.stream_epoch = wanted.stream_epoch
           AND event_block.first_seq <= wanted.to_seq AND event_block.first_seq >= coalesce((
             SELECT max(earlier.first_seq) FROM event_block AS earlier
             WHERE earlier.store_no = wanted.store_no AND earlier.stream_epoch = wanted.stream_epoch
               AND earlier.first_seq <= wanted.from_seq), 0)
         ORDER BY event_block.first_seq LIMIT $6
       ) AS block
       ORDER BY wanted.range_no, block.first_seq LIMIT $6`,
      [
        integerArray(ranges.map((_, index) => index)),
        integerArray(ranges.map(({ streamKey }) => this.storeNoOf(streamKey))),
        integerArray(ranges.map(({ epoch }) => epoch)),
        integerArray(ranges.map(({ fromSeq }) => fromSeq)),
        integerArray(ranges.map(({ toSeq }) => toSeq)),
        BLOCKS_PER_READ,
      ],
    );
    return rows.map((block) => {
      const range = ranges[block.range_no];
      assert(range !== undefined, 'a block of no range');
      return { range, block };
    });
  }

  private storeNoOf(storeId: string): number {
    return present(this.directory.storeOf(storeId), 'the store of a stream').storeNo;
  }
}

interface EventPlace {
  readonly range: StreamRange;
  readonly seq: number;
  readonly time: string;
}

function eventOf(value: Buffer, { range, seq, time }: EventPlace): PublishableEvent {
  const eventId = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
  const type = eventId.endsWith('/registered/0') ? REGISTERED : REVISED;
  const headers = eventHeaders({
    id: eventId,
    type,
    source: SOURCE,
    time,
    epoch: range.epoch,
    seq,
    mustUnderstand: true,
    traceparent: traceparentIn(value, 'documentId'),
  });
  return { streamKey: range.streamKey, seq, eventId, value, headers };
}
