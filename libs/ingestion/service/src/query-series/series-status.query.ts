import type { OpaqueStatus, SeriesStatus } from '@potok/ingestion-contracts/ingestion-http';
import { joinRanges } from '@potok/ingestion-domain/number-ranges';
import type { NumberRange } from '@potok/ingestion-domain/number-ranges';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { SeriesName, SeriesTable } from '../storage/series-table';

export interface SeriesRange extends SeriesName {
  readonly from: number;
  readonly to: number;
}

interface RangeRow {
  readonly from_number: bigint;
  readonly to_number: bigint;
}

const RANGES_MAX = 1_000;

/** What became of the numbers of a series: islands of neighbours, however many numbers there are. */
export class SeriesStatusQuery {
  constructor(
    private readonly database: Transactor,
    private readonly series: SeriesTable,
  ) {}

  async ofRange({ scheme, series, from, to }: SeriesRange): Promise<SeriesStatus> {
    const seriesNo = await this.series.find(this.database, { scheme, series });
    if (seriesNo === null) {
      return { scheme, series, confirmed: [], held: [], conflicts: [], highest: null, truncated: false };
    }
    const asked = [seriesNo, from, to];
    const confirmed = joinRanges([...(await this.islands(asked)), ...(await this.spans(asked))], RANGES_MAX);
    const held = joinRanges(await this.held(asked, false), RANGES_MAX);
    const conflicts = joinRanges(await this.held(asked, true), RANGES_MAX);
    return {
      scheme,
      series,
      confirmed: confirmed.ranges,
      held: held.ranges,
      conflicts: conflicts.ranges,
      highest: await this.highest(seriesNo),
      truncated: confirmed.truncated || held.truncated || conflicts.truncated,
    };
  }

  async ofOpaque(name: SeriesName, ids: readonly string[]): Promise<OpaqueStatus> {
    const seriesNo = await this.series.find(this.database, name);
    const { rows } = await this.database.query<{ opaque_id: string; status: 'confirmed' | 'held' }>(
      `SELECT opaque_id, 'confirmed' AS status FROM identity_opaque WHERE series_no = $1 AND opaque_id = ANY ($2::text[])
       UNION ALL
       SELECT opaque_id, 'held' FROM held_identity WHERE series_no = $1 AND opaque_id = ANY ($2::text[])`,
      [seriesNo, textArray(ids)],
    );
    const statuses = new Map(rows.map((row) => [row.opaque_id, row.status]));
    for (const row of rows) if (row.status === 'confirmed') statuses.set(row.opaque_id, 'confirmed');
    return { statuses: ids.map((id) => ({ id, status: statuses.get(id) ?? 'unknown' })) };
  }

  /** One range more than can be answered, so that it is known whether there are more. */
  private async islands(asked: readonly unknown[]): Promise<readonly NumberRange[]> {
    const { rows } = await this.database.query<RangeRow>(
      `SELECT min(number) AS from_number, max(number) AS to_number FROM (
         SELECT number, number - row_number() OVER (ORDER BY number) AS island FROM identity
         WHERE series_no = $1 AND number BETWEEN $2 AND $3
       ) AS numbered GROUP BY island ORDER BY 1 LIMIT ${String(RANGES_MAX + 1)}`,
      asked,
    );
    return rows.map(rangeOf);
  }

  private async spans(asked: readonly unknown[]): Promise<readonly NumberRange[]> {
    const { rows } = await this.database.query<RangeRow>(
      `SELECT from_number, to_number FROM identity_span
       WHERE series_no = $1 AND to_number >= $2 AND from_number <= $3
       ORDER BY from_number LIMIT ${String(RANGES_MAX + 1)}`,
      asked,
    );
    return rows.map(rangeOf);
  }

  private async held(asked: readonly unknown[], conflicts: boolean): Promise<readonly NumberRange[]> {
    const { rows } = await this.database.query<RangeRow>(
      `SELECT from_number, to_number FROM held_identity
       WHERE series_no = $1 AND from_number >= 0 AND to_number >= $2 AND from_number <= $3
         AND (reason = 'conflict') = $4
       ORDER BY from_number LIMIT 100000`,
      [...asked, conflicts],
    );
    return rows.map(rangeOf);
  }

  private async highest(seriesNo: number): Promise<number | null> {
    const { rows } = await this.database.query<{ highest: bigint | null }>(
      `SELECT greatest((SELECT max(number) FROM identity WHERE series_no = $1),
        (SELECT max(to_number) FROM identity_span WHERE series_no = $1),
        (SELECT max(to_number) FROM held_identity WHERE series_no = $1 AND from_number >= 0)) AS highest`,
      [seriesNo],
    );
    const highest = rows[0]?.highest ?? null;
    return highest === null ? null : Number(highest);
  }
}

function rangeOf(row: RangeRow): NumberRange {
  return { from: Number(row.from_number), to: Number(row.to_number) };
}
