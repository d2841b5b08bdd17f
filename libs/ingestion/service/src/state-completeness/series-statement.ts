import { toInstant } from '@potok/kernel/clock';
import type {
  Hole,
  RegisterStatement,
  SeriesStatement,
  ShiftStatement,
} from '@potok/ingestion-contracts/completeness';
import type { JudgedSeries } from '@potok/ingestion-domain/completeness/judge-series';
import { instantOf } from '@potok/ingestion-domain/completeness/state-register';
import type { StatedSeries } from '@potok/ingestion-domain/completeness/state-register';
import { countIn } from '@potok/ingestion-domain/completeness/stretches';
import type { HoleRow } from '../storage/hole-table';
import type { SeriesName } from '../storage/series-table';
import type { SeriesInfo } from './series-info';

const SHIFTS_MAX = 100;
const HOLES_MAX = 100;

export interface SeriesToState extends SeriesName {
  readonly info: SeriesInfo;
  readonly judged: JudgedSeries;
  readonly open: readonly HoleRow[];
  /** In their order. */
  readonly shifts: readonly ShiftStatement[];
}

export function stateSeries({ scheme, series, info, judged, open, shifts }: SeriesToState): StatedSeries {
  const { facts } = judged;
  const openHoles = judged.holes.filter(({ state }) => state === 'open');
  const incomplete = judged.shifts.filter(
    ({ statement: { status, closedAt } }) => status === 'incomplete' && closedAt !== null,
  );
  const statement: SeriesStatement = {
    scheme,
    series,
    numbering: info.numbering,
    coverage: [...info.coverage],
    status: judged.status,
    basis: judged.basis,
    completeUpTo: instantOf(judged.completeUpToMs),
    since: judged.since,
    beginning: judged.beginning,
    receiptsBefore: judged.receiptsBefore,
    lastDocumentAt: instantOf(
      facts.accounted.findLast(({ ledgerMs }) => ledgerMs !== null)?.ledgerMs ?? null,
    ),
    lastNumber: facts.lastNumber,
    statedLastNumber: facts.stated?.lastNumber ?? null,
    unsent: facts.stated?.unsent ?? null,
    expected: judged.expected,
    have: judged.have,
    ended: facts.ended,
    holes: open.slice(0, HOLES_MAX).map(holeOf),
    holesOpen: openHoles.length,
    shifts: shifts.slice(-SHIFTS_MAX),
  };
  return {
    statement,
    numbersMissing: countIn(openHoles),
    shiftsIncomplete: incomplete.length,
  };
}

function holeOf(row: HoleRow): Hole {
  return {
    from: row.from,
    to: row.to,
    state: 'open',
    class: row.class,
    reason: row.reason,
    receiptsMin: row.receiptsMin,
    receiptsMax: row.receiptsMax,
    shiftNumber: row.shiftNumber,
    evidence: row.evidence,
    noticedAt: toInstant(row.noticedAtMs),
    resendRequestedAt: instantOf(row.resendRequestedAtMs),
  };
}

/** Two statements with equal texts say the same; a register that is merely heard of again says nothing new. */
export function comparable(statement: RegisterStatement): string {
  const series = statement.series.map((one) => ({ ...one, shifts: one.shifts.filter(isUnsettled) }));
  return JSON.stringify({ ...statement, statementNo: 0, documentsSeq: 0, lastHeardAt: null, series });
}

function isUnsettled({ status, report }: ShiftStatement): boolean {
  return status === 'open' || status === 'incomplete' || report?.result === 'pending';
}
