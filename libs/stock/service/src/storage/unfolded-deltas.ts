/** What a run of one store's movements does to its stock. */
export interface StoreDeltas {
  /** The movement sequence before the first of them. */
  readonly afterSeq: number;
  readonly upToSeq: number;
  /** The day under which the last of them is stored, since 1970. */
  readonly recordedOn: number;
  readonly deltas: StockDeltas;
}

/** Sums of thousandths by location and product. */
export class StockDeltas {
  readonly byLocation = new Map<number, Map<number, number>>();

  add(locationNo: number, productNo: number, quantityMilli: number): void {
    let products = this.byLocation.get(locationNo);
    if (products === undefined) {
      products = new Map();
      this.byLocation.set(locationNo, products);
    }
    products.set(productNo, (products.get(productNo) ?? 0) + quantityMilli);
  }

  addAll(other: StockDeltas): void {
    for (const [locationNo, products] of other.byLocation) {
      for (const [productNo, quantityMilli] of products) this.add(locationNo, productNo, quantityMilli);
    }
  }
}

/** Beyond it a store's sums are forgotten: whoever folds reads its movements instead. */
const MOVEMENTS_KEPT_MAX = 1_000_000;

/**
 * What this process has posted and nobody has folded yet: the fold need not read it back. Only ever a short cut: a
 * store of which something is missing here, because another process posted or a commit went unanswered, is folded
 * from its movements. A store's movements are numbered without holes under its lock, so that a run from `afterSeq` to
 * `upToSeq` that was committed here is all there is between the two.
 */
export class UnfoldedDeltas {
  private readonly stores = new Map<number, StoreDeltas>();

  /** After the commit. A run that does not follow what is known replaces it. */
  note(storeNo: number, run: StoreDeltas): void {
    const known = this.stores.get(storeNo);
    if (known?.upToSeq !== run.afterSeq || run.upToSeq - known.afterSeq > MOVEMENTS_KEPT_MAX) {
      this.stores.set(storeNo, run);
      return;
    }
    known.deltas.addAll(run.deltas);
    this.stores.set(storeNo, {
      afterSeq: known.afterSeq,
      upToSeq: run.upToSeq,
      recordedOn: run.recordedOn,
      deltas: known.deltas,
    });
  }

  /** Hands over what is known beyond this sequence and forgets it; null when it does not begin there. */
  take(storeNo: number, afterSeq: number): StoreDeltas | null {
    const known = this.stores.get(storeNo);
    if (known === undefined) return null;
    this.stores.delete(storeNo);
    return known.afterSeq === afterSeq ? known : null;
  }
}
