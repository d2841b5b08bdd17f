import { byteaArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import { BinaryRows } from '@potok/platform-postgres/binary-rows';
import type { Tx } from '@potok/platform-postgres/tx';

/** Stored as small integers: an index into this list. Only ever extended at its end. */
export const OBSERVATION_KINDS = [
  'original',
  'repeat',
  'variant',
  'conflict',
  'bound',
  'overruled',
  'chosen',
] as const;
export type ObservationKind = (typeof OBSERVATION_KINDS)[number];

/** A further copy of a document, with other bytes. `receivedAtMs` in milliseconds. */
export interface ObservationRow {
  readonly documentId: string;
  readonly observationNo: number;
  readonly kind: ObservationKind;
  readonly receivedAtMs: number;
  readonly sha256: Buffer;
  readonly archiveBlockNo: number;
  readonly archiveIndex: number;
}

export interface RepeatRow {
  readonly documentId: string;
  readonly sha256: Buffer;
  readonly count: number;
  readonly lastReceivedAtMs: number;
}

const COLUMNS = 'document_id, observation_no, kind, received_at, sha256, archive_block_no, archive_index';

export async function insertObservations(tx: Tx, observations: readonly ObservationRow[]): Promise<void> {
  if (observations.length === 0) return;
  const sorted = [...observations].sort((left, right) => (left.documentId < right.documentId ? -1 : 1));
  const rows = new BinaryRows();
  for (const observation of sorted) {
    rows.row(7).uuid(observation.documentId).int4(observation.observationNo);
    rows.int2(OBSERVATION_KINDS.indexOf(observation.kind)).timestamptz(observation.receivedAtMs);
    rows.bytea(observation.sha256).int8(observation.archiveBlockNo).int4(observation.archiveIndex);
  }
  await tx.copyBinary(`observation (${COLUMNS})`, rows.finish());
}

interface ObservationColumns {
  readonly document_id: string;
  readonly observation_no: number;
  readonly kind: number;
  readonly received_at: Date;
  readonly sha256: Buffer;
  readonly archive_block_no: bigint;
  readonly archive_index: number;
}

export async function readObservations(
  querying: Pick<Tx, 'query'>,
  documentIds: readonly string[],
): Promise<readonly ObservationRow[]> {
  const { rows } = await querying.query<ObservationColumns>(
    `SELECT ${COLUMNS} FROM observation WHERE document_id = ANY ($1::uuid[]) ORDER BY document_id, observation_no`,
    [textArray(documentIds)],
  );
  return rows.map((row) => ({
    documentId: row.document_id,
    observationNo: row.observation_no,
    kind: OBSERVATION_KINDS[row.kind] ?? 'variant',
    receivedAtMs: row.received_at.getTime(),
    sha256: row.sha256,
    archiveBlockNo: Number(row.archive_block_no),
    archiveIndex: row.archive_index,
  }));
}

/** What became of a copy that contradicted its document, once a person has decided. */
export async function settleObservation(
  tx: Tx,
  { documentId, observationNo }: Pick<ObservationRow, 'documentId' | 'observationNo'>,
  kind: 'overruled' | 'chosen',
): Promise<void> {
  await tx.query('UPDATE observation SET kind = $3 WHERE document_id = $1 AND observation_no = $2', [
    documentId,
    observationNo,
    OBSERVATION_KINDS.indexOf(kind),
  ]);
}

/** Identical bytes again: counted, nothing else. */
export async function countRepeats(tx: Tx, repeats: readonly RepeatRow[]): Promise<void> {
  if (repeats.length === 0) return;
  const sorted = [...repeats].sort((left, right) => (left.documentId < right.documentId ? -1 : 1));
  await tx.query(
    `INSERT INTO repeat_count AS counted (document_id, sha256, count, last_received_at)
     SELECT document_id, sha256, count, to_timestamp(received_ms / 1000.0)
     FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::bigint[]) AS repeated (document_id, sha256, count, received_ms)
     ON CONFLICT (document_id, sha256) DO UPDATE SET count = counted.count + excluded.count,
       last_received_at = greatest(counted.last_received_at, excluded.last_received_at)`,
    [
      textArray(sorted.map(({ documentId }) => documentId)),
      byteaArray(sorted.map(({ sha256 }) => sha256)),
      integerArray(sorted.map(({ count }) => count)),
      integerArray(sorted.map(({ lastReceivedAtMs }) => lastReceivedAtMs)),
    ],
  );
}

export async function readRepeats(
  querying: Pick<Tx, 'query'>,
  documentId: string,
): Promise<readonly RepeatRow[]> {
  const { rows } = await querying.query<{ sha256: Buffer; count: bigint; last_received_at: Date }>(
    'SELECT sha256, count, last_received_at FROM repeat_count WHERE document_id = $1 ORDER BY last_received_at',
    [documentId],
  );
  return rows.map((row) => ({
    documentId,
    sha256: row.sha256,
    count: Number(row.count),
    lastReceivedAtMs: row.last_received_at.getTime(),
  }));
}
