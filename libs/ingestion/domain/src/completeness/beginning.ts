import type { SeriesBeginning } from '@potok/ingestion-contracts/completeness';
import type { NumberRange } from '../number-ranges';
import type { SeriesFacts } from './series-facts';

export interface BeginningCase {
  /** Number ranges of the series that belong to the register; in order. */
  readonly windows: readonly { readonly fromNumber: number }[];
  readonly facts: SeriesFacts;
  readonly held: readonly NumberRange[];
}

export interface Beginning {
  /** The first number that is asked for. */
  readonly since: number;
  readonly basis: SeriesBeginning;
  /** So many receipts of its shift stand in front of the first document, at least; nobody asks for them. */
  readonly receiptsBefore: number;
}

/**
 * Where a series begins: as registered, else as a person states it, else at the lowest number that was received. That
 * one proves the beginning only where no number can stand in front of it: what was lost there leaves no hole.
 */
export function beginningOf({ windows, facts, held }: BeginningCase, lastNumber: number): Beginning {
  const lowest = held.reduce((least, { from }) => Math.min(least, from), facts.firstNumber ?? lastNumber);
  const registered = windows[0]?.fromNumber ?? 0;
  if (registered > 0) {
    return { since: Math.min(registered, lowest), basis: 'registered', receiptsBefore: 0 };
  }
  if (facts.beginning !== undefined) {
    return { since: Math.min(facts.beginning, lowest), basis: 'declared', receiptsBefore: 0 };
  }
  if (lowest <= 1) return { since: lowest, basis: 'firstNumber', receiptsBefore: 0 };
  const receipt = lowest === facts.firstNumber ? (facts.firstReceipt ?? 1) : 1;
  return { since: lowest, basis: 'unknown', receiptsBefore: receipt - 1 };
}
