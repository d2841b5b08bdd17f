import { present } from '@potok/kernel/assert';
import type { PostingKind } from '@potok/stock-contracts/movements-posted.v1';
import type { BinaryRowReader } from '@potok/platform-postgres/binary-row-reader';
import type { Tx } from '@potok/platform-postgres/tx';
import type { MovementDraft } from '@potok/stock-domain/movement';
import { accountOf, postingKindOf } from './codes';

export interface StoredPosting {
  readonly storeNo: number;
  readonly postingSeq: number;
  readonly epoch: number;
  readonly kind: PostingKind;
  readonly documentId: string;
  readonly revision: number;
  readonly decisionNo: number;
  readonly causeEpoch: number | null;
  readonly causeSeq: number | null;
  readonly rootSeq: number | null;
  readonly ledgerAtMs: number;
  /** Days since 1970-01-01. */
  readonly businessDay: number;
  readonly recordedAtMs: number;
  readonly causeRecordedAtMs: number | null;
  readonly firstMovementSeq: number;
  readonly movementCount: number;
  readonly traceparent: string | null;
}

export interface PostingRange {
  readonly storeNo: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface PostingWithMovements {
  readonly posting: StoredPosting;
  /** In the order of their sequences, which are dense from `firstMovementSeq`. */
  readonly movements: readonly MovementDraft[];
}

interface PostingBeingRead {
  readonly posting: StoredPosting;
  readonly movements: MovementDraft[];
}

const DAY_MS = 86_400_000;

/** Postings that overlap the ranges, in order, with their movements; stops when together they have enough of them. */
export async function readPostings(
  tx: Tx,
  ranges: readonly PostingRange[],
  movementsMax: number,
): Promise<readonly PostingWithMovements[]> {
  const postings = await readHeads(tx, ranges, movementsMax);
  if (postings.length > 0) await readMovements(tx, postings);
  return postings;
}

async function readHeads(
  tx: Tx,
  ranges: readonly PostingRange[],
  movementsMax: number,
): Promise<PostingBeingRead[]> {
  const chosen: PostingBeingRead[] = [];
  let movements = 0;
  const values = ranges.map(
    (range) => `(${String(range.storeNo)},${String(range.fromSeq)},${String(range.toSeq)})`,
  );
  await tx.copyOut(
    `SELECT p.store_no, p.posting_seq, p.epoch, p.kind, p.document_id, p.revision, p.decision_no, p.cause_epoch,
       p.cause_seq, p.root_seq, p.ledger_at, p.business_date, p.recorded_at, p.cause_recorded_at,
       p.first_movement_seq, p.movement_count, p.traceparent
     FROM (VALUES ${values.join(',')}) r(store_no, from_seq, to_seq)
     JOIN posting p ON p.store_no = r.store_no AND p.posting_seq <= r.to_seq AND p.posting_seq >= coalesce(
       (SELECT max(q.posting_seq) FROM posting q WHERE q.store_no = r.store_no AND q.posting_seq <= r.from_seq), 1)
     ORDER BY p.store_no, p.posting_seq LIMIT ${String(movementsMax)}`,
    (row) => {
      if (movements >= movementsMax) return;
      const posting = postingOf(row);
      movements += posting.movementCount;
      chosen.push({ posting, movements: [] });
    },
  );
  return chosen;
}

/** A store's postings are contiguous, and so are their movements: one range a store. */
async function readMovements(tx: Tx, postings: readonly PostingBeingRead[]): Promise<void> {
  let index = 0;
  await tx.copyOut(
    `SELECT m.line_no, m.leg, m.product_no, m.location_no, m.debit, m.credit, m.quantity_milli,
       m.amount_kopecks, m.cost_kopecks, m.reverses
     FROM (VALUES ${movementRanges(postings).join(',')}) r(store_no, from_seq, to_seq)
     JOIN movement m ON m.store_no = r.store_no AND m.movement_seq BETWEEN r.from_seq AND r.to_seq
     WHERE m.recorded_on BETWEEN ${dayRange(postings)}
     ORDER BY m.store_no, m.movement_seq`,
    (row) => {
      let target = present(postings[index], 'posting of a movement');
      if (target.movements.length === target.posting.movementCount) {
        index += 1;
        target = present(postings[index], 'posting of a movement');
      }
      target.movements.push(movementOf(row));
    },
  );
}

function movementRanges(postings: readonly PostingWithMovements[]): string[] {
  const ranges = new Map<number, { first: number; last: number }>();
  for (const { posting } of postings) {
    const last = posting.firstMovementSeq + posting.movementCount - 1;
    const range = ranges.get(posting.storeNo);
    if (range === undefined) ranges.set(posting.storeNo, { first: posting.firstMovementSeq, last });
    else range.last = last;
  }
  return [...ranges].map(
    ([storeNo, { first, last }]) => `(${String(storeNo)},${String(first)},${String(last)})`,
  );
}

/** Keeps the reader to the weeks in which the postings were recorded. */
function dayRange(postings: readonly PostingWithMovements[]): string {
  let first = Infinity;
  let last = -Infinity;
  for (const { posting } of postings) {
    first = Math.min(first, posting.recordedAtMs);
    last = Math.max(last, posting.recordedAtMs);
  }
  return `'${dayText(first)}' AND '${dayText(last)}'`;
}

function dayText(epochMs: number): string {
  return new Date(Math.floor(epochMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}

function postingOf(row: BinaryRowReader): StoredPosting {
  return {
    storeNo: row.int4(),
    postingSeq: row.int8(),
    epoch: row.int4(),
    kind: postingKindOf(row.int2()),
    documentId: row.text(),
    revision: row.int4(),
    decisionNo: row.int4(),
    causeEpoch: row.null() ? null : row.int4(),
    causeSeq: row.null() ? null : row.int8(),
    rootSeq: row.null() ? null : row.int8(),
    ledgerAtMs: row.timestamptz(),
    businessDay: row.date(),
    recordedAtMs: row.timestamptz(),
    causeRecordedAtMs: row.null() ? null : row.timestamptz(),
    firstMovementSeq: row.int8(),
    movementCount: row.int4(),
    traceparent: row.null() ? null : row.text(),
  };
}

function movementOf(row: BinaryRowReader): MovementDraft {
  return {
    lineNo: row.int4(),
    leg: row.int2(),
    productNo: row.int4(),
    locationNo: row.int4(),
    debit: accountOf(row.int2()),
    credit: accountOf(row.int2()),
    quantityMilli: row.int8(),
    amountKopecks: row.int8(),
    costKopecks: row.null() ? null : row.int8(),
    reverses: row.null() ? null : row.int8(),
  };
}
