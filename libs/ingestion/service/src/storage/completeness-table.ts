import type { ShiftStatement } from '@potok/ingestion-contracts/completeness';
import type { NumberRange } from '@potok/ingestion-domain/number-ranges';
import type { SeriesFacts } from '@potok/ingestion-domain/completeness/series-facts';
import type { ShiftFacts } from '@potok/ingestion-domain/completeness/shift-facts';
import {
  booleanArray,
  instantArray,
  integerArray,
  textArray,
} from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** A series at one register: number ranges of one series can belong to several registers. */
export interface SeriesKey {
  readonly seriesNo: number;
  readonly registerNo: number;
}

export interface SeriesRow extends SeriesKey {
  readonly scheme: string;
  readonly series: string;
  readonly facts: SeriesFacts;
}

export interface ShiftRow extends SeriesKey {
  readonly shiftNo: number;
  readonly settled: boolean;
  readonly facts: ShiftFacts;
  /** Null before its first. */
  readonly statement: ShiftStatement | null;
}

export function keyOf({ seriesNo, registerNo }: SeriesKey): string {
  return `${String(seriesNo)}@${String(registerNo)}`;
}

/** Every series of these registers that was ever heard of. */
export async function readSeries(tx: Tx, registerNos: readonly number[]): Promise<readonly SeriesRow[]> {
  const { rows } = await tx.query<{
    series_no: number;
    register_no: number;
    scheme: string;
    series: string;
    facts: string;
  }>(
    `SELECT kept.series_no, kept.register_no, series.scheme, series.series, kept.facts
     FROM completeness_series AS kept JOIN series USING (series_no)
     WHERE kept.register_no = ANY ($1::int[]) ORDER BY kept.register_no, kept.series_no`,
    [integerArray(registerNos)],
  );
  return rows.map((row) => ({
    seriesNo: row.series_no,
    registerNo: row.register_no,
    scheme: row.scheme,
    series: row.series,
    facts: JSON.parse(row.facts) as SeriesFacts,
  }));
}

export async function readSeriesNames(
  tx: Tx,
  seriesNos: readonly number[],
): Promise<ReadonlyMap<number, { readonly scheme: string; readonly series: string }>> {
  const { rows } = await tx.query<{ series_no: number; scheme: string; series: string }>(
    'SELECT series_no, scheme, series FROM series WHERE series_no = ANY ($1::int[])',
    [integerArray(seriesNos)],
  );
  return new Map(rows.map(({ series_no, scheme, series }) => [series_no, { scheme, series }]));
}

export interface KeptSeries extends SeriesKey {
  readonly storeNo: number;
  readonly facts: SeriesFacts;
  readonly lookAgainMs: number | null;
}

export async function keepSeries(tx: Tx, kept: readonly KeptSeries[]): Promise<void> {
  if (kept.length === 0) return;
  await tx.query(
    `INSERT INTO completeness_series (series_no, register_no, store_no, facts, look_again_at)
     SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::text[], $5::timestamptz[])
     ON CONFLICT (series_no, register_no) DO UPDATE SET store_no = excluded.store_no, facts = excluded.facts,
       look_again_at = excluded.look_again_at`,
    [
      integerArray(kept.map(({ seriesNo }) => seriesNo)),
      integerArray(kept.map(({ registerNo }) => registerNo)),
      integerArray(kept.map(({ storeNo }) => storeNo)),
      textArray(kept.map(({ facts }) => JSON.stringify(facts))),
      instantArray(kept.map(({ lookAgainMs }) => lookAgainMs)),
    ],
  );
}

/** Which shifts of a series are needed to judge it. */
export interface WantedShifts extends SeriesKey {
  readonly shiftNos: readonly number[];
  readonly missing: readonly NumberRange[];
}

/** Shifts that are not settled, those that are named, and those on both sides of missing numbers. */
export async function readShifts(tx: Tx, wanted: readonly WantedShifts[]): Promise<readonly ShiftRow[]> {
  const named = wanted.flatMap(({ shiftNos, ...key }) => shiftNos.map((shiftNo) => ({ ...key, shiftNo })));
  const holes = wanted.flatMap(({ missing, ...key }) => missing.map((range) => ({ ...key, ...range })));
  const { rows } = await tx.query<{
    series_no: number;
    register_no: number;
    shift_no: number;
    settled: boolean;
    facts: string;
    statement: string;
  }>(
    `WITH hole AS (SELECT * FROM unnest($6::int[], $7::int[], $8::bigint[], $9::bigint[])
       AS missing (series_no, register_no, from_number, to_number)),
     wanted AS (
       SELECT series_no, register_no, shift_no FROM completeness_shift
       WHERE NOT settled AND (series_no, register_no) IN (SELECT * FROM unnest($1::int[], $2::int[]))
       UNION SELECT series_no, register_no, shift_no - 1 FROM completeness_shift
       WHERE NOT settled AND (series_no, register_no) IN (SELECT * FROM unnest($1::int[], $2::int[]))
       UNION SELECT * FROM unnest($3::int[], $4::int[], $5::int[])
       UNION SELECT hole.series_no, hole.register_no, before.shift_no FROM hole CROSS JOIN LATERAL (
         SELECT shift_no FROM completeness_shift AS s
         WHERE s.series_no = hole.series_no AND s.register_no = hole.register_no AND s.first_number < hole.from_number
         ORDER BY s.first_number DESC LIMIT 1) AS before
       UNION SELECT hole.series_no, hole.register_no, behind.shift_no FROM hole CROSS JOIN LATERAL (
         SELECT shift_no FROM completeness_shift AS s
         WHERE s.series_no = hole.series_no AND s.register_no = hole.register_no AND s.first_number > hole.to_number
         ORDER BY s.first_number LIMIT 1) AS behind
     )
     SELECT s.series_no, s.register_no, s.shift_no, s.settled, s.facts, s.statement
     FROM wanted JOIN completeness_shift AS s USING (series_no, register_no, shift_no)
     ORDER BY s.series_no, s.register_no, s.shift_no`,
    [
      integerArray(wanted.map(({ seriesNo }) => seriesNo)),
      integerArray(wanted.map(({ registerNo }) => registerNo)),
      integerArray(named.map(({ seriesNo }) => seriesNo)),
      integerArray(named.map(({ registerNo }) => registerNo)),
      integerArray(named.map(({ shiftNo }) => shiftNo)),
      integerArray(holes.map(({ seriesNo }) => seriesNo)),
      integerArray(holes.map(({ registerNo }) => registerNo)),
      integerArray(holes.map(({ from }) => from)),
      integerArray(holes.map(({ to }) => to)),
    ],
  );
  return rows.map((row) => ({
    seriesNo: row.series_no,
    registerNo: row.register_no,
    shiftNo: row.shift_no,
    settled: row.settled,
    facts: JSON.parse(row.facts) as ShiftFacts,
    statement: JSON.parse(row.statement) as ShiftStatement,
  }));
}

export interface KeptShift extends ShiftRow {
  readonly statement: ShiftStatement;
}

export async function keepShifts(tx: Tx, kept: readonly KeptShift[]): Promise<void> {
  if (kept.length === 0) return;
  await tx.query(
    `INSERT INTO completeness_shift (series_no, register_no, shift_no, first_number, last_number, settled, facts, statement)
     SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::boolean[], $7::text[], $8::text[])
     ON CONFLICT (series_no, register_no, shift_no) DO UPDATE SET first_number = excluded.first_number,
       last_number = excluded.last_number, settled = excluded.settled, facts = excluded.facts,
       statement = excluded.statement`,
    [
      integerArray(kept.map(({ seriesNo }) => seriesNo)),
      integerArray(kept.map(({ registerNo }) => registerNo)),
      integerArray(kept.map(({ shiftNo }) => shiftNo)),
      integerArray(kept.map(({ statement }) => statement.firstNumber)),
      integerArray(kept.map(({ statement }) => statement.lastNumber)),
      booleanArray(kept.map(({ settled }) => settled)),
      textArray(kept.map(({ facts }) => JSON.stringify(facts))),
      textArray(kept.map(({ statement }) => JSON.stringify(statement))),
    ],
  );
}

/** Where these series were heard of, arrivals that nothing was stated about yet included. */
export async function readSeriesPlaces(
  tx: Tx,
  seriesNos: readonly number[],
): Promise<readonly (SeriesKey & { readonly storeNo: number })[]> {
  const { rows } = await tx.query<{ store_no: number; register_no: number; series_no: number }>(
    `SELECT store_no, register_no, series_no FROM completeness_series WHERE series_no = ANY ($1::int[])
     UNION SELECT store_no, register_no, series_no FROM completeness_arrival WHERE series_no = ANY ($1::int[])
     ORDER BY series_no, register_no`,
    [integerArray(seriesNos)],
  );
  return rows.map((row) => ({
    storeNo: row.store_no,
    registerNo: row.register_no,
    seriesNo: row.series_no,
  }));
}

/** Numbers of these series that stand in quarantine, by series. */
export async function readHeldNumbers(
  tx: Tx,
  seriesNos: readonly number[],
): Promise<ReadonlyMap<number, readonly NumberRange[]>> {
  const { rows } = await tx.query<{ series_no: number; from_number: bigint; to_number: bigint }>(
    `SELECT DISTINCT series_no, from_number, to_number FROM held_identity
     WHERE series_no = ANY ($1::int[]) AND from_number >= 0 ORDER BY series_no, from_number`,
    [integerArray(seriesNos)],
  );
  const held = new Map<number, NumberRange[]>();
  for (const row of rows) {
    const ranges = held.get(row.series_no) ?? [];
    ranges.push({ from: Number(row.from_number), to: Number(row.to_number) });
    held.set(row.series_no, ranges);
  }
  return held;
}

/** How many close reports of each register disagree with their documents. */
export async function countDiffering(
  tx: Tx,
  registerNos: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await tx.query<{ register_no: number; count: bigint }>(
    `SELECT register_no, count(*) AS count FROM completeness_shift
     WHERE differs AND register_no = ANY ($1::int[]) GROUP BY register_no`,
    [integerArray(registerNos)],
  );
  return new Map(rows.map((row) => [row.register_no, Number(row.count)]));
}

/** Shifts of which nothing is left: their documents belong to another register. */
export async function dropShifts(
  tx: Tx,
  { seriesNo, registerNo }: SeriesKey,
  shiftNos: readonly number[],
): Promise<void> {
  if (shiftNos.length === 0) return;
  await tx.query(
    'DELETE FROM completeness_shift WHERE series_no = $1 AND register_no = $2 AND shift_no = ANY ($3::int[])',
    [seriesNo, registerNo, integerArray(shiftNos)],
  );
}
