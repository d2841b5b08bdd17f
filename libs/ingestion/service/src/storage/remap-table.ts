import { present } from '@potok/kernel/assert';
import type { Tx } from '@potok/platform-postgres/tx';

export interface RemapRow {
  readonly remapNo: number;
  readonly seriesNo: number;
  readonly scheme: string;
  readonly series: string;
  readonly fromNumber: number;
  /** Null = to the end of the series. */
  readonly toNumber: number | null;
  readonly phase: number;
  readonly afterNumber: number;
  readonly afterOpaque: string;
  readonly moved: number;
  readonly unmoved: number;
  readonly state: 'running' | 'done' | 'stopped';
  readonly startedBy: string;
  readonly reason: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
}

interface RemapColumns {
  readonly remap_no: bigint;
  readonly series_no: number;
  readonly scheme: string;
  readonly series: string;
  readonly from_number: bigint;
  readonly to_number: bigint | null;
  readonly phase: number;
  readonly after_number: bigint;
  readonly after_opaque: string;
  readonly moved: bigint;
  readonly unmoved: bigint;
  readonly state: RemapRow['state'];
  readonly started_by: string;
  readonly reason: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

const SELECT = 'SELECT remap.*, series.scheme, series.series FROM remap JOIN series USING (series_no)';

function rowOf(row: RemapColumns): RemapRow {
  return {
    remapNo: Number(row.remap_no),
    seriesNo: row.series_no,
    scheme: row.scheme,
    series: row.series,
    fromNumber: Number(row.from_number),
    toNumber: row.to_number === null ? null : Number(row.to_number),
    phase: row.phase,
    afterNumber: Number(row.after_number),
    afterOpaque: row.after_opaque,
    moved: Number(row.moved),
    unmoved: Number(row.unmoved),
    state: row.state,
    startedBy: row.started_by,
    reason: row.reason,
    startedAtMs: row.started_at.getTime(),
    finishedAtMs: row.finished_at?.getTime() ?? null,
  };
}

type Querying = Pick<Tx, 'query'>;

export type NewRemap = Pick<RemapRow, 'seriesNo' | 'fromNumber' | 'toNumber' | 'startedBy' | 'reason'>;

/** The job; one of the same series that runs already stays as it is and is answered. */
export async function startRemap(tx: Tx, wanted: NewRemap): Promise<RemapRow> {
  await tx.query(
    `INSERT INTO remap (series_no, from_number, to_number, after_number, started_by, reason)
     VALUES ($1, $2::bigint, $3, $2::bigint - 1, $4, $5)
     ON CONFLICT (series_no) WHERE state = 'running' DO NOTHING`,
    [wanted.seriesNo, wanted.fromNumber, wanted.toNumber, wanted.startedBy, wanted.reason],
  );
  const { rows } = await tx.query<RemapColumns>(`${SELECT} WHERE series_no = $1 AND state = 'running'`, [
    wanted.seriesNo,
  ]);
  return rowOf(present(rows[0], 'the remap that runs'));
}

export async function readRemap(querying: Querying, remapNo: number): Promise<RemapRow | null> {
  const { rows } = await querying.query<RemapColumns>(`${SELECT} WHERE remap_no = $1`, [remapNo]);
  return rows[0] === undefined ? null : rowOf(rows[0]);
}

/** Newest first. */
export async function listRemaps(querying: Querying, limit: number): Promise<readonly RemapRow[]> {
  const { rows } = await querying.query<RemapColumns>(`${SELECT} ORDER BY remap_no DESC LIMIT $1`, [limit]);
  return rows.map(rowOf);
}

/** A job that runs and that no other process is at: under lock until the end of the transaction. */
export async function lockRunningRemap(tx: Tx): Promise<RemapRow | null> {
  const { rows } = await tx.query<RemapColumns>(
    `${SELECT} WHERE state = 'running' ORDER BY remap_no LIMIT 1 FOR UPDATE OF remap SKIP LOCKED`,
  );
  return rows[0] === undefined ? null : rowOf(rows[0]);
}

export type RemapProgress = Pick<
  RemapRow,
  'remapNo' | 'phase' | 'afterNumber' | 'afterOpaque' | 'moved' | 'unmoved'
>;

export async function moveRemap(tx: Tx, progress: RemapProgress, done: boolean): Promise<void> {
  await tx.query(
    `UPDATE remap SET phase = $2, after_number = $3, after_opaque = $4, moved = $5, unmoved = $6,
       state = CASE WHEN $7 THEN 'done' ELSE state END, finished_at = CASE WHEN $7 THEN now() END
     WHERE remap_no = $1`,
    [
      progress.remapNo,
      progress.phase,
      progress.afterNumber,
      progress.afterOpaque,
      progress.moved,
      progress.unmoved,
      done,
    ],
  );
}

/** A job that runs ends where it stands. */
export async function stopRemap(tx: Tx, remapNo: number): Promise<void> {
  await tx.query(
    `UPDATE remap SET state = 'stopped', finished_at = now() WHERE remap_no = $1 AND state = 'running'`,
    [remapNo],
  );
}

/** A name in the series and the document that it leads to. */
export interface NamedDocument {
  readonly documentId: string;
  readonly number: number;
  readonly opaqueId: string;
}

/** The next names of the job's phase, in their order. */
export async function nextNames(
  tx: Tx,
  { seriesNo, toNumber, phase, afterNumber, afterOpaque }: RemapRow,
  limit: number,
): Promise<readonly NamedDocument[]> {
  const number = phase === 0 ? 'number' : 'from_number';
  const { rows } =
    phase === OPAQUE_PHASE
      ? await tx.query<NameColumns>(
          `SELECT 0::bigint AS number, opaque_id, document_id FROM identity_opaque
           WHERE series_no = $1 AND opaque_id > $2 ORDER BY opaque_id LIMIT $3`,
          [seriesNo, afterOpaque, limit],
        )
      : await tx.query<NameColumns>(
          `SELECT ${number} AS number, '' AS opaque_id, document_id FROM ${phase === 0 ? 'identity' : 'identity_span'}
           WHERE series_no = $1 AND ${number} > $2 AND ($3::bigint IS NULL OR ${number} <= $3)
           ORDER BY ${number} LIMIT $4`,
          [seriesNo, afterNumber, toNumber, limit],
        );
  return rows.map((row) => ({
    documentId: row.document_id,
    number: Number(row.number),
    opaqueId: row.opaque_id,
  }));
}

interface NameColumns {
  readonly number: bigint;
  readonly opaque_id: string;
  readonly document_id: string;
}

/** The last phase: only where the whole series is meant, since opaque ids have no order of their own. */
export const OPAQUE_PHASE = 2;
