import { decisions, decidesIn, type DecisionReason } from '../chain/decisions';
import type { SimulatedChain } from '../chain/chain';
import type { DocumentFacts } from '../truth/document-facts';
import type { PlatformApi } from './platform-api';

interface Pile {
  readonly storeId: string;
  readonly why: DecisionReason;
  readonly operation: string;
  readonly stockEffect: 'in' | 'out';
  /** Receipts that were acknowledged, and ids of those that are decided. */
  expected: number;
  readonly decided: Set<string>;
  /** Since when there has been nothing to decide; null: there was something last time. */
  emptySinceMs: number | null;
}

/** An answer that was lost is not counted, and what it decided never comes again. */
const emptyForMs = 40_000;

/** The person of a store who decides what the rules leave open, all of a kind at once. */
export class Accountant {
  private readonly piles = new Map<string, Pile>();

  constructor(
    chain: SimulatedChain,
    private readonly api: PlatformApi,
  ) {
    for (const store of chain.stores) {
      const { storeId } = store;
      for (const decision of decisions) {
        if (!decidesIn(store, decision.why)) continue;
        const pile: Pile = { storeId, ...decision, expected: 0, decided: new Set(), emptySinceMs: null };
        this.piles.set(nameOf(pile), pile);
      }
    }
  }

  acknowledged({ storeId, receipt, expected }: DocumentFacts): void {
    if (receipt === null || receipt.personDecides === null || expected !== 'accepted') return;
    const pile = this.piles.get(
      nameOf({ storeId, why: receipt.personDecides, operation: receipt.operation }),
    );
    if (pile !== undefined) pile.expected += 1;
  }

  /** Receipts that wait for a decision which will come. */
  get unfinished(): number {
    let unfinished = 0;
    for (const pile of this.piles.values())
      unfinished += isDone(pile) ? 0 : pile.expected - pile.decided.size;
    return unfinished;
  }

  /** Decides what has come so far. */
  async decide(): Promise<void> {
    for (const pile of this.piles.values()) {
      if (isDone(pile)) continue;
      const { storeId, why, operation, stockEffect } = pile;
      const { results } = await this.api.decideAll({
        filter: { storeId, why, operation },
        stockEffect,
        reason: 'Имитатор: проверено по накладным',
        limit: 200,
      });
      for (const { documentId, outcome } of results) if (outcome !== 'refused') pile.decided.add(documentId);
      pile.emptySinceMs = results.length > 0 ? null : (pile.emptySinceMs ?? Date.now());
    }
  }
}

function isDone({ expected, decided, emptySinceMs }: Pile): boolean {
  const isEmpty = emptySinceMs !== null && Date.now() - emptySinceMs >= emptyForMs;
  return decided.size >= expected || isEmpty;
}

function nameOf({ storeId, why, operation }: Pick<Pile, 'storeId' | 'why' | 'operation'>): string {
  return `${storeId}|${why}|${operation}`;
}
