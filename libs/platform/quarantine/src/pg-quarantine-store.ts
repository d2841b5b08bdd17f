import { byteaArray, booleanArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type {
  BytesCipher,
  QuarantineCount,
  QuarantineEntry,
  QuarantineFilter,
  QuarantineRow,
  QuarantineRowWithBytes,
  QuarantineStore,
} from './quarantine';
import { COLUMNS, rowOf } from './quarantine-row';
import type { StoredRow } from './quarantine-row';
import { storableText, storedInputs } from './stored-input';
import type { StoredInput } from './stored-input';

/** A transaction, or a database for reads outside of one. */
export type Querying = Pick<Tx, 'query'>;

export interface ClosedBy {
  readonly ids: readonly number[];
  /** The principal's id. */
  readonly by: string;
}

export interface DismissedBy extends ClosedBy {
  /** Why, for whoever asks later. No personal data. */
  readonly reason: string;
}

/** Reason of entries that only followed an open one about the same subject. */
export const JOINED_REASON = 'joined';

const PAGE_MAX = 1_000;

/** Ids in the order of the entries, which a re-drive follows; rows in the order of hashes, the order of locks. */
const INSERT = `
  WITH numbered AS MATERIALIZED (
    SELECT ordinal, nextval(pg_get_serial_sequence('quarantine', 'id')) AS id FROM generate_series(1, $14::int) AS ordinal
  )
  INSERT INTO quarantine (id, source, reason, detail, subject_key, origin, bytes, sealed, bytes_cut, byte_count, sha256,
    input_hash, seen_count)
  OVERRIDING SYSTEM VALUE
  SELECT id, source, reason, detail, subject_key, origin::jsonb, bytes, $13, bytes_cut, byte_count, sha256,
    input_hash, seen_count
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::boolean[], $8::bigint[],
    $9::bytea[], $10::bytea[], $11::bigint[], $12::int[])
    AS input (source, reason, detail, subject_key, origin, bytes, bytes_cut, byte_count, sha256, input_hash, seen_count,
      ordinal)
  JOIN numbered USING (ordinal)
  ORDER BY input_hash
  ON CONFLICT (input_hash) WHERE state = 'open' DO UPDATE
    SET seen_count = quarantine.seen_count + excluded.seen_count, last_seen_at = now(), detail = excluded.detail`;

/** The quarantine table of a service's schema (`quarantineMigrations`). */
export class PgQuarantineStore implements QuarantineStore {
  constructor(private readonly cipher: BytesCipher | null = null) {}

  /** Stores the entries; the same input again while its row is open only counts there. */
  async add(tx: Tx, entries: readonly QuarantineEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const inputs = storedInputs(entries);
    const bytes = await this.sealedBytes(tx, inputs);
    await tx.query(INSERT, [
      textArray(inputs.map(({ entry }) => storableText(entry.source))),
      textArray(inputs.map(({ entry }) => storableText(entry.reason))),
      textArray(inputs.map(({ entry }) => nullable(entry.detail))),
      textArray(inputs.map(({ entry }) => nullable(entry.subjectKey))),
      textArray(inputs.map(({ entry }) => originText(entry))),
      byteaArray(bytes),
      booleanArray(inputs.map((input) => input.bytesCut)),
      integerArray(inputs.map((input) => input.byteCount)),
      byteaArray(inputs.map((input) => input.sha256)),
      byteaArray(inputs.map((input) => input.inputHash)),
      integerArray(inputs.map((input) => input.count)),
      integerArray(inputs.map((_input, index) => index + 1)),
      this.cipher !== null,
      inputs.length,
    ]);
  }

  async openSubjects(
    tx: Querying,
    subjectKeys: readonly string[],
    source?: string,
  ): Promise<ReadonlySet<string>> {
    if (subjectKeys.length === 0) return new Set();
    const { rows } = await tx.query<{ subject_key: string }>(
      `SELECT DISTINCT subject_key FROM quarantine
       WHERE state = 'open' AND subject_key = ANY ($1::text[]) AND ($2::text IS NULL OR source = $2)`,
      [textArray(subjectKeys.map(storableText)), source ?? null],
    );
    return new Set(rows.map((row) => row.subject_key));
  }

  /** Newest first, without bytes. */
  async list(querying: Querying, filter: QuarantineFilter): Promise<readonly QuarantineRow[]> {
    const { rows } = await querying.query<StoredRow>(
      `SELECT ${COLUMNS} FROM quarantine
       WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR reason = $2)
         AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR subject_key = $4)
         AND ($5::bigint IS NULL OR id < $5)
       ORDER BY id DESC LIMIT $6`,
      [
        filter.source ?? null,
        filter.reason ?? null,
        filter.state ?? null,
        filter.subjectKey ?? null,
        filter.beforeId ?? null,
        Math.min(Math.max(filter.limit, 1), PAGE_MAX),
      ],
    );
    return rows.map(rowOf);
  }

  /** One row with its bytes as received; null when there is none with this id. */
  async get(querying: Querying, id: number): Promise<QuarantineRowWithBytes | null> {
    const { rows } = await querying.query<StoredRow>(
      `SELECT ${COLUMNS}, bytes, sealed FROM quarantine WHERE id = $1`,
      [id],
    );
    const [row] = rows;
    return row === undefined ? null : this.withBytes(row);
  }

  /**
   * Locks the open rows that a re-drive of these ids has to apply: they themselves and all other open rows about the
   * same subjects of their sources. In the order of their ids.
   */
  async lockForRedrive(tx: Tx, ids: readonly number[]): Promise<readonly QuarantineRowWithBytes[]> {
    const { rows } = await tx.query<StoredRow>(
      `SELECT ${COLUMNS}, bytes, sealed FROM quarantine AS entry
       WHERE state = 'open' AND (id = ANY ($1::bigint[]) OR EXISTS (
         SELECT 1 FROM quarantine AS named WHERE named.id = ANY ($1::bigint[])
           AND named.source = entry.source AND named.subject_key = entry.subject_key))
       ORDER BY id FOR UPDATE OF entry`,
      [integerArray(ids)],
    );
    const entries: QuarantineRowWithBytes[] = [];
    for (const row of rows) entries.push(await this.withBytes(row));
    return entries;
  }

  /** Entries that hold bytes, whatever their state, by id from this one on. */
  async withBytesAfter(
    querying: Querying,
    id: number,
    limit: number,
  ): Promise<readonly QuarantineRowWithBytes[]> {
    const { rows } = await querying.query<StoredRow>(
      `SELECT ${COLUMNS}, bytes, sealed FROM quarantine WHERE id > $1 AND bytes IS NOT NULL ORDER BY id LIMIT $2`,
      [id, limit],
    );
    return Promise.all(rows.map((row) => this.withBytes(row)));
  }

  /** Forgets the bytes of these entries; length and hash stay. Answers how many had any. */
  async dropBytes(tx: Querying, ids: readonly number[]): Promise<number> {
    const { rowCount } = await tx.query(
      'UPDATE quarantine SET bytes = NULL WHERE id = ANY ($1::bigint[]) AND bytes IS NOT NULL',
      [integerArray(ids)],
    );
    return rowCount;
  }

  markRedriven(tx: Querying, closed: ClosedBy): Promise<number> {
    return this.close(tx, { ...closed, reason: null }, 'redriven');
  }

  /** Answers how many were open. Their subjects' later records are applied again once nothing about them is open. */
  dismiss(tx: Querying, closed: DismissedBy): Promise<number> {
    return this.close(tx, closed, 'dismissed');
  }

  /** A re-drive failed again: the rows stay open and say why. */
  async noteFailedRedrive(tx: Querying, ids: readonly number[], detail: string): Promise<void> {
    await tx.query(
      `UPDATE quarantine SET redrive_attempts = redrive_attempts + 1, detail = $2
       WHERE id = ANY ($1::bigint[]) AND state = 'open'`,
      [integerArray(ids), storableText(detail)],
    );
  }

  /** Open rows by source and reason, for metrics. */
  async countsByReason(querying: Querying): Promise<readonly QuarantineCount[]> {
    const { rows } = await querying.query<{ source: string; reason: string; count: bigint }>(
      `SELECT source, reason, count(*) AS count FROM quarantine WHERE state = 'open'
       GROUP BY source, reason ORDER BY source, reason`,
    );
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /** How many entries of the source that are open came within this time, those that only joined others not counted. */
  async recentFailures(querying: Querying, source: string, withinMs: number): Promise<number> {
    const { rows } = await querying.query<{ count: bigint }>(
      `SELECT count(*) AS count FROM quarantine
       WHERE source = $1 AND state = 'open' AND reason <> $3
         AND first_seen_at > now() - $2::bigint * interval '1 millisecond'`,
      [source, withinMs, JOINED_REASON],
    );
    return Number(rows[0]?.count ?? 0);
  }

  private async close(
    tx: Querying,
    { ids, by, reason }: ClosedBy & { readonly reason: string | null },
    state: 'redriven' | 'dismissed',
  ): Promise<number> {
    const { rowCount } = await tx.query(
      `UPDATE quarantine SET state = $2, closed_at = now(), closed_by = $3, closed_reason = $4
       WHERE id = ANY ($1::bigint[]) AND state = 'open'`,
      [integerArray(ids), state, by, reason],
    );
    return rowCount;
  }

  private async sealedBytes(tx: Tx, inputs: readonly StoredInput[]): Promise<(Buffer | null)[]> {
    if (this.cipher === null) return inputs.map((input) => input.bytes);
    const requests = inputs.flatMap(({ bytes, entry }) => (bytes === null ? [] : [{ bytes, entry }]));
    const sealed = [...(await this.cipher.seal(tx, requests))].reverse();
    return inputs.map((input) => (input.bytes === null ? null : (sealed.pop() ?? null)));
  }

  private async withBytes(row: StoredRow): Promise<QuarantineRowWithBytes> {
    const stored = row.bytes ?? null;
    if (row.sealed !== true || stored === null) return { ...rowOf(row), bytes: stored, bytesErased: false };
    const bytes = this.cipher === null ? null : await this.cipher.open(stored);
    return { ...rowOf(row), bytes, bytesErased: bytes === null };
  }
}

function nullable(text: string | null): string | null {
  return text === null ? null : storableText(text);
}

function originText(entry: QuarantineEntry): string {
  const clean = Object.entries(entry.origin).map(([name, value]): [string, string | number | null] => [
    storableText(name),
    typeof value === 'string' ? storableText(value) : value,
  ]);
  return JSON.stringify(Object.fromEntries(clean));
}
