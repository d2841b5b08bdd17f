import { toInstant } from '@potok/kernel/clock';
import type { ResendRequest } from '@potok/ingestion-contracts/completeness-http';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { OrganisationDirectory } from '../organisation-copy/organisation-directory';

const REQUESTS_MAX = 1_000;

/** Numbers that senders are asked to send again: open holes after their time. They vanish as the numbers arrive. */
export class ResendRequestsQuery {
  constructor(
    private readonly database: Transactor,
    private readonly directory: OrganisationDirectory,
  ) {}

  async ofRegisters(registerNos: readonly number[]): Promise<ResendRequest[]> {
    if (registerNos.length === 0) return [];
    const { rows } = await this.database.query<{
      hole_id: bigint;
      register_no: number;
      scheme: string;
      series: string;
      from_number: bigint;
      to_number: bigint;
      resend_requested_at: Date;
    }>(
      `SELECT hole.hole_id, hole.register_no, series.scheme, series.series, hole.from_number, hole.to_number,
         hole.resend_requested_at
       FROM completeness_hole AS hole JOIN series USING (series_no)
       WHERE hole.register_no = ANY ($1::int[]) AND hole.closed_at IS NULL AND hole.closed_by IS NULL
         AND hole.resend_requested_at IS NOT NULL
       ORDER BY hole.hole_id LIMIT $2`,
      [integerArray(registerNos), REQUESTS_MAX],
    );
    return rows.map((row) => ({
      requestId: Number(row.hole_id),
      registerId: this.directory.registerIdOf(row.register_no) ?? '',
      scheme: row.scheme,
      series: row.series,
      from: Number(row.from_number),
      to: Number(row.to_number),
      requestedAt: toInstant(row.resend_requested_at.getTime()),
    }));
  }
}
