import { toInstant } from '@potok/kernel/clock';
import type { HoleClass } from '@potok/ingestion-contracts/completeness';
import type { HolesAnswer, HoleView } from '@potok/ingestion-contracts/completeness-http';
import { instantOf } from '@potok/ingestion-domain/completeness/state-register';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import type { HoleColumns } from '../storage/hole-table';

export interface HolesFilter {
  /** Null = all stores. */
  readonly storeNos: readonly number[] | null;
  readonly registerNo: number | null;
  readonly class: HoleClass | null;
  readonly state: 'open' | 'closed' | null;
  readonly afterHoleId: number;
  readonly limit: number;
}

interface NamedHoleColumns extends HoleColumns {
  readonly scheme: string;
  readonly series: string;
  readonly note: string | null;
}

const SELECT = `SELECT hole.*, series.scheme, series.series
  FROM completeness_hole AS hole JOIN series USING (series_no)`;

export class HolesQuery {
  constructor(
    private readonly database: Transactor,
    private readonly directory: OrganisationDirectory,
  ) {}

  async list(filter: HolesFilter): Promise<HolesAnswer> {
    const { storeNos, registerNo, state, afterHoleId, limit } = filter;
    const { rows } = await this.database.query<NamedHoleColumns>(
      `${SELECT} WHERE hole.hole_id > $1 AND ($2::int[] IS NULL OR hole.store_no = ANY ($2::int[]))
         AND ($3::int IS NULL OR hole.register_no = $3) AND ($4::text IS NULL OR hole.class = $4)
         AND ($5::text IS NULL OR (hole.closed_at IS NULL) = ($5 = 'open'))
       ORDER BY hole.hole_id LIMIT $6`,
      [
        afterHoleId,
        storeNos === null ? null : integerArray(storeNos),
        registerNo,
        filter.class,
        state,
        limit + 1,
      ],
    );
    const page = rows.slice(0, limit).map((row) => this.viewOf(row));
    return { holes: page, next: rows.length > limit ? String(page.at(-1)?.holeId ?? 0) : null };
  }

  /** Null when there is none with this id. */
  find(holeId: number): Promise<HoleView | null> {
    return this.byId(this.database, holeId);
  }

  async byId(querying: Pick<Tx, 'query'>, holeId: number): Promise<HoleView | null> {
    const { rows } = await querying.query<NamedHoleColumns>(`${SELECT} WHERE hole.hole_id = $1`, [holeId]);
    return rows[0] === undefined ? null : this.viewOf(rows[0]);
  }

  private viewOf(row: NamedHoleColumns): HoleView {
    return {
      holeId: Number(row.hole_id),
      storeId: this.directory.storeIdOf(row.store_no) ?? '',
      registerId: this.directory.registerIdOf(row.register_no) ?? '',
      scheme: row.scheme,
      series: row.series,
      from: Number(row.from_number),
      to: Number(row.to_number),
      state: row.closed_at === null ? 'open' : 'closed',
      class: row.class,
      reason: row.reason,
      receiptsMin: Number(row.receipts_min),
      receiptsMax: Number(row.receipts_max),
      shiftNumber: row.shift_no,
      evidence: row.evidence,
      noticedAt: toInstant(row.noticed_at.getTime()),
      resendRequestedAt: instantOf(row.resend_requested_at?.getTime() ?? null),
      closedAt: instantOf(row.closed_at?.getTime() ?? null),
      closedBy: row.closed_by,
      note: row.note,
    };
  }
}
