import { toInstant } from '@potok/kernel/clock';
import type {
  SettlingKind,
  SettlingsAnswer,
  SettlingView,
} from '@potok/ingestion-contracts/completeness-http';
import type { Transactor } from '@potok/platform-postgres/tx';
import type { SeriesName } from '../storage/series-table';

export interface SettlingsFilter {
  /** Null = of every series. */
  readonly name: SeriesName | null;
  readonly beforeDecisionNo: number;
  readonly limit: number;
}

interface SettlingColumns extends SeriesName {
  readonly decision_no: bigint;
  readonly kind: SettlingKind;
  readonly hole_id: bigint | null;
  readonly decided_by: string;
  readonly decided_at: Date;
  readonly body: string;
}

/** Who stated what about series and missing numbers, and when. */
export class SettlingsQuery {
  constructor(private readonly database: Transactor) {}

  async list({ name, beforeDecisionNo, limit }: SettlingsFilter): Promise<SettlingsAnswer> {
    const { rows } = await this.database.query<SettlingColumns>(
      `SELECT decision.*, series.scheme, series.series FROM completeness_decision AS decision
       JOIN series USING (series_no)
       WHERE decision.decision_no < $1 AND ($2::text IS NULL OR (series.scheme = $2 AND series.series = $3))
       ORDER BY decision.decision_no DESC LIMIT $4`,
      [beforeDecisionNo, name?.scheme ?? null, name?.series ?? null, limit + 1],
    );
    const decisions = rows.slice(0, limit).map(viewOf);
    return { decisions, next: rows.length > limit ? String(decisions.at(-1)?.decisionNo ?? 0) : null };
  }
}

function viewOf(row: SettlingColumns): SettlingView {
  return {
    decisionNo: Number(row.decision_no),
    kind: row.kind,
    scheme: row.scheme,
    series: row.series,
    holeId: row.hole_id === null ? null : Number(row.hole_id),
    decidedBy: row.decided_by,
    decidedAt: toInstant(row.decided_at.getTime()),
    body: JSON.parse(row.body) as SettlingView['body'],
  };
}
