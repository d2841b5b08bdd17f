import type { JudgedHole } from '@potok/ingestion-domain/completeness/judge-series';
import type { HoleRow, KnownHole } from '../storage/hole-table';
import type { SeriesKey } from '../storage/completeness-table';

export interface JudgedHoles extends SeriesKey {
  readonly storeNo: number;
  readonly judged: readonly JudgedHole[];
  /** Open ones that are kept, of the same series. */
  readonly known: readonly KnownHole[];
}

export interface HoleTiming {
  readonly nowMs: number;
  /** So long a hole may close by itself before its sender is asked. Milliseconds. */
  readonly resendAfterMs: number;
}

export interface MatchedHoles {
  readonly inserted: readonly HoleRow[];
  readonly updated: readonly KnownHole[];
  /** The open ones as they stand now, in their order. */
  readonly open: readonly HoleRow[];
}

/** Holes that are kept as rows; more of them in one series are counted only. */
const ROWS_MAX = 1_000;

/** A hole keeps its row, and when it was noticed, while it shrinks; a part that splits off remembers where it is from. */
export function matchHoles(given: JudgedHoles, timing: HoleTiming): MatchedHoles {
  const inserted: HoleRow[] = [];
  const updated: KnownHole[] = [];
  const open: HoleRow[] = [];
  const taken = new Set<number>();
  for (const hole of given.judged.slice(0, ROWS_MAX)) {
    const parents = given.known.filter((known) => known.from <= hole.to && known.to >= hole.from);
    const own = parents.find(({ holeId }) => !taken.has(holeId));
    const row = rowOf(hole, { given, timing, parents });
    if (row.closedAtMs === null) open.push(row);
    if (own === undefined) inserted.push(row);
    else {
      taken.add(own.holeId);
      const next = { ...row, holeId: own.holeId, closedBy: own.closedBy };
      if (differs(own, next)) updated.push(next);
    }
  }
  for (const known of given.known) {
    if (taken.has(known.holeId)) continue;
    const reason = known.closedBy === null ? 'received' : 'closedByPerson';
    updated.push({ ...known, reason, closedAtMs: timing.nowMs });
  }
  return { inserted, updated, open };
}

interface RowContext {
  readonly given: JudgedHoles;
  readonly timing: HoleTiming;
  readonly parents: readonly KnownHole[];
}

function rowOf(hole: JudgedHole, { given, timing, parents }: RowContext): HoleRow {
  const { nowMs, resendAfterMs } = timing;
  const noticedAtMs = parents.reduce((first, known) => Math.min(first, known.noticedAtMs), nowMs);
  const asked = parents.find(({ resendRequestedAtMs }) => resendRequestedAtMs !== null);
  const ask = hole.state === 'open' && hole.reason !== 'inSpool' && nowMs >= noticedAtMs + resendAfterMs;
  return {
    storeNo: given.storeNo,
    registerNo: given.registerNo,
    seriesNo: given.seriesNo,
    from: hole.from,
    to: hole.to,
    class: hole.class,
    reason: hole.reason,
    receiptsMin: hole.receiptsMin,
    receiptsMax: hole.receiptsMax,
    shiftNumber: hole.shiftNumber,
    evidence: hole.evidence,
    noticedAtMs,
    resendRequestedAtMs: asked?.resendRequestedAtMs ?? (ask ? nowMs : null),
    closedAtMs: hole.state === 'closed' ? nowMs : null,
  };
}

function differs(known: KnownHole, next: KnownHole): boolean {
  return JSON.stringify(known) !== JSON.stringify({ ...known, ...next });
}

/** When holes that nobody was asked for are due; null = none is. */
export function nextRequestMs(open: readonly HoleRow[], { resendAfterMs }: HoleTiming): number | null {
  const waiting = open.filter(
    ({ resendRequestedAtMs, reason }) => resendRequestedAtMs === null && reason !== 'inSpool',
  );
  if (waiting.length === 0) return null;
  return Math.min(...waiting.map(({ noticedAtMs }) => noticedAtMs)) + resendAfterMs;
}
