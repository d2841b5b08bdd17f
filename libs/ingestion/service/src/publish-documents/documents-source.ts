import { eventTypeOf } from '@potok/kernel/contract';
import { documentRegisteredV1 } from '@potok/ingestion-contracts/document-registered.v1';
import { documentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { BlockSource } from '@potok/platform-publication/block-source';
import type { BlockPlace } from '@potok/platform-publication/block-source';
import type { RecentBlocks } from '@potok/platform-publication/recent-blocks';
import { traceparentIn } from '@potok/platform-publication/event-trace';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { storeNosOf } from '../organisation-copy/organisation-directory';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';

const SOURCE = '/potok/register-ingestion';
const EVENT_ID_FROM = '{"eventId":"'.length;
const REGISTERED = eventTypeOf(documentRegisteredV1);
const REVISED = eventTypeOf(documentRevisedV1);

/** Reads documents' events back from their blocks. */
export class DocumentsSource extends BlockSource {
  constructor(directory: OrganisationDirectory, recent?: RecentBlocks) {
    super(
      {
        topic: documentsTopic,
        table: 'event_block',
        streamColumn: 'store_no',
        epochColumn: 'stream_epoch',
        firstSeqColumn: 'first_seq',
        streamNos: (tx, storeIds) => storeNosOf(directory, tx, storeIds),
        eventOf,
      },
      recent,
    );
  }
}

function eventOf(value: Buffer, { streamKey, ...place }: BlockPlace): PublishableEvent {
  const eventId = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
  const headers = eventHeaders({
    id: eventId,
    type: eventId.endsWith('/registered/0') ? REGISTERED : REVISED,
    source: SOURCE,
    ...place,
    mustUnderstand: true,
    traceparent: traceparentIn(value, 'documentId'),
  });
  return { streamKey, seq: place.seq, eventId, value, headers };
}
