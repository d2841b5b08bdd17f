import { movementOf } from './decided-effect';
import type { LineDecision } from './decided-effect';
import type { MovementDraft } from './movement';

/** The original movements of a receipt: exactly one for each line that has a stock effect. */
export function applyReceipt(lines: readonly LineDecision[], locationNo: number): MovementDraft[] {
  const original = { locationNo, leg: 0, reverses: null };
  const drafts: MovementDraft[] = [];
  for (const line of lines) {
    const draft = movementOf(line, original);
    if (draft !== null) drafts.push(draft);
  }
  return drafts;
}
