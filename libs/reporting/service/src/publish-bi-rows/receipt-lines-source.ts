import { eventTypeOf } from '@potok/kernel/contract';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { BlockSource } from '@potok/platform-publication/block-source';
import type { BlockPlace } from '@potok/platform-publication/block-source';
import { decodeEventBlock } from '@potok/platform-publication/event-block';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { biReceiptLineV1 } from '@potok/reporting-contracts/bi-receipt-line.v1';
import { receiptLinesTopic } from '@potok/reporting-contracts/bi-topics';
import { valuesOf } from './row-json';

const SOURCE = '/potok/reporting';
const TYPE = eventTypeOf(biReceiptLineV1);
const EVENT_ID_FROM = '{"event_id":"'.length;

/** Reads rows back from their blocks, each with a key of its own. */
export class ReceiptLinesSource extends BlockSource {
  constructor() {
    super({
      topic: receiptLinesTopic,
      table: 'bi_row_block',
      streamColumn: 'store_no',
      epochColumn: 'epoch',
      firstSeqColumn: 'first_row_seq',
      streamNos: readStoreNos,
      valuesOf: (block) => decodeEventBlock(block).flatMap(valuesOf),
      eventOf,
    });
  }
}

async function readStoreNos(tx: Tx, storeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ store_id: string; store_no: number }>(
    'SELECT store_id, store_no FROM bi_store WHERE store_id = ANY ($1::text[])',
    [textArray(storeIds)],
  );
  return new Map(rows.map((row) => [row.store_id, row.store_no]));
}

function eventOf(value: Buffer, { streamKey, ...place }: BlockPlace): PublishableEvent {
  const id = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
  const headers = eventHeaders({
    id,
    type: TYPE,
    source: SOURCE,
    ...place,
    mustUnderstand: biReceiptLineV1.mustUnderstand,
    streamKey,
    traceparent: null,
  });
  return { streamKey, recordKey: id, seq: place.seq, eventId: id, value, headers };
}
