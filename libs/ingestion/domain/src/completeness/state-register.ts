import { toInstant } from '@potok/kernel/clock';
import type {
  CompletenessBasis,
  CompletenessStatus,
  HeldBackBy,
  SeriesStatement,
} from '@potok/ingestion-contracts/completeness';

export interface RegisterVerdict {
  readonly completeUpTo: string | null;
  readonly completeUpToBasis: CompletenessBasis | null;
  readonly status: CompletenessStatus;
  readonly beginningsUnknown: number;
  readonly heldBackBy: HeldBackBy | null;
  readonly holesOpen: number;
  readonly numbersMissing: number;
  readonly shiftsIncomplete: number;
}

/** A series of the register with what its statement leaves out. */
export interface StatedSeries {
  readonly statement: SeriesStatement;
  readonly numbersMissing: number;
  readonly shiftsIncomplete: number;
}

const BY_WEIGHT: readonly CompletenessStatus[] = ['incomplete', 'unprovable', 'open', 'complete'];

/**
 * What the series of a register come to. Where it has a ФН the ФН decide, every receipt has a number there; else all
 * its series do. A ФН that has ended holds nothing back once its last numbers are here or an act stands for them.
 */
export function verdictOfRegister(series: readonly StatedSeries[]): RegisterVerdict {
  const statements = series.map(({ statement }) => statement);
  const fiscal = statements.filter(({ scheme }) => scheme === 'fn');
  const deciding = fiscal.length > 0 ? fiscal : statements;
  const living = deciding.filter((statement) => !isDone(statement));
  const proof = living.length > 0 ? leastProof(living) : proofOfEnded(latest(deciding));
  return {
    completeUpTo: proof.completeUpTo,
    completeUpToBasis: proof.basis,
    status: worst(deciding.filter((statement) => !isDone(statement) || statement.status === 'incomplete')),
    beginningsUnknown: deciding.filter(({ beginning }) => beginning === 'unknown').length,
    heldBackBy: heldBackBy(living),
    holesOpen: sum(statements.map(({ holesOpen }) => holesOpen)),
    numbersMissing: sum(series.map(({ numbersMissing }) => numbersMissing)),
    shiftsIncomplete: sum(series.map(({ shiftsIncomplete }) => shiftsIncomplete)),
  };
}

/** The one of these that goes furthest. */
function latest(statements: readonly SeriesStatement[]): readonly SeriesStatement[] {
  const sorted = [...statements].sort((left, right) =>
    (left.completeUpTo ?? '') < (right.completeUpTo ?? '') ? -1 : 1,
  );
  return sorted.slice(-1);
}

/** Of a ФН that ended without a report nobody but a person says that nothing follows. */
function proofOfEnded(statements: readonly SeriesStatement[]): ReturnType<typeof leastProof> {
  const proof = leastProof(statements);
  const byAct = statements.some(
    ({ ended, status }) => ended !== null && ended.act !== null && status !== 'complete',
  );
  return byAct && proof.completeUpTo !== null ? { ...proof, basis: 'act' } : proof;
}

/** The one that proves least, where another proves more: null = they agree, or there is one alone. */
function heldBackBy(living: readonly SeriesStatement[]): HeldBackBy | null {
  const sorted = [...living].sort((left, right) =>
    (left.completeUpTo ?? '') < (right.completeUpTo ?? '') ? -1 : 1,
  );
  const [least] = sorted;
  if (least === undefined || (sorted.at(-1)?.completeUpTo ?? '') <= (least.completeUpTo ?? '')) return null;
  const { scheme, series, completeUpTo, lastDocumentAt = null } = least;
  return { scheme, series, completeUpTo, lastDocumentAt };
}

/** True of a ФН that has ended and of which nothing more is expected. */
export function isDone({ ended, holesOpen, status }: SeriesStatement): boolean {
  if (ended === null || holesOpen > 0) return false;
  return status === 'complete' || ended.act !== null;
}

function leastProof(statements: readonly SeriesStatement[]): {
  readonly completeUpTo: string | null;
  readonly basis: CompletenessBasis | null;
} {
  let least: { readonly completeUpTo: string; readonly basis: CompletenessBasis | null } | null = null;
  for (const { completeUpTo, basis } of statements) {
    if (completeUpTo === null) return { completeUpTo: null, basis: null };
    if (least === null || completeUpTo < least.completeUpTo) least = { completeUpTo, basis };
  }
  return least ?? { completeUpTo: null, basis: null };
}

function worst(statements: readonly SeriesStatement[]): CompletenessStatus {
  return (
    BY_WEIGHT.find((status) => statements.some((statement) => statement.status === status)) ?? 'complete'
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function instantOf(epochMs: number | null): string | null {
  return epochMs === null ? null : toInstant(epochMs);
}
