import { toInstant } from '@potok/kernel/clock';
import { fail, ok } from '@potok/kernel/result';
import type { Result } from '@potok/kernel/result';
import type { PostRemap, RemapView } from '@potok/ingestion-contracts/decisions-http';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { DecisionError } from '../decide-documents/decision-error';
import { listRemaps, readRemap, startRemap, stopRemap } from '../storage/remap-table';
import type { RemapRow } from '../storage/remap-table';
import type { SeriesTable } from '../storage/series-table';

const LISTED_MAX = 200;

/** Starts, shows and stops the jobs that move documents to the register that their numbers belong to. */
export class RemapsHandler {
  constructor(
    private readonly database: Transactor,
    private readonly series: SeriesTable,
    private readonly wake: () => void,
  ) {}

  /** A job of the series that runs already is answered as it is. */
  async start(wanted: PostRemap, by: string): Promise<Result<RemapView, DecisionError>> {
    const { scheme, fromNumber, toNumber, reason } = wanted;
    const seriesNo = await this.series.find(this.database, { scheme, series: wanted.series.trim() });
    if (seriesNo === null) return fail({ code: 'seriesUnknown' });
    const row = await this.database.tx((tx) => {
      tx.afterCommit(this.wake);
      return startRemap(tx, { seriesNo, fromNumber, toNumber, startedBy: by, reason });
    });
    return ok(viewOf(row));
  }

  async list(): Promise<readonly RemapView[]> {
    return (await listRemaps(this.database, LISTED_MAX)).map(viewOf);
  }

  async show(remapNo: number): Promise<Result<RemapView, DecisionError>> {
    const row = await readRemap(this.database, remapNo);
    return row === null ? fail({ code: 'remapUnknown' }) : ok(viewOf(row));
  }

  async stop(remapNo: number): Promise<Result<RemapView, DecisionError>> {
    await this.database.tx((tx) => stopRemap(tx, remapNo));
    return this.show(remapNo);
  }
}

function viewOf(row: RemapRow): RemapView {
  const { remapNo, scheme, series, fromNumber, toNumber, state, moved, unmoved, startedBy, reason } = row;
  return {
    remapNo: String(remapNo),
    scheme,
    series,
    fromNumber,
    toNumber,
    state,
    moved,
    unmoved,
    startedBy,
    startedAt: toInstant(row.startedAtMs),
    finishedAt: row.finishedAtMs === null ? null : toInstant(row.finishedAtMs),
    reason,
  };
}
