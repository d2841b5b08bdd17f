import { eventTypeOf } from '@potok/kernel/contract';
import { present } from '@potok/kernel/assert';
import { receiptsTopic } from '@potok/nomenclature-contracts/topics';
import { eventHeaders } from '@potok/platform-kafka/event-headers';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { PublishableEvent, StreamRange, StreamSource } from '@potok/platform-publication/stream';
import { movementsPostedV1 } from '@potok/stock-contracts/movements-posted.v1';
import { movementsTopic } from '@potok/stock-contracts/topics';
import { accountOf, postingKindOf } from '../storage/codes';
import { MOVEMENTS_PER_EVENT_MAX, partsOf } from '../storage/posting';

const TYPE = eventTypeOf(movementsPostedV1);
const SOURCE = '/potok/stock-ledger';
/** A movement is about this many bytes of JSON: turns the relay's byte limit into a number of movements. */
const MOVEMENT_BYTES = 350;
const FIELDS = 12;

interface PostingRow {
  readonly store_id: string;
  readonly store_no: number;
  readonly posting_seq: bigint;
  readonly epoch: number;
  readonly kind: number;
  readonly document_id: string;
  readonly revision: number;
  readonly decision_no: number;
  readonly cause_epoch: number | null;
  readonly cause_seq: bigint | null;
  readonly root_seq: bigint | null;
  readonly ledger_at: Date;
  readonly business_date: string;
  readonly recorded_at: Date;
  readonly cause_recorded_at: Date | null;
  readonly movement_count: number;
  readonly from_seq: bigint;
  readonly to_seq: bigint;
  /** Movements in order: fields by commas, movements by semicolons. */
  readonly movements: string;
}

/** The ledger's events are derived from its rows: nothing is stored twice. */
export class MovementsSource implements StreamSource {
  readonly topic = movementsTopic;

  async read(tx: Tx, ranges: readonly StreamRange[], bytesMax: number): Promise<readonly PublishableEvent[]> {
    const { rows } = await tx.query<PostingRow>(SELECT_POSTINGS, [
      textArray(ranges.map((range) => range.streamKey)),
      integerArray(ranges.map((range) => range.fromSeq)),
      integerArray(ranges.map((range) => range.toSeq)),
      Math.max(1, Math.floor(bytesMax / MOVEMENT_BYTES)),
    ]);
    return rows.flatMap(eventsOf);
  }
}

/**
 * Postings that overlap the ranges, stopping when together they have enough movements. Movements are joined to one
 * text a posting: a row per movement through the protocol would cost several times more.
 */
const SELECT_POSTINGS = `
WITH chosen AS (
  SELECT *, sum(movement_count) OVER (ORDER BY store_no, posting_seq) - movement_count AS before
  FROM (
    SELECT p.*, s.store_id, r.from_seq, r.to_seq
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) r(store_id, from_seq, to_seq)
    JOIN store_ledger s USING (store_id)
    JOIN posting p ON p.store_no = s.store_no AND p.posting_seq <= r.to_seq
     AND p.posting_seq >= coalesce(
       (SELECT max(posting_seq) FROM posting q WHERE q.store_no = s.store_no AND q.posting_seq <= r.from_seq), 1)
    ORDER BY p.store_no, p.posting_seq LIMIT $4
  ) overlapping
)
SELECT c.store_id, c.store_no, c.posting_seq, c.epoch, c.kind, c.document_id, c.revision, c.decision_no, c.cause_epoch,
  c.cause_seq, c.root_seq, c.ledger_at, c.business_date::text, c.recorded_at, c.cause_recorded_at, c.movement_count,
  c.from_seq, c.to_seq, m.movements
FROM chosen c CROSS JOIN LATERAL (
  SELECT string_agg(concat_ws(',', m.movement_seq, m.line_no, m.leg, m.product_no, p.product_id, m.location_no,
    l.location_id, m.debit, m.credit, m.quantity_milli, m.amount_kopecks,
    coalesce(m.cost_kopecks::text, 'null') || '/' || coalesce(m.reverses::text, 'null')), ';' ORDER BY m.movement_seq) AS movements
  FROM movement m
  JOIN product_name p USING (product_no)
  JOIN location_name l USING (location_no)
  WHERE m.store_no = c.store_no AND m.movement_seq >= c.first_movement_seq
    AND m.movement_seq < c.first_movement_seq + c.movement_count
    AND m.recorded_on = (c.recorded_at AT TIME ZONE 'UTC')::date
) m
WHERE c.before < $4
ORDER BY c.store_no, c.posting_seq`;

function eventsOf(row: PostingRow): PublishableEvent[] {
  const movements = row.movements.split(';');
  const of = partsOf(movements.length);
  const events: PublishableEvent[] = [];
  for (let index = 1; index <= of; index += 1) {
    const seq = Number(row.posting_seq) + index - 1;
    if (seq < Number(row.from_seq) || seq > Number(row.to_seq)) continue;
    const slice = movements.slice((index - 1) * MOVEMENTS_PER_EVENT_MAX, index * MOVEMENTS_PER_EVENT_MAX);
    events.push(eventOf(row, { seq, index, of }, slice));
  }
  return events;
}

interface Part {
  readonly seq: number;
  readonly index: number;
  readonly of: number;
}

function eventOf(row: PostingRow, part: Part, movements: readonly string[]): PublishableEvent {
  const eventId = `${row.document_id}/${String(row.revision)}/posted/${String(row.decision_no)}/${String(part.index)}`;
  const recordedAt = row.recorded_at.toISOString();
  const value =
    `{"eventId":${JSON.stringify(eventId)},"storeId":"${row.store_id}","storeNo":${String(row.store_no)},` +
    `"streamEpoch":${String(row.epoch)},"streamSeq":${String(part.seq)},"rootSeq":${String(row.root_seq)},` +
    `"cause":${causeOf(row)},"recordedAt":"${recordedAt}","causeRecordedAt":${instantOrNull(row.cause_recorded_at)},` +
    `"kind":"${postingKindOf(row.kind)}","documentId":${JSON.stringify(row.document_id)},` +
    `"revision":${String(row.revision)},"decisionNo":${String(row.decision_no)},` +
    `"ledgerAt":"${row.ledger_at.toISOString()}","businessDate":"${row.business_date}",` +
    `"part":{"index":${String(part.index)},"of":${String(part.of)}},` +
    `"movements":[${movements.map((movement) => movementJson(row, movement)).join(',')}]}`;
  return {
    streamKey: row.store_id,
    seq: part.seq,
    eventId,
    value: Buffer.from(value),
    headers: eventHeaders({
      id: eventId,
      type: TYPE,
      source: SOURCE,
      time: recordedAt,
      epoch: row.epoch,
      seq: part.seq,
      mustUnderstand: movementsPostedV1.mustUnderstand,
      traceparent: null,
    }),
  };
}

function causeOf(row: PostingRow): string {
  if (row.cause_seq === null) return 'null';
  return `{"topic":"${receiptsTopic.name}","epoch":${String(row.cause_epoch)},"seq":${String(row.cause_seq)}}`;
}

function instantOrNull(instant: Date | null): string {
  return instant === null ? 'null' : `"${instant.toISOString()}"`;
}

function movementJson(row: PostingRow, text: string): string {
  const fields = text.split(',');
  const [
    seq,
    lineNo,
    leg,
    productNo,
    productId,
    locationNo,
    locationId,
    debit,
    credit,
    quantity,
    amount,
    last,
  ] = fields;
  const [cost, reverses] = present(last, `${String(FIELDS)} fields of a movement`).split('/');
  const movementId = [row.document_id, row.revision, lineNo, row.decision_no, leg].join('/');
  return (
    `{"movementId":${JSON.stringify(movementId)},"movementSeq":${String(seq)},"lineNo":${String(lineNo)},` +
    `"leg":${String(leg)},"productId":"${String(productId)}","productNo":${String(productNo)},` +
    `"locationId":"${String(locationId)}","locationNo":${String(locationNo)},` +
    `"debit":"${accountOf(Number(debit))}","credit":"${accountOf(Number(credit))}",` +
    `"quantityMilli":${String(quantity)},"amountKopecks":${String(amount)},` +
    `"costKopecks":${String(cost)},"reverses":${String(reverses)}}`
  );
}
