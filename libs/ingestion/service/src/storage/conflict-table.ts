import { byteaArray, textArray, integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** Stored as small integers: an index into this list. Only ever extended at its end. */
export const CONFLICT_KINDS = ['conflict', 'joinsTwoDocuments'] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

export type ConflictState = 'open' | 'kept' | 'revised' | 'merged';

/** A copy that a person has to decide about, or has decided. */
export interface ConflictRow {
  readonly kind: ConflictKind;
  /** The document that stands; of several that a copy names the first. */
  readonly documentId: string;
  readonly joinedIds: readonly string[];
  readonly observationNo: number | null;
  readonly sha256: Buffer;
  /** JSON pointer of the field that contradicts. */
  readonly field: string;
  /** Of its quarantine row. */
  readonly subjectKey: string;
  readonly credentialId: string;
  readonly storeNo: number;
  readonly receivedAtMs: number;
}

export interface StoredConflict extends ConflictRow {
  readonly conflictNo: number;
  readonly state: ConflictState;
}

export async function insertConflicts(tx: Tx, conflicts: readonly ConflictRow[]): Promise<void> {
  if (conflicts.length === 0) return;
  const sorted = [...conflicts].sort((left, right) => (left.documentId < right.documentId ? -1 : 1));
  await tx.query(
    `INSERT INTO conflict (kind, document_id, joined_ids, observation_no, sha256, field, subject_key, credential_id,
       store_no, received_at)
     SELECT kind, document_id, joined_ids::uuid[], observation_no, sha256, field, subject_key, credential_id,
       store_no, to_timestamp(received_ms / 1000.0)
     FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::int[], $5::bytea[], $6::text[], $7::text[], $8::text[],
       $9::int[], $10::bigint[]) AS held (kind, document_id, joined_ids, observation_no, sha256, field, subject_key,
       credential_id, store_no, received_ms)
     ON CONFLICT (document_id, sha256, kind) DO NOTHING`,
    [
      integerArray(sorted.map(({ kind }) => CONFLICT_KINDS.indexOf(kind))),
      textArray(sorted.map(({ documentId }) => documentId)),
      textArray(sorted.map(({ joinedIds }) => textArray(joinedIds))),
      integerArray(sorted.map(({ observationNo }) => observationNo)),
      byteaArray(sorted.map(({ sha256 }) => sha256)),
      textArray(sorted.map(({ field }) => field)),
      textArray(sorted.map(({ subjectKey }) => subjectKey)),
      textArray(sorted.map(({ credentialId }) => credentialId)),
      integerArray(sorted.map(({ storeNo }) => storeNo)),
      integerArray(sorted.map(({ receivedAtMs }) => receivedAtMs)),
    ],
  );
}

const COLUMNS = `conflict_no, kind, document_id, joined_ids, observation_no, sha256, field, subject_key, credential_id,
  store_no, received_at, state`;

interface ConflictColumns {
  readonly conflict_no: bigint;
  readonly kind: number;
  readonly document_id: string;
  readonly joined_ids: readonly string[];
  readonly observation_no: number | null;
  readonly sha256: Buffer;
  readonly field: string;
  readonly subject_key: string;
  readonly credential_id: string;
  readonly store_no: number;
  readonly received_at: Date;
  readonly state: ConflictState;
}

function rowOf(row: ConflictColumns): StoredConflict {
  return {
    conflictNo: Number(row.conflict_no),
    kind: CONFLICT_KINDS[row.kind] ?? 'conflict',
    documentId: row.document_id,
    joinedIds: row.joined_ids,
    observationNo: row.observation_no,
    sha256: row.sha256,
    field: row.field,
    subjectKey: row.subject_key,
    credentialId: row.credential_id,
    storeNo: row.store_no,
    receivedAtMs: row.received_at.getTime(),
    state: row.state,
  };
}

type Querying = Pick<Tx, 'query'>;

export async function readConflict(querying: Querying, conflictNo: number): Promise<StoredConflict | null> {
  const { rows } = await querying.query<ConflictColumns>(
    `SELECT ${COLUMNS} FROM conflict WHERE conflict_no = $1`,
    [conflictNo],
  );
  return rows[0] === undefined ? null : rowOf(rows[0]);
}

/** A document's conflicts under lock: whoever decides one, or holds the same copies again, waits here. */
export async function lockConflictsOf(
  tx: Tx,
  { documentId, kind }: Pick<ConflictRow, 'documentId' | 'kind'>,
): Promise<readonly StoredConflict[]> {
  const { rows } = await tx.query<ConflictColumns>(
    `SELECT ${COLUMNS} FROM conflict WHERE document_id = $1 AND kind = $2 ORDER BY conflict_no FOR UPDATE`,
    [documentId, CONFLICT_KINDS.indexOf(kind)],
  );
  return rows.map(rowOf);
}

export async function settleConflict(
  tx: Tx,
  conflictNo: number,
  state: Exclude<ConflictState, 'open'>,
): Promise<void> {
  await tx.query('UPDATE conflict SET state = $2 WHERE conflict_no = $1', [conflictNo, state]);
}

export interface ConflictFilter {
  /** Numbers of stores; null = all. */
  readonly storeNos: readonly number[] | null;
  readonly state: ConflictState | null;
  readonly kind: ConflictKind | null;
  readonly documentId: string | null;
  readonly beforeNo: number | null;
  readonly limit: number;
}

/** Newest first. */
export async function listConflicts(
  querying: Querying,
  filter: ConflictFilter,
): Promise<readonly StoredConflict[]> {
  const { rows } = await querying.query<ConflictColumns>(
    `SELECT ${COLUMNS} FROM conflict
     WHERE ($1::int[] IS NULL OR store_no = ANY ($1::int[])) AND ($2::text IS NULL OR state = $2)
       AND ($3::smallint IS NULL OR kind = $3) AND ($4::uuid IS NULL OR document_id = $4 OR $4 = ANY (joined_ids))
       AND ($5::bigint IS NULL OR conflict_no < $5)
     ORDER BY conflict_no DESC LIMIT $6`,
    [
      filter.storeNos === null ? null : integerArray(filter.storeNos),
      filter.state,
      filter.kind === null ? null : CONFLICT_KINDS.indexOf(filter.kind),
      filter.documentId,
      filter.beforeNo,
      filter.limit,
    ],
  );
  return rows.map(rowOf);
}

/** Open copies that name this document and others. */
export async function openJoinsOf(
  querying: Querying,
  documentId: string,
): Promise<readonly StoredConflict[]> {
  const { rows } = await querying.query<ConflictColumns>(
    `SELECT ${COLUMNS} FROM conflict
     WHERE kind = 1 AND state = 'open' AND joined_ids @> ARRAY[$1::uuid] ORDER BY conflict_no`,
    [documentId],
  );
  return rows.map(rowOf);
}

/** Of copies that name several documents: those, by SHA-256 in hex, that a person has decided against. */
export async function keptJoins(tx: Tx, sha256s: readonly Buffer[]): Promise<ReadonlySet<string>> {
  if (sha256s.length === 0) return new Set();
  const { rows } = await tx.query<{ sha256: Buffer }>(
    `SELECT sha256 FROM conflict WHERE kind = 1 AND state = 'kept' AND sha256 = ANY ($1::bytea[])`,
    [byteaArray(sha256s)],
  );
  return new Set(rows.map(({ sha256 }) => sha256.toString('hex')));
}

/** Conflicts stand where their documents stand. */
export async function moveConflicts(
  tx: Tx,
  moved: readonly { readonly documentId: string; readonly storeNo: number }[],
): Promise<void> {
  await tx.query(
    `UPDATE conflict SET store_no = moved.store_no
     FROM unnest($1::uuid[], $2::int[]) AS moved (document_id, store_no)
     WHERE conflict.document_id = moved.document_id`,
    [textArray(moved.map(({ documentId }) => documentId)), integerArray(moved.map(({ storeNo }) => storeNo))],
  );
}

/** Copies that name several documents no more: they were driven again. */
export async function closeJoins(tx: Tx, sha256s: readonly Buffer[]): Promise<void> {
  if (sha256s.length === 0) return;
  await tx.query(
    `UPDATE conflict SET state = 'merged' WHERE kind = 1 AND state = 'open' AND sha256 = ANY ($1::bytea[])`,
    [byteaArray(sha256s)],
  );
}

/** Locks the conflicts of copies that are held again. False when one of them was decided in the meantime. */
export async function stillUndecided(
  tx: Tx,
  copies: readonly { readonly documentId: string; readonly sha256: Buffer }[],
): Promise<boolean> {
  if (copies.length === 0) return true;
  const { rows } = await tx.query<{ state: ConflictState }>(
    `SELECT state FROM conflict
     WHERE (document_id, sha256) IN (SELECT * FROM unnest($1::uuid[], $2::bytea[]))
     ORDER BY conflict_no FOR UPDATE`,
    [textArray(copies.map(({ documentId }) => documentId)), byteaArray(copies.map(({ sha256 }) => sha256))],
  );
  return rows.every(({ state }) => state === 'open');
}
