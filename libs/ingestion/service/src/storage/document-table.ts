import { present } from '@potok/kernel/assert';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { documentTypes } from '@potok/retail/document/codes';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';
import { decodeEventBlock, encodeEventBlock } from '@potok/platform-publication/event-block';

/** Stored as small integers: an index into this list. Only ever extended at its end. */
export const REVISION_KINDS = [
  'original',
  'bound',
  'enriched',
  'remapped',
  'merged',
  'withdrawn',
  'replaced',
] as const;
export type RevisionKind = (typeof REVISION_KINDS)[number];

/** A row of `document`: one revision and where its event and its bytes lie. Times in milliseconds. */
export interface DocumentRow {
  readonly documentId: string;
  readonly revision: number;
  readonly revisionKind: RevisionKind;
  readonly type: CanonicalDocument['type'];
  readonly storeNo: number;
  readonly streamEpoch: number;
  /** 0 = archived only. */
  readonly streamSeq: number;
  readonly blockFirstSeq: number;
  readonly seriesNo: number;
  readonly number: number | null;
  readonly registerNo: number;
  readonly businessDate: string;
  readonly recordedAtMs: number;
  readonly receivedAtMs: number;
  readonly sha256: Buffer;
  readonly archiveBlockNo: number;
  readonly archiveIndex: number;
}

const COLUMNS = `document_id, revision, revision_kind, type, store_no, stream_epoch, stream_seq, block_first_seq,
  series_no, number, register_no, business_date, recorded_at, received_at, sha256, archive_block_no, archive_index`;
const COLUMN_COUNT = 17;
const DAY_MS = 86_400_000;

export async function insertDocuments(tx: Tx, documents: readonly DocumentRow[]): Promise<void> {
  if (documents.length === 0) return;
  const rows = new BinaryRows();
  for (const document of documents) {
    rows.row(COLUMN_COUNT).uuid(document.documentId).int4(document.revision);
    rows.int2(REVISION_KINDS.indexOf(document.revisionKind)).int2(documentTypes.indexOf(document.type));
    rows
      .int4(document.storeNo)
      .int4(document.streamEpoch)
      .int8(document.streamSeq)
      .int8(document.blockFirstSeq);
    rows.int4(document.seriesNo);
    if (document.number === null) rows.null();
    else rows.int8(document.number);
    rows.int4(document.registerNo).date(Date.parse(document.businessDate) / DAY_MS);
    rows.timestamptz(document.recordedAtMs).timestamptz(document.receivedAtMs).bytea(document.sha256);
    rows.int8(document.archiveBlockNo).int4(document.archiveIndex);
  }
  await tx.copyBinary(`document (${COLUMNS})`, rows.finish());
}

/** A revision as the intake needs it to decide about a further copy. */
export interface StoredRevision {
  readonly documentId: string;
  readonly revision: number;
  readonly revisionKind: RevisionKind;
  readonly storeNo: number;
  readonly streamEpoch: number;
  readonly streamSeq: number;
  readonly blockFirstSeq: number;
  readonly seriesNo: number;
  readonly number: number | null;
  readonly registerNo: number;
  readonly type: CanonicalDocument['type'];
  readonly recordedAtMs: number;
  readonly receivedAtMs: number;
  readonly sha256: Buffer;
  readonly archiveBlockNo: number;
  readonly archiveIndex: number;
}

interface RevisionColumns {
  readonly document_id: string;
  readonly revision: number;
  readonly revision_kind: number;
  readonly store_no: number;
  readonly stream_epoch: number;
  readonly stream_seq: bigint;
  readonly block_first_seq: bigint;
  readonly series_no: number;
  readonly number: bigint | null;
  readonly register_no: number;
  readonly type: number;
  readonly recorded_at: Date;
  readonly received_at: Date;
  readonly sha256: Buffer;
  readonly archive_block_no: bigint;
  readonly archive_index: number;
}

/** All revisions of these documents, each document's in their order. */
export async function readRevisions(
  querying: Pick<Tx, 'query'>,
  documentIds: readonly string[],
): Promise<readonly StoredRevision[]> {
  const { rows } = await querying.query<RevisionColumns>(
    `SELECT ${COLUMNS} FROM document WHERE document_id = ANY ($1::uuid[]) ORDER BY document_id, revision`,
    [textArray(documentIds)],
  );
  return rows.map((row) => ({
    documentId: row.document_id,
    revision: row.revision,
    revisionKind: present(REVISION_KINDS[row.revision_kind], 'the kind of a revision'),
    storeNo: row.store_no,
    streamEpoch: row.stream_epoch,
    streamSeq: Number(row.stream_seq),
    blockFirstSeq: Number(row.block_first_seq),
    seriesNo: row.series_no,
    number: row.number === null ? null : Number(row.number),
    registerNo: row.register_no,
    type: documentTypes[row.type] ?? 'other',
    recordedAtMs: row.recorded_at.getTime(),
    receivedAtMs: row.received_at.getTime(),
    sha256: row.sha256,
    archiveBlockNo: Number(row.archive_block_no),
    archiveIndex: row.archive_index,
  }));
}

/** A block of events to be stored. `values` are the events' in the order of their sequences from `firstSeq`. */
export interface EventBlockRow {
  readonly storeNo: number;
  readonly streamEpoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly recordedAtMs: number;
  readonly values: readonly Buffer[];
}

export async function insertEventBlocks(tx: Tx, blocks: readonly EventBlockRow[]): Promise<void> {
  if (blocks.length === 0) return;
  const rows = new BinaryRows();
  for (const block of blocks) {
    rows.row(6).int4(block.storeNo).int4(block.streamEpoch).int8(block.firstSeq).int8(block.lastSeq);
    rows.timestamptz(block.recordedAtMs).bytea(encodeEventBlock(block.values));
  }
  await tx.copyBinary(
    'event_block (store_no, stream_epoch, first_seq, last_seq, recorded_at, bytes)',
    rows.finish(),
  );
}

type EventPlace = Pick<StoredRevision, 'storeNo' | 'streamEpoch' | 'streamSeq' | 'blockFirstSeq'>;

/** The values of these events in their order, read back from their blocks. Throws where one is missing. */
export async function readEventValues(
  querying: Pick<Tx, 'query'>,
  places: readonly EventPlace[],
): Promise<readonly Buffer[]> {
  if (places.length === 0) return [];
  const { rows } = await querying.query<{ place: string; bytes: Buffer }>(
    `SELECT DISTINCT block.store_no || '/' || block.stream_epoch || '/' || block.first_seq AS place, block.bytes
     FROM unnest($1::int[], $2::int[], $3::bigint[]) AS wanted (store_no, stream_epoch, first_seq)
     JOIN event_block AS block USING (store_no, stream_epoch, first_seq)`,
    [
      integerArray(places.map(({ storeNo }) => storeNo)),
      integerArray(places.map(({ streamEpoch }) => streamEpoch)),
      integerArray(places.map(({ blockFirstSeq }) => blockFirstSeq)),
    ],
  );
  const blocks = new Map(rows.map((row) => [row.place, decodeEventBlock(row.bytes)]));
  return places.map((place) => {
    const name = `${String(place.storeNo)}/${String(place.streamEpoch)}/${String(place.blockFirstSeq)}`;
    return present(blocks.get(name)?.[place.streamSeq - place.blockFirstSeq], `the event ${name}`);
  });
}
