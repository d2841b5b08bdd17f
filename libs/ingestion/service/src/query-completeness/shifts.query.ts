import type { CompletenessStatus, ShiftStatement } from '@potok/ingestion-contracts/completeness';
import type { ShiftsAnswer } from '@potok/ingestion-contracts/completeness-http';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';

export interface ShiftPlace {
  readonly registerNo: number;
  readonly seriesNo: number;
  readonly shiftNo: number;
}

export interface ShiftsFilter {
  readonly registerNos: readonly number[];
  readonly differing: boolean | null;
  readonly status: CompletenessStatus | null;
  readonly after: ShiftPlace;
  readonly limit: number;
}

/** Shifts as they were stated last, by register, series and number. */
export class ShiftsQuery {
  constructor(
    private readonly database: Transactor,
    private readonly directory: OrganisationDirectory,
  ) {}

  async list({ registerNos, differing, status, after, limit }: ShiftsFilter): Promise<ShiftsAnswer> {
    const { rows } = await this.database.query<{
      register_no: number;
      series_no: number;
      shift_no: number;
      scheme: string;
      series: string;
      statement: string;
    }>(
      `SELECT shift.register_no, shift.series_no, shift.shift_no, series.scheme, series.series, shift.statement
       FROM completeness_shift AS shift JOIN series USING (series_no)
       WHERE shift.register_no = ANY ($1::int[]) AND ($2::boolean IS NULL OR shift.differs = $2)
         AND ($3::text IS NULL OR shift.statement::jsonb ->> 'status' = $3)
         AND (shift.register_no, shift.series_no, shift.shift_no) > ($4, $5, $6)
       ORDER BY shift.register_no, shift.series_no, shift.shift_no LIMIT $7`,
      [
        integerArray(registerNos),
        differing,
        status,
        after.registerNo,
        after.seriesNo,
        after.shiftNo,
        limit + 1,
      ],
    );
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      shifts: page.map((row) => {
        const registerId = this.directory.registerIdOf(row.register_no) ?? '';
        const storeId = this.directory.register(registerId)?.storeId ?? '';
        const { scheme, series } = row;
        return { storeId, registerId, scheme, series, ...(JSON.parse(row.statement) as ShiftStatement) };
      }),
      next:
        last === undefined
          ? null
          : `${String(last.register_no)}.${String(last.series_no)}.${String(last.shift_no)}`,
    };
  }
}

export function shiftPlaceOf(text: string): ShiftPlace {
  const [registerNo = 0, seriesNo = 0, shiftNo = 0] = text === '' ? [] : text.split('.').map(Number);
  return { registerNo, seriesNo, shiftNo: text === '' ? -1 : shiftNo };
}
