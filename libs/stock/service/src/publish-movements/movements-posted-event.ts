import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { traceMember } from '@potok/platform-publication/event-trace';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { movementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';
import type { NameReader } from '../storage/name-reader';
import { MOVEMENTS_PER_EVENT_MAX, partsOf } from '../storage/posting';
import type { PostingWithMovements, StoredPosting } from '../storage/postings-reader';

const TYPE = eventTypeOf(movementsPostedV1);
const SOURCE = '/potok/stock-ledger';
const DAY_MS = 86_400_000;

interface Part {
  readonly seq: number;
  readonly index: number;
  readonly of: number;
}

/** The events of a posting: a pure function of its rows, so that a repeat has the same bytes. */
export function movementsPosted(
  { posting, movements }: PostingWithMovements,
  storeId: string,
  names: NameReader,
): PublishableEvent[] {
  const texts = movements.map((_, index) => movementJson({ posting, movements }, index, names));
  const of = partsOf(texts.length);
  return Array.from({ length: of }, (_, index) => {
    const part = { seq: posting.postingSeq + index, index: index + 1, of };
    const slice = texts.slice(index * MOVEMENTS_PER_EVENT_MAX, (index + 1) * MOVEMENTS_PER_EVENT_MAX);
    return eventOf(posting, storeId, { part, movements: slice });
  });
}

/** Identifiers hold no character that JSON escapes; a stock document's id is checked by its contract as well. */
function eventOf(
  posting: StoredPosting,
  storeId: string,
  { part, movements }: { readonly part: Part; readonly movements: readonly string[] },
): PublishableEvent {
  const eventId = `${posting.documentId}/${String(posting.revision)}/posted/${String(posting.decisionNo)}/${String(part.index)}`;
  const recordedAt = toInstant(posting.recordedAtMs);
  const value =
    `{"eventId":"${eventId}","storeId":"${storeId}","storeNo":${String(posting.storeNo)},` +
    `"streamEpoch":${String(posting.epoch)},"streamSeq":${String(part.seq)},"rootSeq":${String(posting.rootSeq)},` +
    `"cause":${causeOf(posting)},"recordedAt":"${recordedAt}",` +
    `"causeRecordedAt":${instantOrNull(posting.causeRecordedAtMs)},${traceMember(posting.traceparent)}"kind":"${posting.kind}",` +
    `"documentId":"${posting.documentId}","revision":${String(posting.revision)},` +
    `"decisionNo":${String(posting.decisionNo)},"ledgerAt":"${toInstant(posting.ledgerAtMs)}",` +
    `"businessDate":"${toInstant(posting.businessDay * DAY_MS).slice(0, 10)}",` +
    `"part":{"index":${String(part.index)},"of":${String(part.of)}},"movements":[${movements.join(',')}]}`;
  return {
    streamKey: storeId,
    seq: part.seq,
    eventId,
    value: Buffer.from(value),
    headers: eventHeaders({
      id: eventId,
      type: TYPE,
      source: SOURCE,
      time: recordedAt,
      epoch: posting.epoch,
      seq: part.seq,
      mustUnderstand: movementsPostedV1.mustUnderstand,
      traceparent: posting.traceparent,
    }),
  };
}

function causeOf(posting: StoredPosting): string {
  if (posting.causeSeq === null) return 'null';
  return `{"topic":"${receiptsTopic.name}","epoch":${String(posting.causeEpoch)},"seq":${String(posting.causeSeq)}}`;
}

function instantOrNull(epochMs: number | null): string {
  return epochMs === null ? 'null' : `"${toInstant(epochMs)}"`;
}

function movementJson(
  { posting, movements }: PostingWithMovements,
  index: number,
  names: NameReader,
): string {
  const movement = present(movements[index], 'movement of a posting');
  const { lineNo, leg, productNo, locationNo } = movement;
  return (
    `{"movementId":"${posting.documentId}/${String(posting.revision)}/${String(lineNo)}/` +
    `${String(posting.decisionNo)}/${String(leg)}","movementSeq":${String(posting.firstMovementSeq + index)},` +
    `"lineNo":${String(lineNo)},"leg":${String(leg)},"productId":"${names.productId(productNo)}",` +
    `"productNo":${String(productNo)},"locationId":"${names.locationId(locationNo)}","locationNo":${String(locationNo)},` +
    `"debit":"${movement.debit}","credit":"${movement.credit}","quantityMilli":${String(movement.quantityMilli)},` +
    `"amountKopecks":${String(movement.amountKopecks)},"costKopecks":${String(movement.costKopecks)},` +
    `"reverses":${String(movement.reverses)}}`
  );
}
