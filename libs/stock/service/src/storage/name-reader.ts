import { present } from '@potok/kernel/assert';
import { integerArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** Identifiers by their numbers, for what is published. They never change, so each is read once a process. */
export class NameReader {
  private readonly products = new Map<number, string>();
  private readonly locations = new Map<number, string>();

  async load(
    tx: Tx,
    numbers: { products: ReadonlySet<number>; locations: ReadonlySet<number> },
  ): Promise<void> {
    await this.loadMissing(tx, this.products, {
      numbers: numbers.products,
      sql: 'SELECT product_no AS no, product_id AS id FROM product_name WHERE product_no = ANY($1::int[])',
    });
    await this.loadMissing(tx, this.locations, {
      numbers: numbers.locations,
      sql: 'SELECT location_no AS no, location_id AS id FROM location_name WHERE location_no = ANY($1::int[])',
    });
  }

  productId(productNo: number): string {
    return present(this.products.get(productNo), `name of product ${String(productNo)}`);
  }

  locationId(locationNo: number): string {
    return present(this.locations.get(locationNo), `name of location ${String(locationNo)}`);
  }

  private async loadMissing(
    tx: Tx,
    known: Map<number, string>,
    wanted: { numbers: ReadonlySet<number>; sql: string },
  ): Promise<void> {
    const missing = [...wanted.numbers].filter((number) => !known.has(number));
    if (missing.length === 0) return;
    const { rows } = await tx.query<{ no: number; id: string }>(wanted.sql, [integerArray(missing)]);
    for (const row of rows) known.set(row.no, row.id);
  }
}
