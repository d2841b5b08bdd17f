import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { QuarantineRowWithBytes } from '@potok/platform-quarantine/quarantine';
import { retryRaces } from '../intake/intake-race';
import type { InboxLine, LineOutcome } from '../intake/inbox-line';
import type { IntakeService } from '../intake/intake-service';
import { lineOfEntry } from '../quarantine/line-quarantine';
import type { LineQuarantine } from '../quarantine/line-quarantine';
import { closeJoins } from '../storage/conflict-table';
import { releaseHeldIdentities } from '../storage/held-identity-table';

export interface LineRedriven {
  readonly entryId: string;
  /** `applied`: the line is a document now, or a copy of one. `heldAgain`: the row stays open. */
  readonly outcome: 'applied' | 'heldAgain' | 'bytesGone';
  readonly detail: string | null;
}

/** Takes lines from the quarantine in again, each with all that are about the same document, in their order. */
export class RedriveLinesHandler {
  constructor(
    private readonly database: Transactor,
    private readonly intake: IntakeService,
    private readonly quarantine: LineQuarantine,
  ) {}

  async redrive(entryIds: readonly number[], by: string): Promise<readonly LineRedriven[]> {
    return retryRaces(() => this.database.tx((tx) => this.redriveIn(tx, entryIds, by)));
  }

  private async redriveIn(tx: Tx, entryIds: readonly number[], by: string): Promise<readonly LineRedriven[]> {
    const entries = await this.quarantine.store.lockForRedrive(tx, entryIds);
    const lines = entries.map(lineOfEntry);
    const readable = lines.filter((line) => line !== null);
    const outcomes = await this.intake.takeIn(tx, readable);
    const byEntry = new Map(readable.map((line, index) => [line.entryId, outcomes[index]]));
    const results = entries.map((entry, index) =>
      resultOf(entry, lines[index] ?? null, byEntry.get(entry.id)),
    );
    await this.close(tx, { entries, results, by });
    return results;
  }

  private async close(tx: Tx, { entries, results, by }: Closing): Promise<void> {
    const applied = entries.filter((_, index) => results[index]?.outcome === 'applied');
    const left = entries.filter((_, index) => results[index]?.outcome !== 'applied');
    await this.quarantine.store.markRedriven(tx, { ids: applied.map(({ id }) => id), by });
    const joined = applied.filter(({ reason, sha256 }) => reason === 'joinsTwoDocuments' && sha256 !== null);
    await closeJoins(
      tx,
      joined.map(({ sha256 }) => Buffer.from(sha256 ?? '', 'hex')),
    );
    for (const { id } of left) {
      const detail = results.find(({ entryId }) => entryId === String(id))?.detail ?? '';
      await this.quarantine.store.noteFailedRedrive(tx, [id], detail);
    }
    const stillHeld = new Set(left.map(({ subjectKey }) => subjectKey));
    const released = applied
      .map(({ subjectKey }) => subjectKey)
      .filter((key) => key !== null && !stillHeld.has(key));
    await releaseHeldIdentities(tx, [...new Set(released.filter((key) => key !== null))]);
  }
}

interface Closing {
  readonly entries: readonly QuarantineRowWithBytes[];
  readonly results: readonly LineRedriven[];
  readonly by: string;
}

function resultOf(
  entry: QuarantineRowWithBytes,
  line: InboxLine | null,
  outcome: LineOutcome | undefined,
): LineRedriven {
  const entryId = String(entry.id);
  if (line === null || outcome === undefined)
    return { entryId, outcome: 'bytesGone', detail: 'the bytes are gone' };
  if (outcome.kind !== 'held' && outcome.kind !== 'rejected')
    return { entryId, outcome: 'applied', detail: null };
  const field = outcome.field === null ? '' : ` ${outcome.field}`;
  return { entryId, outcome: 'heldAgain', detail: `${outcome.code}${field}` };
}
