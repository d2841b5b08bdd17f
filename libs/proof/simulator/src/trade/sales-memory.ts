import type { SeededRandom } from '../random/seeded-random';
import { fiscalOf, type TillDocument } from './receipt';

const remembered = 300;

/** The last sales of a store: returns take from them. */
export class SalesMemory {
  private readonly sales: TillDocument[] = [];

  remember(sale: TillDocument): void {
    if (sale.sold.length === 0 || fiscalOf(sale) === null) return;
    this.sales.push(sale);
    if (this.sales.length > remembered) this.sales.shift();
  }

  /** It cannot be read: nothing that refers to it finds it. */
  forget(sale: TillDocument): void {
    const index = this.sales.findIndex(({ document }) => document.identities === sale.document.identities);
    if (index >= 0) this.sales.splice(index, 1);
  }

  pick(random: SeededRandom): TillDocument | null {
    return this.sales.length === 0 ? null : random.pick(this.sales);
  }
}
