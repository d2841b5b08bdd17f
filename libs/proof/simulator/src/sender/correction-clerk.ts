import { clerkStatesGoodsIn, goodOfBareCorrection } from '../chain/decisions';
import type { SimulatedChain } from '../chain/chain';
import type { DocumentFacts } from '../truth/document-facts';
import type { PlatformApi } from './platform-api';

interface Desk {
  /** Bare corrections that were acknowledged, and documents of those that have their goods. */
  expected: number;
  readonly decided: Set<string>;
}

/** Adds to corrections without lines the goods that they were about. */
export class CorrectionClerk {
  private readonly desks = new Map<string, Desk>();

  constructor(
    private readonly chain: SimulatedChain,
    private readonly api: PlatformApi,
  ) {
    for (const store of chain.stores) {
      if (clerkStatesGoodsIn(store)) this.desks.set(store.storeId, { expected: 0, decided: new Set() });
    }
  }

  acknowledged({ storeId, kind, expected }: DocumentFacts): void {
    const desk = this.desks.get(storeId);
    if (kind === 'bareCorrection' && expected === 'accepted' && desk !== undefined) desk.expected += 1;
  }

  get unfinished(): number {
    let unfinished = 0;
    for (const { expected, decided } of this.desks.values())
      unfinished += Math.max(0, expected - decided.size);
    return unfinished;
  }

  async decide(): Promise<void> {
    for (const [storeId, desk] of this.desks) {
      if (desk.decided.size >= desk.expected) continue;
      for (const { documentId, lineNo, amountKopecks } of await this.api.undecidedCorrections(storeId)) {
        if (lineNo !== 0) continue;
        const { productId } = goodOfBareCorrection(this.chain.goods, amountKopecks);
        const line = {
          lineNo: 1,
          productId,
          quantityMilli: 1000,
          amountKopecks,
          stockEffect: 'out',
        } as const;
        const reason = 'Имитатор: товар найден по служебной записке';
        await this.api.decideReceipt({ documentId, lines: [line], reason });
        desk.decided.add(documentId);
      }
    }
  }
}
