import { present } from '@potok/kernel/assert';
import type { Tx } from '@potok/platform-postgres/tx';
import type { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import type { QuarantineEntry, QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import type { InboxLine, LineOutcome } from '../intake/inbox-line';

/** `source` of the rows of lines that the intake, or the edge before it, held or rejected. */
export const LINE_SOURCE = 'intake';

/** `subjectKey` of the rows of copies that contradict a document. */
export function subjectOfDocument(documentId: string): string {
  return `document:${documentId}`;
}

/** Lines in quarantine: put there with what a re-drive needs, and read back as lines. */
export class LineQuarantine {
  constructor(readonly store: PgQuarantineStore) {}

  /** The lines that are held or rejected. One that comes from the quarantine stands there already. */
  add(tx: Tx, lines: readonly InboxLine[], outcomes: readonly LineOutcome[]): Promise<void> {
    const entries: QuarantineEntry[] = [];
    lines.forEach((line, index) => {
      const outcome = present(outcomes[index], 'the outcome of a line');
      if (line.entryId === null && (outcome.kind === 'held' || outcome.kind === 'rejected')) {
        entries.push(entryOf(line, outcome));
      }
    });
    return this.store.add(tx, entries);
  }
}

function entryOf(
  line: InboxLine,
  outcome: Extract<LineOutcome, { kind: 'held' | 'rejected' }>,
): QuarantineEntry {
  const { receivedAtMs, credentialId, cut } = line;
  return {
    source: LINE_SOURCE,
    reason: outcome.code,
    detail: outcome.field,
    subjectKey: outcome.kind === 'held' ? outcome.subjectKey : null,
    bytes: line.bytes,
    origin: {
      outcome: outcome.kind,
      credentialId,
      receivedAtMs,
      wholeByteLength: cut?.byteLength ?? null,
      wholeSha256: cut?.sha256 ?? null,
      employeeSource: outcome.kind === 'held' ? (outcome.employeeSource ?? null) : null,
    },
    keepWhole: true,
  };
}

/** The line of a row; null when its bytes are gone or were never whole. */
export function lineOfEntry({ id, bytes, bytesCut, origin }: QuarantineRowWithBytes): InboxLine | null {
  const { receivedAtMs, credentialId, wholeByteLength } = origin;
  if (bytes === null || bytesCut || typeof wholeByteLength === 'number') return null;
  if (typeof receivedAtMs !== 'number' || typeof credentialId !== 'string') return null;
  const judged = { rejection: null, usable: null, cut: null } as const;
  return { bytes, receivedAtMs, credentialId, ...judged, traceparent: null, entryId: id };
}
