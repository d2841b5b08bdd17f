import { toInstant } from '@potok/kernel/clock';
import type { DecisionView } from '@potok/ingestion-contracts/decisions-http';
import { ProblemError } from '@potok/platform-http/problem';
import type { StoredDecision } from '../storage/decision-table';
import { decisionProblems } from './decision-error';
import type { DecisionError } from './decision-error';

export function decisionViewOf(decision: StoredDecision): DecisionView {
  const { decisionNo, conflictNo, decidedAtMs, ...rest } = decision;
  return {
    ...rest,
    decisionNo: String(decisionNo),
    conflictNo: conflictNo === null ? null : String(conflictNo),
    decidedAt: toInstant(decidedAtMs),
  };
}

export function decisionProblemOf(error: DecisionError): ProblemError {
  const detail = Object.entries(error)
    .filter(([name]) => name !== 'code')
    .map(([name, value]) => `${name}: ${[value].flat().join(', ')}`)
    .join('; ');
  return new ProblemError(decisionProblems[error.code], detail === '' ? {} : { detail });
}
