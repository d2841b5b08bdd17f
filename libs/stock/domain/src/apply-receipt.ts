import { movementOf } from './decided-effect';
import type { LineDecision } from './decided-effect';
import type { MovementDraft } from './movement';

const ORIGINAL = { leg: 0, reverses: null } as const;

/** The original movements of a receipt: exactly one for each line that has a stock effect. */
export function applyReceipt(lines: readonly LineDecision[]): MovementDraft[] {
  const drafts: MovementDraft[] = [];
  for (const line of lines) {
    const draft = movementOf(line, ORIGINAL);
    if (draft !== null) drafts.push(draft);
  }
  return drafts;
}
