import { present } from '@potok/kernel/assert';
import type { ShiftStatement } from '@potok/ingestion-contracts/completeness';
import { judgeSeries, missingNumbers } from '@potok/ingestion-domain/completeness/judge-series';
import type { JudgedSeries, SeriesCase } from '@potok/ingestion-domain/completeness/judge-series';
import { emptySeries, foldArrival } from '@potok/ingestion-domain/completeness/series-facts';
import type { SeriesArrival, SeriesFacts } from '@potok/ingestion-domain/completeness/series-facts';
import { mergeShifts, takeFromShift } from '@potok/ingestion-domain/completeness/shift-facts';
import type { ShiftFacts } from '@potok/ingestion-domain/completeness/shift-facts';
import type { Tx } from '@potok/platform-postgres/tx';
import type { TakenArrival } from '../storage/arrival-table';
import {
  keyOf,
  readHeldNumbers,
  readSeries,
  readSeriesNames,
  readShifts,
} from '../storage/completeness-table';
import type { KeptShift, SeriesKey, ShiftRow, WantedShifts } from '../storage/completeness-table';
import type { SeriesName } from '../storage/series-table';
import { seriesInfo } from './series-info';
import type { SeriesInfo, SeriesKnowledge } from './series-info';

export interface JudgeOptions extends SeriesKnowledge {
  readonly nowMs: number;
  readonly tailGraceMs: number;
}

/** A series of a register as it is judged now. */
export interface JudgedRow extends SeriesKey, SeriesName {
  readonly info: SeriesInfo;
  readonly judged: JudgedSeries;
  /** Shifts that are not settled, and those of which something was said anew. */
  readonly shifts: readonly ShiftStatement[];
  readonly kept: readonly KeptShift[];
  /** Numbers of shifts of which nothing is left. */
  readonly emptied: readonly number[];
}

interface OpenSeries extends SeriesKey, SeriesName {
  readonly info: SeriesInfo;
  facts: SeriesFacts;
  readonly arrived: Map<number, ShiftFacts>;
  /** Of documents that belong to another register now. */
  readonly taken: Map<number, ShiftFacts>;
}

/** Adds what arrived to what is known of these registers, and judges each of their series anew. */
export async function judgeRegisters(
  tx: Tx,
  { registerNos, arrivals }: { registerNos: readonly number[]; arrivals: readonly TakenArrival[] },
  options: JudgeOptions,
): Promise<readonly JudgedRow[]> {
  const series = await openSeries(tx, { registerNos, arrivals }, options);
  for (const { registerNo, seriesNo, arrival } of arrivals) {
    if (seriesNo !== 0) addArrival(present(series.get(keyOf({ registerNo, seriesNo })), 'a series'), arrival);
    if (arrival.driveEndedMs !== undefined) endDrive([...series.values()], registerNo, arrival.driveEndedMs);
  }
  const rows = [...series.values()];
  const held = await readHeldNumbers(tx, [...new Set(rows.map(({ seriesNo }) => seriesNo))]);
  const cases = rows.map((row) => ({ row, given: caseOf(row, held.get(row.seriesNo) ?? [], options) }));
  const shifts = await readShifts(
    tx,
    cases.map(({ row, given }) => wantedShifts(row, given)),
  );
  const byKey = new Map<string, ShiftRow[]>();
  for (const shift of shifts) byKey.set(keyOf(shift), [...(byKey.get(keyOf(shift)) ?? []), shift]);
  return cases.map(({ row, given }) => judgeRow(row, given, byKey.get(keyOf(row)) ?? []));
}

async function openSeries(
  tx: Tx,
  { registerNos, arrivals }: { registerNos: readonly number[]; arrivals: readonly TakenArrival[] },
  options: JudgeOptions,
): Promise<Map<string, OpenSeries>> {
  const open = new Map<string, OpenSeries>();
  const add = (key: SeriesKey, name: SeriesName, facts: SeriesFacts): void => {
    const info = seriesInfo(options, name, options.directory.registerIdOf(key.registerNo) ?? '');
    open.set(keyOf(key), { ...key, ...name, info, facts, arrived: new Map(), taken: new Map() });
  };
  for (const { seriesNo, registerNo, scheme, series, facts } of await readSeries(tx, registerNos)) {
    add({ seriesNo, registerNo }, { scheme, series }, facts);
  }
  const fresh = arrivals.filter((arrival) => arrival.seriesNo !== 0 && !open.has(keyOf(arrival)));
  if (fresh.length === 0) return open;
  const names = await readSeriesNames(tx, [...new Set(fresh.map(({ seriesNo }) => seriesNo))]);
  for (const { seriesNo, registerNo } of fresh) {
    add({ seriesNo, registerNo }, present(names.get(seriesNo), 'the name of a series'), emptySeries());
  }
  return open;
}

function addArrival(series: OpenSeries, arrival: SeriesArrival): void {
  series.facts = foldArrival(series.facts, arrival);
  addShifts(series.arrived, arrival.shifts);
  addShifts(series.taken, arrival.taken ?? []);
}

function addShifts(known: Map<number, ShiftFacts>, shifts: readonly ShiftFacts[]): void {
  for (const shift of shifts) {
    if (shift.number === null) continue;
    const before = known.get(shift.number);
    known.set(shift.number, before === undefined ? shift : mergeShifts(before, shift));
  }
}

/** Somebody says that the ФН of this register has ended, and not which: the one whose documents came last before. */
function endDrive(series: readonly OpenSeries[], registerNo: number, endedMs: number): void {
  let ended: OpenSeries | null = null;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const one of series) {
    const lastMs = one.facts.accounted.at(-1)?.ledgerMs ?? Number.POSITIVE_INFINITY;
    if (one.registerNo !== registerNo || one.scheme !== 'fn' || lastMs > endedMs || lastMs <= latestMs)
      continue;
    ended = one;
    latestMs = lastMs;
  }
  if (ended === null || ended.facts.ended !== null) return;
  ended.facts = foldArrival(ended.facts, {
    shifts: [],
    ended: { how: 'failed', lastNumber: null, act: null },
  });
}

function caseOf(
  { scheme, info, facts }: OpenSeries,
  held: SeriesCase['held'],
  { nowMs, tailGraceMs }: JudgeOptions,
): Omit<SeriesCase, 'shifts'> {
  const { numbering, windows, documentCountSlack } = info;
  const inWindow = held.filter(
    ({ from }) =>
      windows.length === 0 ||
      windows.some(({ fromNumber, toNumber }) => from >= fromNumber && from <= (toNumber ?? from)),
  );
  return { scheme, numbering, windows, facts, held: inWindow, documentCountSlack, nowMs, tailGraceMs };
}

/** The shift before another holds the counters that its own are compared with. */
function wantedShifts(row: OpenSeries, given: Omit<SeriesCase, 'shifts'>): WantedShifts {
  const { seriesNo, registerNo, arrived, taken } = row;
  const shiftNos = [...arrived.keys(), ...taken.keys()].flatMap((number) => [number - 1, number]);
  return { seriesNo, registerNo, shiftNos, missing: missingNumbers(given) };
}

function touched({ arrived, taken }: OpenSeries, shiftNo: number): boolean {
  return arrived.has(shiftNo) || taken.has(shiftNo);
}

function judgeRow(
  row: OpenSeries,
  given: Omit<SeriesCase, 'shifts'>,
  stored: readonly ShiftRow[],
): JudgedRow {
  const known = new Map(stored.map((shift) => [shift.shiftNo, shift]));
  const facts = new Map(stored.map((shift) => [shift.shiftNo, shift.facts]));
  for (const [number, arrived] of row.arrived) {
    const before = facts.get(number);
    facts.set(number, before === undefined ? arrived : mergeShifts(before, arrived));
  }
  for (const [number, taken] of row.taken) {
    const before = facts.get(number);
    if (before !== undefined) facts.set(number, takeFromShift(before, taken));
  }
  const emptied = [...facts].filter(([, shift]) => shift.runs.length === 0).map(([number]) => number);
  for (const number of emptied) facts.delete(number);
  const judged = judgeSeries({ ...given, shifts: [...facts.values()] });
  const kept: KeptShift[] = [];
  const said: ShiftStatement[] = [];
  for (const { statement, settled } of judged.shifts) {
    const before = known.get(statement.number);
    // A settled shift is read for its neighbours' sake: without its own it cannot be judged again.
    if (before?.settled === true && !touched(row, statement.number)) continue;
    const changed =
      JSON.stringify(before?.statement) !== JSON.stringify(statement) || before?.settled !== settled;
    if (!settled || changed) said.push(statement);
    if (!changed && !touched(row, statement.number)) continue;
    const { seriesNo, registerNo } = row;
    const shift = present(facts.get(statement.number), 'the facts of a shift');
    kept.push({ seriesNo, registerNo, shiftNo: statement.number, settled, facts: shift, statement });
  }
  const { seriesNo, registerNo, scheme, series, info } = row;
  return { seriesNo, registerNo, scheme, series, info, judged, shifts: said, kept, emptied };
}
