import type { Clock } from '@potok/kernel/clock';
import type {
  CloseHole,
  HoleView,
  PostBeginning,
  PostDeclared,
  PostFnEnded,
  SettlingKind,
} from '@potok/ingestion-contracts/completeness-http';
import type { SeriesArrival } from '@potok/ingestion-domain/completeness/series-facts';
import { ProblemError } from '@potok/platform-http/problem';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { completenessProblems } from '../query-completeness/completeness-problems';
import type { HolesQuery } from '../query-completeness/holes.query';
import { insertArrivals } from '../storage/arrival-table';
import type { SeriesName, SeriesTable } from '../storage/series-table';

export interface SettlingParts {
  readonly database: Transactor;
  readonly directory: OrganisationDirectory;
  readonly series: SeriesTable;
  readonly holes: HolesQuery;
  readonly clock: Clock;
}

interface SeriesPlace {
  readonly storeNo: number;
  readonly registerNo: number;
}

/** What people state of series and of missing numbers. It takes effect with the next statement about the register. */
export class SettleSeriesHandler {
  constructor(private readonly parts: SettlingParts) {}

  /** A person knows that these numbers will never come. */
  closeHole(holeId: number, body: CloseHole, by: string): Promise<HoleView> {
    const { database, holes, clock } = this.parts;
    return database.tx(async (tx) => {
      const { rows } = await tx.query<HoleKey>(
        `UPDATE completeness_hole SET closed_by = $2, note = $3
         WHERE hole_id = $1 AND closed_at IS NULL AND closed_by IS NULL
         RETURNING store_no, register_no, series_no, from_number, to_number`,
        [holeId, by, body.reason],
      );
      const view = await holes.byId(tx, holeId);
      if (view === null) throw new ProblemError(completenessProblems.holeUnknown);
      const [row] = rows;
      if (row === undefined) throw new ProblemError(completenessProblems.holeClosed);
      const writtenOff = [{ from: Number(row.from_number), to: Number(row.to_number) }];
      const place = { storeNo: row.store_no, registerNo: row.register_no };
      const at = { ...place, seriesNo: row.series_no, receivedAtMs: clock.nowMs() };
      await insertArrivals(tx, [{ ...at, arrival: { shifts: [], writtenOff } }]);
      await noteDecision(tx, { kind: 'holeClosed', seriesNo: row.series_no, holeId, by, body });
      return view;
    });
  }

  /** A ФН has ended: by its report, or without one, of which an act tells. Answers the registers it concerns. */
  endSeries(name: SeriesName, body: PostFnEnded, by: string): Promise<readonly string[]> {
    const { how, lastNumber = null, act = null } = body;
    const arrival: SeriesArrival = { shifts: [], ended: { how, lastNumber, act } };
    return this.stateOfSeries(name, arrival, { kind: 'fnEnded', by, body });
  }

  /** A person knows that everything of a series up to a moment is here. */
  declare(name: SeriesName, body: PostDeclared, by: string): Promise<readonly string[]> {
    const upToMs = Math.min(Date.parse(body.completeUpTo), this.parts.clock.nowMs());
    const arrival: SeriesArrival = { shifts: [], statedTime: { upToMs, basis: 'declared' } };
    return this.stateOfSeries(name, arrival, { kind: 'declared', by, body });
  }

  /** A person knows where a series begins: what is missing from there on is named. */
  begin(name: SeriesName, body: PostBeginning, by: string): Promise<readonly string[]> {
    const arrival: SeriesArrival = { shifts: [], beginning: body.fromNumber };
    return this.stateOfSeries(name, arrival, { kind: 'beginningStated', by, body });
  }

  private stateOfSeries(
    name: SeriesName,
    arrival: SeriesArrival,
    decided: Omit<Decision, 'seriesNo' | 'holeId'>,
  ): Promise<readonly string[]> {
    const { database, series, clock, directory } = this.parts;
    return database.tx(async (tx) => {
      const seriesNo = await series.find(tx, name);
      const places = seriesNo === null ? [] : await this.placesOf(tx, name, seriesNo);
      if (seriesNo === null || places.length === 0)
        throw new ProblemError(completenessProblems.seriesUnknown);
      const receivedAtMs = clock.nowMs();
      await insertArrivals(
        tx,
        places.map((place) => ({ ...place, seriesNo, receivedAtMs, arrival })),
      );
      await noteDecision(tx, { ...decided, seriesNo, holeId: null });
      return places.map(({ registerNo }) => directory.registerIdOf(registerNo) ?? '');
    });
  }

  /** Registers at which the series was heard of, else those that it is registered for. */
  private async placesOf(
    tx: Tx,
    { scheme, series }: SeriesName,
    seriesNo: number,
  ): Promise<readonly SeriesPlace[]> {
    const { rows } = await tx.query<{ store_no: number; register_no: number }>(
      'SELECT store_no, register_no FROM completeness_series WHERE series_no = $1 ORDER BY register_no',
      [seriesNo],
    );
    if (rows.length > 0) return rows.map((row) => ({ storeNo: row.store_no, registerNo: row.register_no }));
    const { directory } = this.parts;
    const ids = new Set(directory.ranges(scheme, series).map(({ registerId }) => registerId));
    return [...ids].flatMap((registerId) => {
      const place = directory.register(registerId);
      return place === undefined ? [] : [{ storeNo: place.storeNo, registerNo: place.registerNo }];
    });
  }
}

interface HoleKey {
  readonly store_no: number;
  readonly register_no: number;
  readonly series_no: number;
  readonly from_number: bigint;
  readonly to_number: bigint;
}

interface Decision {
  readonly kind: SettlingKind;
  readonly seriesNo: number;
  readonly holeId: number | null;
  readonly by: string;
  readonly body: object;
}

async function noteDecision(tx: Tx, { kind, seriesNo, holeId, by, body }: Decision): Promise<void> {
  await tx.query(
    'INSERT INTO completeness_decision (kind, series_no, hole_id, decided_by, body) VALUES ($1, $2, $3, $4, $5)',
    [kind, seriesNo, holeId, by, JSON.stringify(body)],
  );
}
