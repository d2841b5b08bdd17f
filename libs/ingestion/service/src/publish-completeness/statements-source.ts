import { assert, present } from '@potok/kernel/assert';
import { eventTypeOf } from '@potok/kernel/contract';
import { toInstant } from '@potok/kernel/clock';
import { completenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';

interface BlockRow {
  readonly first_seq: bigint;
  readonly last_seq: bigint;
  readonly recorded_at: Date;
  readonly bytes: Buffer;
}

const SOURCE = '/potok/register-ingestion';
const TYPE = eventTypeOf(completenessStatedV1);
const EVENT_ID_FROM = '{"eventId":"'.length;
const BLOCKS_PER_READ = 200;

/** Reads statements back from their blocks: a pure function of stored rows. */
export class StatementsSource implements StreamSource {
  readonly topic = completenessTopic;

  constructor(private readonly directory: OrganisationDirectory) {}

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    await this.directory.refresh(tx);
    const events: PublishableEvent[] = [];
    let bytes = 0;
    for (const range of ranges) {
      for (const block of await this.blocks(tx, range)) {
        for (const event of eventsOf(block, range)) {
          if (events.length > 0 && bytes + event.value.length > bytesMax) return events;
          bytes += event.value.length;
          events.push(event);
        }
      }
    }
    return events;
  }

  private async blocks(
    tx: Tx,
    { streamKey, epoch, fromSeq, toSeq }: StreamRange,
  ): Promise<readonly BlockRow[]> {
    const store = present(this.directory.storeOf(streamKey), 'the store of a stream');
    const { rows } = await tx.query<BlockRow>(
      `SELECT first_seq, last_seq, recorded_at, bytes FROM completeness_block
       WHERE store_no = $1 AND stream_epoch = $2 AND first_seq <= $4 AND first_seq >= coalesce((
         SELECT max(first_seq) FROM completeness_block
         WHERE store_no = $1 AND stream_epoch = $2 AND first_seq <= $3), 0)
       ORDER BY first_seq LIMIT $5`,
      [store.storeNo, epoch, fromSeq, toSeq, BLOCKS_PER_READ],
    );
    return rows;
  }
}

function eventsOf(block: BlockRow, range: StreamRange): readonly PublishableEvent[] {
  const firstSeq = Number(block.first_seq);
  const values = decodeEventBlock(block.bytes);
  assert(values.length === Number(block.last_seq) - firstSeq + 1, 'a block holds the events that it says');
  const time = toInstant(block.recorded_at.getTime());
  return values.flatMap((value, index) => {
    const seq = firstSeq + index;
    if (seq < range.fromSeq || seq > range.toSeq) return [];
    const id = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
    const about = { id, type: TYPE, source: SOURCE, time, epoch: range.epoch, seq };
    const headers = eventHeaders({ ...about, mustUnderstand: false, traceparent: null });
    return [{ streamKey: range.streamKey, seq, eventId: id, value, headers }];
  });
}
