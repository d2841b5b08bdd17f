import type { SentRecord } from '@potok/proof-simulator/sender/run-log';
import type { DocumentFacts } from '@potok/proof-simulator/truth/document-facts';

/** A usable document that was acknowledged, with when. */
export interface ExpectedDocument {
  readonly facts: DocumentFacts;
  readonly acknowledgedAtMs: number;
}

/** What was sent, sorted by what should be found of it. */
export interface Expectations {
  readonly documents: readonly ExpectedDocument[];
  /** Acknowledged full copies: their names belong to a document that was sent before. */
  readonly bound: readonly DocumentFacts[];
  /** Usable documents that were refused. */
  readonly refused: readonly SentRecord[];
}

export function expectationsOf(records: readonly SentRecord[]): Expectations {
  const documents: ExpectedDocument[] = [];
  const bound: DocumentFacts[] = [];
  const refused: SentRecord[] = [];
  for (const record of records) {
    const { facts, outcome, acknowledgedAtMs } = record;
    if (facts.expected !== 'accepted' && facts.expected !== 'bound') continue;
    if (outcome === 'rejected') refused.push(record);
    else if (facts.expected === 'bound') bound.push(facts);
    else documents.push({ facts, acknowledgedAtMs });
  }
  return { documents, bound, refused };
}
