import type { QuarantineRow, QuarantineState } from './quarantine';

export const COLUMNS = `id, source, reason, detail, subject_key, state, origin, byte_count, encode(sha256, 'hex') AS sha256,
  bytes_cut, seen_count, first_seen_at, last_seen_at, redrive_attempts, closed_at, closed_by,
  closed_reason`;

/** As PostgreSQL answers; the bytes only where they were asked for. */
export interface StoredRow {
  readonly id: bigint;
  readonly source: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly subject_key: string | null;
  readonly state: QuarantineState;
  readonly origin: Record<string, string | number | null>;
  readonly byte_count: bigint | null;
  readonly sha256: string | null;
  readonly bytes_cut: boolean;
  readonly seen_count: bigint;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly redrive_attempts: number;
  readonly closed_at: Date | null;
  readonly closed_by: string | null;
  readonly closed_reason: string | null;
  readonly bytes?: Buffer | null;
  readonly sealed?: boolean;
}

export function rowOf(row: StoredRow): QuarantineRow {
  return {
    id: Number(row.id),
    source: row.source,
    reason: row.reason,
    detail: row.detail,
    subjectKey: row.subject_key,
    state: row.state,
    origin: row.origin,
    byteCount: row.byte_count === null ? null : Number(row.byte_count),
    sha256: row.sha256,
    bytesCut: row.bytes_cut,
    seenCount: Number(row.seen_count),
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    redriveAttempts: row.redrive_attempts,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    closedReason: row.closed_reason,
  };
}
