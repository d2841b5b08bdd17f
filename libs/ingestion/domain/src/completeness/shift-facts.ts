import type { DocumentHead } from '../canonical/document-head';
import { missingIn } from './stretches';

/** What the documents of one shift come to: small however many they are. It is stored and sent on as JSON. */
export interface ShiftFacts {
  /** 1038; null = documents that stand in no shift. */
  readonly number: number | null;
  /** In order and apart. */
  runs: Run[];
  /** By operation. */
  readonly sums: Record<string, OperationSums>;
  opened: ReportMark | null;
  closed: CloseMark | null;
}

/** Neighbouring numbers: receipts whose 1042 go on by one, or documents that are no receipts. */
export interface Run {
  readonly from: number;
  to: number;
  /** 1042 of the first; null = no receipts. */
  readonly receiptFrom: number | null;
  /** ledgerAt of the last. */
  ledgerMs: number;
}

export interface OperationSums {
  receiptCount: number;
  totalKopecks: number;
  cashKopecks: number;
  electronicKopecks: number;
  /** Receipts of which it is not known how they were paid. */
  unpaidCount: number;
}

export interface ReportMark {
  readonly number: number;
  readonly atMs: number;
}

export interface CloseMark extends ReportMark {
  readonly report: NonNullable<DocumentHead['closeReport']> | null;
}

export function emptyShift(number: number | null): ShiftFacts {
  return { number, runs: [], sums: {}, opened: null, closed: null };
}

/** Notes a number, or a span of them. Cheapest when it follows the one before. */
export function noteRun(shift: ShiftFacts, run: Run): void {
  const last = shift.runs.at(-1);
  if (last === undefined || !follows(last, run)) shift.runs.push(run);
  else {
    last.to = run.to;
    last.ledgerMs = run.ledgerMs;
  }
}

function follows(left: Run, right: Run): boolean {
  if (right.from !== left.to + 1) return false;
  if (left.receiptFrom === null || right.receiptFrom === null) return left.receiptFrom === right.receiptFrom;
  return right.receiptFrom === left.receiptFrom + (left.to - left.from) + 1;
}

/** Adds what a receipt comes to, or takes it back with `sign` −1. */
export function noteReceipt(shift: ShiftFacts, document: DocumentHead, sign: 1 | -1): void {
  if (!countsAsReceipt(document)) return;
  const operation = document.operation ?? 'unknown';
  const sums = (shift.sums[operation] ??= noSums());
  sums.receiptCount += sign;
  sums.totalKopecks += sign * (document.totalKopecks ?? 0);
  const { payments } = document;
  if (payments === undefined) sums.unpaidCount += sign;
  for (const { fiscalKind, amountKopecks } of payments ?? []) {
    if (fiscalKind === 'cash') sums.cashKopecks += sign * amountKopecks;
    else if (fiscalKind === 'electronic') sums.electronicKopecks += sign * amountKopecks;
  }
}

function countsAsReceipt({ type, businessState, fiscalState }: DocumentHead): boolean {
  if (type !== 'receipt' || businessState !== 'completed') return false;
  return fiscalState !== 'failed' && fiscalState !== 'training';
}

export function noSums(): OperationSums {
  return { receiptCount: 0, totalKopecks: 0, cashKopecks: 0, electronicKopecks: 0, unpaidCount: 0 };
}

/** Both together; the order in which facts come makes no difference. */
export function mergeShifts(left: ShiftFacts, right: ShiftFacts): ShiftFacts {
  const merged = emptyShift(left.number);
  const runs = [...left.runs, ...right.runs].sort((one, other) => one.from - other.from);
  for (const run of runs) noteRun(merged, { ...run });
  for (const facts of [left, right]) {
    for (const [operation, sums] of Object.entries(facts.sums)) {
      const known = (merged.sums[operation] ??= noSums());
      known.receiptCount += sums.receiptCount;
      known.totalKopecks += sums.totalKopecks;
      known.cashKopecks += sums.cashKopecks;
      known.electronicKopecks += sums.electronicKopecks;
      known.unpaidCount += sums.unpaidCount;
    }
  }
  merged.opened = earlier(left.opened, right.opened);
  merged.closed = later(left.closed, right.closed);
  return merged;
}

function earlier<Mark extends ReportMark>(left: Mark | null, right: Mark | null): Mark | null {
  if (left === null || right === null) return left ?? right;
  return left.number <= right.number ? left : right;
}

function later<Mark extends ReportMark>(left: Mark | null, right: Mark | null): Mark | null {
  if (left === null || right === null) return left ?? right;
  return left.number >= right.number ? left : right;
}

/** What is left of a shift when documents of it turn out to belong elsewhere. */
export function takeFromShift(shift: ShiftFacts, taken: ShiftFacts): ShiftFacts {
  const left = emptyShift(shift.number);
  const gone = [...taken.runs].sort((one, other) => one.from - other.from);
  for (const run of shift.runs) {
    for (const { from, to } of missingIn(run, gone)) {
      const receiptFrom = run.receiptFrom === null ? null : run.receiptFrom + (from - run.from);
      noteRun(left, { from, to, receiptFrom, ledgerMs: run.ledgerMs });
    }
  }
  for (const [operation, sums] of Object.entries(shift.sums)) {
    const known = (left.sums[operation] = { ...sums });
    const less = taken.sums[operation] ?? noSums();
    for (const measure of Object.keys(known) as (keyof OperationSums)[]) known[measure] -= less[measure];
  }
  left.opened = shift.opened?.number === taken.opened?.number ? null : shift.opened;
  left.closed = shift.closed?.number === taken.closed?.number ? null : shift.closed;
  return left;
}

export function receiptsIn({ runs }: ShiftFacts): number {
  return runs.reduce((count, run) => count + (run.receiptFrom === null ? 0 : run.to - run.from + 1), 0);
}

export function numbersOf({ runs }: ShiftFacts): { readonly first: number; readonly last: number } | null {
  const first = runs[0];
  const last = runs.at(-1);
  return first === undefined || last === undefined ? null : { first: first.from, last: last.to };
}
