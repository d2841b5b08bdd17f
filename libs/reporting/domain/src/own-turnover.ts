import type { BusinessState, FiscalState, Operation } from '@potok/retail/document/codes';
import { countsInReports, REVENUE_RECOGNITIONS } from './codes';
import { directionOf } from './receipt-facts';

/** What decides whether a line is turnover of the chain itself. */
export interface TurnoverFacts {
  readonly operation: Operation | null;
  readonly fiscal_state: FiscalState;
  readonly business_state: BusinessState;
  readonly line_state: 'sold' | 'voided' | 'none';
}

const OWN: ReadonlySet<string> = new Set(REVENUE_RECOGNITIONS);

/** 1: adds to the turnover, −1: takes from it, 0: none of the chain's own trade (agents, advances, buying in). */
export function turnoverSign(facts: TurnoverFacts, recognition: string): -1 | 0 | 1 {
  const operation = facts.operation ?? 'sale';
  if (operation !== 'sale' && operation !== 'return') return 0;
  const counts = OWN.has(recognition) && facts.line_state !== 'voided';
  return counts && countsInReports(facts.fiscal_state, facts.business_state) ? directionOf(operation) : 0;
}
