import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { traceMember } from '@potok/platform-publication/event-trace';
import type { PublishableEvent } from '@potok/platform-publication/stream';
import { movementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';
import type { MovementDraft } from '@potok/stock-domain/movement';
import type { KnownNames } from '../storage/ledger-names';
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
  names: KnownNames,
): PublishableEvent[] {
  const of = partsOf(movements.length);
  return Array.from({ length: of }, (_, index) => {
    const from = index * MOVEMENTS_PER_EVENT_MAX;
    const part = { seq: posting.postingSeq + index, index: index + 1, of };
    const slice = of === 1 ? movements : movements.slice(from, from + MOVEMENTS_PER_EVENT_MAX);
    return eventOf(posting, storeId, {
      part,
      movements: movementsJson(posting, slice, { from, names }),
    });
  });
}

/** Identifiers hold no character that JSON escapes; a stock document's id is checked by its contract as well. */
function eventOf(
  posting: StoredPosting,
  storeId: string,
  { part, movements }: { readonly part: Part; readonly movements: string },
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
    `"part":{"index":${String(part.index)},"of":${String(part.of)}},"movements":[${movements}]}`;
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

interface MovementsPlace {
  /** Movements of the posting before these. */
  readonly from: number;
  readonly names: KnownNames;
}

/** Most of what a movement says is said by all of its posting: it is put together once for a run of equal ones. */
function movementsJson(
  posting: StoredPosting,
  movements: readonly MovementDraft[],
  { from, names }: MovementsPlace,
): string {
  const idStart = `{"movementId":"${posting.documentId}/${String(posting.revision)}/`;
  let text = '';
  let seq = posting.firstMovementSeq + from;
  let shared: SharedTexts | null = null;
  for (const movement of movements) {
    if (shared === null || !sharesTexts(shared.of, movement)) shared = sharedTexts(posting, movement, names);
    const lineNo = String(movement.lineNo);
    const productNo = movement.productNo;
    text +=
      (text === '' ? '' : ',') +
      `${idStart}${lineNo}${shared.idEnd}${String(seq)},"lineNo":${lineNo}${shared.leg}${names.productId(productNo)}` +
      `","productNo":${String(productNo)}${shared.place}${String(movement.quantityMilli)},"amountKopecks":` +
      `${String(movement.amountKopecks)}${shared.end}`;
    seq += 1;
  }
  return text;
}

interface SharedTexts {
  readonly of: MovementDraft;
  readonly idEnd: string;
  readonly leg: string;
  readonly place: string;
  readonly end: string;
}

function sharedTexts(posting: StoredPosting, movement: MovementDraft, names: KnownNames): SharedTexts {
  const { leg, locationNo, debit, credit, costKopecks, reverses } = movement;
  return {
    of: movement,
    idEnd: `/${String(posting.decisionNo)}/${String(leg)}","movementSeq":`,
    leg: `,"leg":${String(leg)},"productId":"`,
    place:
      `,"locationId":"${names.locationId(locationNo)}","locationNo":${String(locationNo)},` +
      `"debit":"${debit}","credit":"${credit}","quantityMilli":`,
    end: `,"costKopecks":${String(costKopecks)},"reverses":${String(reverses)}}`,
  };
}

function sharesTexts(one: MovementDraft, other: MovementDraft): boolean {
  return (
    one.leg === other.leg &&
    one.locationNo === other.locationNo &&
    one.debit === other.debit &&
    one.credit === other.credit &&
    one.costKopecks === other.costKopecks &&
    one.reverses === other.reverses
  );
}
