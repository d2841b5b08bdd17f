import type { Tx } from '@potok/platform-postgres/tx';

/**
 * Nothing is logged and dropped: an input that was rejected or held, or a record that a handler could not apply, is a
 * row with its bytes, a reason and a way to be driven again.
 */
export interface QuarantineEntry {
  /** What stood in the way, for example `edge`, `intake`, or a consumer's name. */
  readonly source: string;
  /** Closed code of the owner. */
  readonly reason: string;
  readonly detail: string | null;
  /** What it touches (a document, a series and number): later entries with the same key join it, in order. */
  readonly subjectKey: string | null;
  readonly bytes: Buffer | null;
  /** Topic, partition, offset, headers, credential…: what a re-drive needs besides the bytes. No personal data. */
  readonly origin: Readonly<Record<string, string | number | null>>;
}

export interface QuarantineStore {
  add(tx: Tx, entries: readonly QuarantineEntry[]): Promise<void>;
  /** Which of these subjects have an open entry: records about them must join the quarantine. */
  openSubjects(tx: Tx, subjectKeys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Bytes over this are cut; their full length and SHA-256 are kept beside. */
export const QUARANTINE_BYTES_MAX = 64 * 1024;
