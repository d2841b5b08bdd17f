import { movementOf } from './decided-effect';
import type { LineDecision } from './decided-effect';
import type { MovementDraft, PostedMovement } from './movement';

/**
 * Lines decided anew: what each line has posted and not yet reversed is taken back (leg 0, naming it), and what it is
 * now is posted (leg 1, naming the same). A line that had posted nothing posts only anew.
 */
export function rematchLines(
  posted: readonly PostedMovement[],
  decided: { readonly lines: readonly LineDecision[]; readonly locationNo: number },
): MovementDraft[] {
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
