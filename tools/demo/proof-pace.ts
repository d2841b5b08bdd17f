import type { ProofState } from '@potok/proof-audit/live-proof/proof-runs';

/** Between two proofs three times as long as the last one took, much of which is waiting for stages that lag. */
const restPerProof = 3;
const restMsMin = 10_000;

/** When the next proof is due; null = one is under way. */
export function nextProofMs(
  { state, startedAt, finishedAt }: Pick<ProofState, 'state' | 'startedAt' | 'finishedAt'>,
  firstProofMs: number,
): number | null {
  if (state === 'running') return null;
  if (startedAt === null || finishedAt === null) return firstProofMs;
  const finishedMs = Date.parse(finishedAt);
  return finishedMs + Math.max(restMsMin, (finishedMs - Date.parse(startedAt)) * restPerProof);
}
