import { eventTypeOf } from '@potok/kernel/contract';
import { completenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import type { PassingBlocks } from '@potok/platform-publication/block-retention';
import { BlockSource } from '@potok/platform-publication/block-source';
import type { BlockPlace } from '@potok/platform-publication/block-source';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { storeNosOf } from '../organisation-copy/organisation-directory';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';

const SOURCE = '/potok/register-ingestion';
const TYPE = eventTypeOf(completenessStatedV1);
const EVENT_ID_FROM = '{"eventId":"'.length;

/** The table of what was stated: it serves publication alone, the latest statement of a register stands elsewhere. */
export function statementBlocks(directory: OrganisationDirectory): PassingBlocks {
  return {
    topic: completenessTopic,
    table: 'completeness_block',
    streamColumn: 'store_no',
    epochColumn: 'stream_epoch',
    firstSeqColumn: 'first_seq',
    lastSeqColumn: 'last_seq',
    streamNos: (tx, storeIds) => storeNosOf(directory, tx, storeIds),
  };
}

/** Reads statements back from their blocks. */
export class StatementsSource extends BlockSource {
  constructor(directory: OrganisationDirectory) {
    super({ ...statementBlocks(directory), eventOf });
  }
}

function eventOf(value: Buffer, { streamKey, ...place }: BlockPlace): PublishableEvent {
  const id = value.toString('latin1', EVENT_ID_FROM, value.indexOf('"', EVENT_ID_FROM));
  const about = { id, type: TYPE, source: SOURCE, ...place };
  const headers = eventHeaders({
    ...about,
    mustUnderstand: completenessStatedV1.mustUnderstand,
    traceparent: null,
  });
  return { streamKey, seq: place.seq, eventId: id, value, headers };
}
