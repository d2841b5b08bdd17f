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

  pick(random: SeededRandom): TillDocument | null {
    return this.sales.length === 0 ? null : random.pick(this.sales);
  }
}
