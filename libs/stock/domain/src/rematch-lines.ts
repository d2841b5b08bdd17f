import { movementOf } from './decided-effect';
import type { LineDecision } from './decided-effect';
import type { MovementDraft, PostedMovement } from './movement';

export interface DecidedLines {
  readonly lines: readonly LineDecision[];
  /** Where the lines are that do not say it. */
  readonly locationNo: number;
}

/**
 * Lines decided anew: what each line has posted and not yet reversed is taken back (leg 0, naming it), and what it is
 * now is posted (leg 1, naming the same). A line that had posted nothing posts only anew.
 */
export function rematchLines(posted: readonly PostedMovement[], decided: DecidedLines): MovementDraft[] {
  const standing = standingByLine(posted);
  const drafts: MovementDraft[] = [];
  for (const decision of decided.lines) {
    const before = standing.get(decision.lineNo) ?? null;
    if (before !== null) drafts.push(reversalOf(before));
    const anew = movementOf(decision, {
      locationNo: decided.locationNo,
      leg: 1,
      reverses: before?.movementSeq ?? null,
    });
    if (anew !== null) drafts.push(anew);
  }
  return drafts;
}

/**
 * A revision of a receipt: everything that stands is taken back, of lines too that are there no more, and what its lines
 * are now is posted.
 */
export function repostLines(posted: readonly PostedMovement[], decided: DecidedLines): MovementDraft[] {
  const known = new Set(decided.lines.map(({ lineNo }) => lineNo));
  const gone = [...standingByLine(posted).values()].filter(({ lineNo }) => !known.has(lineNo));
  return [...gone.map(reversalOf), ...rematchLines(posted, decided)];
}

/** Of each line the one movement that no later movement has taken back. */
function standingByLine(posted: readonly PostedMovement[]): Map<number, PostedMovement> {
  const standing = new Map<number, PostedMovement>();
  for (const movement of [...posted].sort((a, b) => a.movementSeq - b.movementSeq)) {
    if (isReversal(movement, standing.get(movement.lineNo))) standing.delete(movement.lineNo);
    else standing.set(movement.lineNo, movement);
  }
  return standing;
}

function isReversal(movement: PostedMovement, before: PostedMovement | undefined): boolean {
  return movement.leg === 0 && movement.reverses !== null && movement.reverses === before?.movementSeq;
}

function reversalOf(movement: PostedMovement): MovementDraft {
  return {
    lineNo: movement.lineNo,
    leg: 0,
    productNo: movement.productNo,
    locationNo: movement.locationNo,
    debit: movement.credit,
    credit: movement.debit,
    quantityMilli: movement.quantityMilli,
    amountKopecks: movement.amountKopecks,
    costKopecks: movement.costKopecks,
    reverses: movement.movementSeq,
  };
}
