import { createHash } from 'node:crypto';
import { QUARANTINE_BYTES_MAX } from './quarantine';
import type { QuarantineEntry } from './quarantine';

/** One row to be written: an input and how often it came in one call. */
export interface StoredInput {
  readonly entry: QuarantineEntry;
  /** SHA-256 of source, reason, inputKey and all bytes: what makes two entries the same input. */
  readonly inputHash: Buffer;
  readonly sha256: Buffer | null;
  readonly byteCount: number | null;
  /** At most `QUARANTINE_BYTES_MAX` unless the entry is kept whole. */
  readonly bytes: Buffer | null;
  readonly bytesCut: boolean;
  readonly count: number;
}

/** The entries as rows, in their order: equal inputs joined. */
export function storedInputs(entries: readonly QuarantineEntry[]): StoredInput[] {
  const byHash = new Map<string, StoredInput>();
  for (const entry of entries) {
    const input = storedInput(entry);
    const key = input.inputHash.toString('hex');
    const known = byHash.get(key);
    byHash.set(key, known === undefined ? input : { ...known, count: known.count + 1 });
  }
  return [...byHash.values()];
}

/** PostgreSQL stores no NUL, and jsonb no lone surrogate. */
export function storableText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\u0000', '\uFFFD');
}

function storedInput(entry: QuarantineEntry): StoredInput {
  const { bytes } = entry;
  const bytesCut = bytes !== null && bytes.length > QUARANTINE_BYTES_MAX && entry.keepWhole !== true;
  return {
    entry,
    inputHash: inputHashOf(entry),
    sha256: bytes === null ? null : createHash('sha256').update(bytes).digest(),
    byteCount: bytes === null ? null : bytes.length,
    bytes: bytesCut ? bytes.subarray(0, QUARANTINE_BYTES_MAX) : bytes,
    bytesCut,
    count: 1,
  };
}

function inputHashOf(entry: QuarantineEntry): Buffer {
  const head = JSON.stringify([entry.source, entry.reason, entry.inputKey ?? null, entry.bytes === null]);
  const hash = createHash('sha256').update(head);
  return (entry.bytes === null ? hash : hash.update(entry.bytes)).digest();
}
