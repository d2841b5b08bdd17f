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
  /**
   * Tells inputs with equal bytes apart (a record's place in its topic). Without it, equal bytes of one source and
   * reason are one input: its open row counts the repeats.
   */
  readonly inputKey?: string;
  /** True keeps all bytes: records that were accepted, whose size is bounded already, and which must be re-driven. */
  readonly keepWhole?: boolean;
}

export interface QuarantineStore {
  add(tx: Tx, entries: readonly QuarantineEntry[]): Promise<void>;
  /**
   * Which of these subjects have an open entry (of this source, where one is given): records about them must join
   * the quarantine.
   */
  openSubjects(tx: Tx, subjectKeys: readonly string[], source?: string): Promise<ReadonlySet<string>>;
}

/** Bytes over this are cut; their full length and SHA-256 are kept beside. */
export const QUARANTINE_BYTES_MAX = 64 * 1024;

/** `redriven`: applied after all. `dismissed`: a person decided that it needs nothing. */
export type QuarantineState = 'open' | 'redriven' | 'dismissed';

/** A row without its bytes. `byteCount` and `sha256` (hex) are those of the whole input, null when it had no bytes. */
export interface QuarantineRow {
  readonly id: number;
  readonly source: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly subjectKey: string | null;
  readonly state: QuarantineState;
  readonly origin: Readonly<Record<string, string | number | null>>;
  readonly byteCount: number | null;
  readonly sha256: string | null;
  /** True when only the first `QUARANTINE_BYTES_MAX` bytes were kept. */
  readonly bytesCut: boolean;
  /** How often the same input came while the row was open. */
  readonly seenCount: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly redriveAttempts: number;
  readonly closedAt: Date | null;
  /** Who dismissed or re-drove it: a principal's id. */
  readonly closedBy: string | null;
  /** Of a dismissed one: why. */
  readonly closedReason: string | null;
}

/** `bytes` is null when there were none, and when their key was erased with the person they were about. */
export interface QuarantineRowWithBytes extends QuarantineRow {
  readonly bytes: Buffer | null;
  readonly bytesErased: boolean;
}

/** Newest first; the next page starts below the last id of this one. */
export interface QuarantineFilter {
  readonly source?: string;
  readonly reason?: string;
  readonly state?: QuarantineState;
  readonly subjectKey?: string;
  readonly beforeId?: number;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface QuarantineCount {
  readonly source: string;
  readonly reason: string;
  readonly count: number;
}

/** Encrypts stored bytes where personal data may be in them. The vault's owner implements it. */
export interface BytesCipher {
  /** The sealed bytes of these inputs, in their order. */
  seal(tx: Tx, inputs: readonly SealInput[]): Promise<readonly Buffer[]>;
  /** Null when the key was erased. */
  open(sealed: Buffer): Promise<Buffer | null>;
}

export interface SealInput {
  readonly bytes: Buffer;
  readonly entry: QuarantineEntry;
}
