import { eventTypeOf } from '@potok/kernel/contract';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { BlockSource } from '@potok/platform-publication/block-source';
import type { BlockPlace } from '@potok/platform-publication/block-source';
import type { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import { traceparentIn } from '@potok/platform-publication/event-trace';
import type { PublishableEvent } from '@potok/platform-publication/stream';

const SOURCE = '/potok/nomenclature';
const EVENT_ID_FROM = '{"eventId":"'.length;
const REGISTERED = eventTypeOf(receiptRegisteredV1);
const REVISED = eventTypeOf(receiptRevisedV1);
const LINES_DECIDED = eventTypeOf(linesDecidedV1);

/** Reads decisions back from the blocks of their events. */
export class ReceiptsSource extends BlockSource {
  constructor(recent?: RecentBlocks) {
    super(
      {
        topic: receiptsTopic,
        table: 'event_block',
        streamColumn: 'store_no',
        epochColumn: 'epoch',
        firstSeqColumn: 'first_seq',
        streamNos: readStoreNos,
        eventOf,
      },
      recent,
    );
  }
}

async function readStoreNos(tx: Tx, storeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ store_id: string; store_no: number }>(
    'SELECT store_id, store_no FROM store_name WHERE store_id = ANY ($1::text[])',
    [textArray(storeIds)],
  );
  return new Map(rows.map((row) => [row.store_id, row.store_no]));
}

function eventOf(value: Buffer, { streamKey, ...place }: BlockPlace): PublishableEvent {
  const id = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
  const headers = eventHeaders({
    id,
    type: typeOf(id),
    source: SOURCE,
    ...place,
    mustUnderstand: true,
    traceparent: traceparentIn(value, 'documentId'),
  });
  return { streamKey, seq: place.seq, eventId: id, value, headers };
}

/** `documentId/revision/verb/decisionNo`: the verb and the number tell the type. */
function typeOf(eventId: string): string {
  const [, , verb, decisionNo] = eventId.split('/');
  if (verb === 'revised') return REVISED;
  return decisionNo === '0' ? REGISTERED : LINES_DECIDED;
}
