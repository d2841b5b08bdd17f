import type { HoleClass, HoleReason } from '@potok/ingestion-contracts/completeness';
import { instantArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { SeriesKey } from './completeness-table';

/** A hole as it is kept. Times in milliseconds. */
export interface HoleRow extends SeriesKey {
  readonly storeNo: number;
  readonly from: number;
  readonly to: number;
  readonly class: HoleClass;
  readonly reason: HoleReason;
  readonly receiptsMin: number;
  readonly receiptsMax: number;
  readonly shiftNumber: number | null;
  readonly evidence: string;
  readonly noticedAtMs: number;
  readonly resendRequestedAtMs: number | null;
  readonly closedAtMs: number | null;
}

export interface KnownHole extends HoleRow {
  readonly holeId: number;
  readonly closedBy: string | null;
}

/** A row of `completeness_hole` as it is read. */
export interface HoleColumns {
  readonly hole_id: bigint;
  readonly store_no: number;
  readonly register_no: number;
  readonly series_no: number;
  readonly from_number: bigint;
  readonly to_number: bigint;
  readonly class: HoleClass;
  readonly reason: HoleReason;
  readonly receipts_min: bigint;
  readonly receipts_max: bigint;
  readonly shift_no: number | null;
  readonly evidence: string;
  readonly noticed_at: Date;
  readonly resend_requested_at: Date | null;
  readonly closed_at: Date | null;
  readonly closed_by: string | null;
}

/** The open holes of these registers, under their locks: a person may be closing one. */
export async function lockOpenHoles(tx: Tx, registerNos: readonly number[]): Promise<readonly KnownHole[]> {
  const { rows } = await tx.query<HoleColumns>(
    `SELECT * FROM completeness_hole WHERE register_no = ANY ($1::int[]) AND closed_at IS NULL
     ORDER BY hole_id FOR UPDATE`,
    [integerArray(registerNos)],
  );
  return rows.map((row) => ({
    holeId: Number(row.hole_id),
    storeNo: row.store_no,
    registerNo: row.register_no,
    seriesNo: row.series_no,
    from: Number(row.from_number),
    to: Number(row.to_number),
    class: row.class,
    reason: row.reason,
    receiptsMin: Number(row.receipts_min),
    receiptsMax: Number(row.receipts_max),
    shiftNumber: row.shift_no,
    evidence: row.evidence,
    noticedAtMs: row.noticed_at.getTime(),
    resendRequestedAtMs: row.resend_requested_at?.getTime() ?? null,
    closedAtMs: row.closed_at?.getTime() ?? null,
    closedBy: row.closed_by,
  }));
}

const COLUMNS = `store_no, register_no, series_no, from_number, to_number, class, reason, receipts_min, receipts_max,
  shift_no, evidence, noticed_at, resend_requested_at, closed_at`;
const TYPES = [
  ...['int', 'int', 'int', 'bigint', 'bigint', 'text', 'text', 'bigint', 'bigint', 'int', 'text'],
  ...['timestamptz', 'timestamptz', 'timestamptz'],
];

function unnested(first: number): string {
  return TYPES.map((type, index) => `$${String(first + index)}::${type}[]`).join(', ');
}

export async function insertHoles(tx: Tx, holes: readonly HoleRow[]): Promise<void> {
  if (holes.length === 0) return;
  await tx.query(
    `INSERT INTO completeness_hole (${COLUMNS}) SELECT * FROM unnest(${unnested(1)})`,
    parametersOf(holes),
  );
}

export async function updateHoles(tx: Tx, holes: readonly KnownHole[]): Promise<void> {
  if (holes.length === 0) return;
  await tx.query(
    `UPDATE completeness_hole AS hole SET from_number = changed.from_number, to_number = changed.to_number,
       class = changed.class, reason = changed.reason, receipts_min = changed.receipts_min,
       receipts_max = changed.receipts_max, shift_no = changed.shift_no, evidence = changed.evidence,
       resend_requested_at = changed.resend_requested_at, closed_at = changed.closed_at
     FROM unnest($1::bigint[], ${unnested(2)}) AS changed (hole_id, ${COLUMNS})
     WHERE hole.hole_id = changed.hole_id`,
    [integerArray(holes.map(({ holeId }) => holeId)), ...parametersOf(holes)],
  );
}

function parametersOf(holes: readonly HoleRow[]): unknown[] {
  return [
    integerArray(holes.map(({ storeNo }) => storeNo)),
    integerArray(holes.map(({ registerNo }) => registerNo)),
    integerArray(holes.map(({ seriesNo }) => seriesNo)),
    integerArray(holes.map(({ from }) => from)),
    integerArray(holes.map(({ to }) => to)),
    textArray(holes.map((hole) => hole.class)),
    textArray(holes.map(({ reason }) => reason)),
    integerArray(holes.map(({ receiptsMin }) => receiptsMin)),
    integerArray(holes.map(({ receiptsMax }) => receiptsMax)),
    integerArray(holes.map(({ shiftNumber }) => shiftNumber)),
    textArray(holes.map(({ evidence }) => evidence)),
    instantArray(holes.map(({ noticedAtMs }) => noticedAtMs)),
    instantArray(holes.map(({ resendRequestedAtMs }) => resendRequestedAtMs)),
    instantArray(holes.map(({ closedAtMs }) => closedAtMs)),
  ];
}
