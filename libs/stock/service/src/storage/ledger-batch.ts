import type { MovementDraft } from '@potok/stock-domain/movement';
import { assert, present } from '@potok/kernel/assert';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Tx } from '@potok/platform-postgres/tx';
import type { LockedStream, StreamNumbering } from '@potok/platform-publication/stream';
import { stockDeltaMilli } from '@potok/stock-domain/movement';
import { ACCOUNT_CODE, POSTING_KIND_CODE } from './codes';
import type { KnownNames } from './ledger-names';
import { partsOf } from './posting';
import type { PostingDraft } from './posting';
import type { PostingWithMovements, StoredPosting } from './postings-reader';
import type { RecentPostings } from './recent-postings';
import { StockDeltas } from './unfolded-deltas';
import type { UnfoldedDeltas } from './unfolded-deltas';

const DAY_MS = 86_400_000;

const POSTING_COLUMNS =
  'posting (store_no, posting_seq, epoch, kind, document_id, revision, decision_no, receipt_seq, cause_epoch, ' +
  'cause_seq, root_seq, ledger_at, business_date, recorded_at, cause_recorded_at, first_movement_seq, movement_count, traceparent)';
const MOVEMENT_COLUMNS =
  'movement (movement_seq, posting_seq, quantity_milli, amount_kopecks, cost_kopecks, reverses, store_no, line_no, ' +
  'location_no, product_no, recorded_on, leg, debit, credit)';

export interface LedgerStore {
  readonly storeId: string;
  readonly storeNo: number;
}

/** What the ledger's writers share: one per service. */
export interface LedgerDesk {
  readonly numbering: StreamNumbering;
  readonly chunks: ChunkPool;
  readonly knownNames: KnownNames;
  /** Told what was posted, once it is committed. */
  readonly unfolded: UnfoldedDeltas;
  /** Told as well, for the relay of this process. */
  readonly recent: RecentPostings;
}

interface OpenStore {
  readonly storeNo: number;
  readonly stream: LockedStream;
  readonly movementSeqBefore: number;
  readonly deltas: StockDeltas;
  readonly postings: PostingWithMovements[];
  lastSeq: number;
  lastMovementSeq: number;
}

export interface NumberedPosting {
  readonly postingSeq: number;
  readonly firstMovementSeq: number;
  readonly lastMovementSeq: number;
}

/**
 * The ledger of several stores, open in one transaction under the row locks of their streams: postings are numbered
 * and encoded as they come, `save` writes them with one COPY per table.
 */
export class LedgerBatch {
  private readonly postings: BinaryRows;
  private readonly movements: BinaryRows;

  private constructor(
    private readonly tx: Tx,
    private readonly desk: LedgerDesk,
    private readonly stores: ReadonlyMap<string, OpenStore>,
  ) {
    this.postings = new BinaryRows(desk.chunks);
    this.movements = new BinaryRows(desk.chunks);
  }

  /** Locks the stores' streams in sorted order. */
  static async open(tx: Tx, desk: LedgerDesk, stores: readonly LedgerStore[]): Promise<LedgerBatch> {
    const streams = await desk.numbering.lock(
      tx,
      stores.map((store) => store.storeId),
    );
    const counters = await movementCounters(tx, stores);
    const open = stores.map((store): [string, OpenStore] => {
      const stream = present(streams.get(store.storeId), `stream of ${store.storeId}`);
      const lastMovementSeq = present(counters.get(store.storeNo), `ledger of ${store.storeId}`);
      return [
        store.storeId,
        {
          storeNo: store.storeNo,
          stream,
          movementSeqBefore: lastMovementSeq,
          deltas: new StockDeltas(),
          postings: [],
          lastSeq: stream.lastSeq,
          lastMovementSeq,
        },
      ];
    });
    return new LedgerBatch(tx, desk, new Map(open));
  }

  /** Numbers and encodes one document's movements. */
  post(storeId: string, posting: PostingDraft, drafts: readonly MovementDraft[]): NumberedPosting {
    assert(drafts.length > 0, 'a posting has movements');
    const store = present(this.stores.get(storeId), `open ledger of ${storeId}`);
    const postingSeq = store.lastSeq + 1;
    const firstMovementSeq = store.lastMovementSeq + 1;
    this.encodePosting(store, posting, drafts.length);
    if (this.desk.recent.keeps)
      store.postings.push({ posting: storedPosting(store, posting, drafts.length), movements: drafts });
    const recordedOn = dayOf(store);
    for (const draft of drafts) {
      store.lastMovementSeq += 1;
      encodeMovement(this.movements, draft, {
        storeNo: store.storeNo,
        movementSeq: store.lastMovementSeq,
        postingSeq,
        recordedOn,
      });
      if (draft.debit !== draft.credit && (draft.debit === 'stock' || draft.credit === 'stock')) {
        store.deltas.add(draft.locationNo, draft.productNo, stockDeltaMilli(draft));
      }
    }
    store.lastSeq += partsOf(drafts.length);
    return { postingSeq, firstMovementSeq, lastMovementSeq: store.lastMovementSeq };
  }

  async save(): Promise<void> {
    const moved = [...this.stores.values()].filter((store) => store.lastSeq > store.stream.lastSeq);
    if (moved.length === 0) return;
    await this.tx.copyBinary(POSTING_COLUMNS, this.postings.finish());
    await this.tx.copyBinary(MOVEMENT_COLUMNS, this.movements.finish());
    await this.tx.query(
      `UPDATE store_ledger l SET last_movement_seq = m.last_movement_seq
       FROM unnest($1::int[], $2::bigint[]) m(store_no, last_movement_seq) WHERE l.store_no = m.store_no`,
      [
        integerArray(moved.map((store) => store.storeNo)),
        integerArray(moved.map((store) => store.lastMovementSeq)),
      ],
    );
    await this.desk.numbering.advance(
      this.tx,
      moved.map((store) => ({
        streamKey: store.stream.streamKey,
        lastSeq: store.lastSeq,
        recordedAtMs: store.stream.recordedAtMs,
      })),
    );
    this.tx.afterCommit(() => {
      for (const store of moved) this.note(store);
    });
  }

  private note(store: OpenStore): void {
    this.desk.recent.note(store.storeNo, store.postings);
    this.desk.unfolded.note(store.storeNo, {
      afterSeq: store.movementSeqBefore,
      upToSeq: store.lastMovementSeq,
      recordedOn: dayOf(store),
      deltas: store.deltas,
    });
  }

  private encodePosting(store: OpenStore, posting: PostingDraft, movementCount: number): void {
    const rows = this.postings
      .row(18)
      .int4(store.storeNo)
      .int8(store.lastSeq + 1)
      .int4(store.stream.epoch);
    rows
      .int2(POSTING_KIND_CODE[posting.kind])
      .text(posting.documentId)
      .int4(posting.revision)
      .int4(posting.decisionNo);
    nullable(posting.receiptSeq, rows, (value) => rows.int8(value));
    nullable(posting.causeEpoch, rows, (value) => rows.int4(value));
    nullable(posting.causeSeq, rows, (value) => rows.int8(value));
    nullable(posting.rootSeq, rows, (value) => rows.int8(value));
    rows.timestamptz(posting.ledgerAtMs).date(posting.businessDay).timestamptz(store.stream.recordedAtMs);
    nullable(posting.causeRecordedAtMs, rows, (value) => rows.timestamptz(value));
    rows.int8(store.lastMovementSeq + 1).int4(movementCount);
    if (posting.traceparent === null) rows.null();
    else rows.text(posting.traceparent);
  }
}

function dayOf({ stream }: OpenStore): number {
  return Math.floor(stream.recordedAtMs / DAY_MS);
}

/** As it would be read back. */
function storedPosting(store: OpenStore, posting: PostingDraft, movementCount: number): StoredPosting {
  return {
    storeNo: store.storeNo,
    postingSeq: store.lastSeq + 1,
    epoch: store.stream.epoch,
    kind: posting.kind,
    documentId: posting.documentId,
    revision: posting.revision,
    decisionNo: posting.decisionNo,
    causeEpoch: posting.causeEpoch,
    causeSeq: posting.causeSeq,
    rootSeq: posting.rootSeq,
    ledgerAtMs: posting.ledgerAtMs,
    businessDay: posting.businessDay,
    recordedAtMs: store.stream.recordedAtMs,
    causeRecordedAtMs: posting.causeRecordedAtMs,
    firstMovementSeq: store.lastMovementSeq + 1,
    movementCount,
    traceparent: posting.traceparent,
  };
}

interface MovementPlace {
  readonly storeNo: number;
  readonly movementSeq: number;
  readonly postingSeq: number;
  readonly recordedOn: number;
}

function encodeMovement(rows: BinaryRows, draft: MovementDraft, place: MovementPlace): void {
  rows
    .row(14)
    .int8(place.movementSeq)
    .int8(place.postingSeq)
    .int8(draft.quantityMilli)
    .int8(draft.amountKopecks);
  if (draft.costKopecks === null) rows.null();
  else rows.int8(draft.costKopecks);
  if (draft.reverses === null) rows.null();
  else rows.int8(draft.reverses);
  rows
    .int4(place.storeNo)
    .int4(draft.lineNo)
    .int4(draft.locationNo)
    .int4(draft.productNo)
    .date(place.recordedOn);
  rows.int2(draft.leg).int2(ACCOUNT_CODE[draft.debit]).int2(ACCOUNT_CODE[draft.credit]);
}

function nullable(value: number | null, rows: BinaryRows, write: (value: number) => unknown): void {
  if (value === null) rows.null();
  else write(value);
}

/** The movement counters of the stores, made where they are missing: the stream locks keep others out. */
async function movementCounters(tx: Tx, stores: readonly LedgerStore[]): Promise<Map<number, number>> {
  const numbers = integerArray(stores.map((store) => store.storeNo));
  const read = async () => {
    const { rows } = await tx.query<{ store_no: number; last_movement_seq: bigint }>(
      'SELECT store_no, last_movement_seq FROM store_ledger WHERE store_no = ANY($1::int[])',
      [numbers],
    );
    return new Map(rows.map((row) => [row.store_no, Number(row.last_movement_seq)]));
  };
  const counters = await read();
  if (counters.size === stores.length) return counters;
  const ids = textArray(stores.map((store) => store.storeId));
  await tx.query(
    `INSERT INTO store_ledger (store_no, store_id)
     SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`,
    [numbers, ids],
  );
  await tx.query('INSERT INTO store_fold (store_no) SELECT unnest($1::int[]) ON CONFLICT DO NOTHING', [
    numbers,
  ]);
  return read();
}
