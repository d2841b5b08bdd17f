import type { LineConsequence } from '@potok/ingestion-contracts/line-dismissal';
import type { Tx } from '@potok/platform-postgres/tx';
import type { QuarantineRow } from '@potok/platform-quarantine/quarantine';
import type { Dismissal, DismissOutcome } from '@potok/platform-service/quarantine-entries';
import { LINE_SOURCE } from '../quarantine/line-quarantine';
import type { LineQuarantine } from '../quarantine/line-quarantine';
import { insertArrivals } from '../storage/arrival-table';
import { readSeriesPlaces } from '../storage/completeness-table';
import { lockHeldSeries, releaseHeldIdentities } from '../storage/held-identity-table';

/** Lines that a decision about documents closes. */
const DECIDED_AS_CONFLICTS: ReadonlySet<string> = new Set(['conflict', 'joinsTwoDocuments']);

/**
 * Sets lines aside that can never be used. The numbers of a held one count as received no more: what was said to be
 * complete with it is stated anew, and a number that no document has is missing until a person writes it off.
 */
export class DismissLineHandler {
  constructor(private readonly quarantine: LineQuarantine) {}

  readonly dismiss = async (
    tx: Tx,
    row: QuarantineRow,
    { by, reason }: Dismissal,
  ): Promise<DismissOutcome | null> => {
    if (row.source !== LINE_SOURCE) return null;
    if (DECIDED_AS_CONFLICTS.has(row.reason)) {
      return { kind: 'decidedElsewhere', detail: `${row.reason}: GET /v1/ingestion/conflicts` };
    }
    const { subjectKey } = row;
    // Before the entry: whoever holds a line about the same document waits, or is seen below.
    const seriesNos = subjectKey === null ? [] : await lockHeldSeries(tx, subjectKey);
    const closed = (await this.quarantine.store.dismiss(tx, { ids: [row.id], by, reason })) > 0;
    if (!closed || subjectKey === null || seriesNos.length === 0) {
      return done(closed, 'lineUnused');
    }
    const open = await this.quarantine.store.openSubjects(tx, [subjectKey], LINE_SOURCE);
    if (open.size > 0) return done(closed, 'lineUnused');
    await releaseHeldIdentities(tx, [subjectKey]);
    await this.restate(tx, seriesNos);
    return done(closed, 'numbersReleased');
  };

  /** Nothing was heard of the registers: the moment is none. */
  private async restate(tx: Tx, seriesNos: readonly number[]): Promise<void> {
    const places = await readSeriesPlaces(tx, seriesNos);
    await insertArrivals(
      tx,
      places.map((place) => ({ ...place, receivedAtMs: 0, arrival: { shifts: [] } })),
    );
  }
}

function done(closed: boolean, consequence: LineConsequence): DismissOutcome {
  return { kind: 'done', closed, consequence };
}
