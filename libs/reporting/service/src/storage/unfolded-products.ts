import { addProductLine, countsByProduct } from '@potok/reporting-domain/product-measures';
import type { FactLine } from '@potok/reporting-domain/receipt-facts';
import { PeriodSums } from './item-sums';
import type { ReceiptState } from './receipt-state';

/** What a run of one store's events adds to the sums of its days by product. */
export interface StoreRun {
  /** The sequence applied before the first of them. */
  readonly afterSeq: number;
  readonly upToSeq: number;
  readonly days: PeriodSums;
}

/** What one batch adds, by store. */
export class BatchProducts {
  readonly stores = new Map<number, PeriodSums>();

  add(line: FactLine, state: ReceiptState, entry: 1 | -1): void {
    if (!state.facts.counted || !countsByProduct(line, state.facet)) return;
    let days = this.stores.get(state.storeNo);
    if (days === undefined) {
      days = new PeriodSums();
      this.stores.set(state.storeNo, days);
    }
    const sums = days.of(state.facts.businessDay);
    addProductLine(sums.values, sums.placeOf(line.productNo), { line, origin: state.facet, entry });
  }
}

/** Beyond it the sums of the store that comes next are forgotten: whoever folds reads its lines instead. */
const ITEMS_KEPT_MAX = 400_000;

/**
 * What this process has applied and nobody has folded yet: the fold need not read it back. Only ever a short cut: a
 * store of which something is missing here, because another process applied it or a commit went unanswered, is folded
 * from its lines. Batches of a store follow each other under its lock, so that a run from `afterSeq` to `upToSeq` that
 * was committed here is all there is between the two; a batch that comes after its turn is never noted.
 */
export class UnfoldedProducts {
  private readonly runs = new Map<number, StoreRun>();
  private items = 0;

  /** After the commit. A run that does not follow what is known replaces it. */
  note(storeNo: number, run: StoreRun): void {
    const known = this.runs.get(storeNo);
    if (known?.upToSeq !== run.afterSeq) {
      this.forget(storeNo);
      this.keep(storeNo, run);
      return;
    }
    this.items -= known.days.size;
    known.days.addAll(run.days);
    this.keep(storeNo, { afterSeq: known.afterSeq, upToSeq: run.upToSeq, days: known.days });
  }

  /** Hands over what is known beyond this sequence and forgets it; null when it does not begin there. */
  take(storeNo: number, afterSeq: number): StoreRun | null {
    const known = this.runs.get(storeNo);
    this.forget(storeNo);
    return known?.afterSeq === afterSeq ? known : null;
  }

  private keep(storeNo: number, run: StoreRun): void {
    this.runs.set(storeNo, run);
    this.items += run.days.size;
    if (this.items > ITEMS_KEPT_MAX) this.forget(storeNo);
  }

  private forget(storeNo: number): void {
    const known = this.runs.get(storeNo);
    if (known === undefined) return;
    this.items -= known.days.size;
    this.runs.delete(storeNo);
  }
}
