import type { DocumentFacts } from '@potok/proof-simulator/truth/document-facts';
import type { Faults } from './faults';
import type { DecidedLine } from './receipts-book';

/** What nomenclature has decided about each line of a receipt against what is known of it. */
export function compareMeaning(
  facts: DocumentFacts,
  decided: ReadonlyMap<number, DecidedLine>,
  faults: Faults,
): void {
  if (facts.receipt === null) return;
  const moves = new Map(facts.lines.map(([lineNo, , , deltaMilli]) => [lineNo, deltaMilli]));
  const undecided = new Set(facts.receipt.undecidedLines);
  for (const [lineNo, , recognition] of facts.receipt.lines) {
    const delta = moves.get(lineNo);
    const effect = undecided.has(lineNo)
      ? 'unknown'
      : delta === undefined
        ? 'none'
        : delta < 0
          ? 'out'
          : 'in';
    const line = decided.get(lineNo);
    if (line?.stockEffect === effect && line.recognition === recognition) continue;
    const found = line === undefined ? 'nothing' : `${line.stockEffect} and ${line.recognition}`;
    faults.note(
      'meaning',
      `${facts.key} line ${String(lineNo)}`,
      `${facts.kind} should be ${effect} and ${recognition}, is decided as ${found}`,
    );
  }
}
