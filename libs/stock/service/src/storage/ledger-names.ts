import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

interface LocationName {
  readonly locationId: string;
  readonly storeNo: number;
}

/**
 * Which identifiers the integers of the ledger's rows stand for. Events bring both, so a name is stored with the first
 * movement that needs it; a set of known numbers spares the statement afterwards.
 */
export class LedgerNames {
  private readonly knownProducts = new Set<number>();
  private readonly knownLocations = new Set<number>();
  private readonly newProducts = new Map<number, string>();
  private readonly newLocations = new Map<number, LocationName>();

  constructor(private readonly shared: KnownNames) {}

  product(productNo: number, productId: string): void {
    if (this.shared.products.has(productNo) || this.knownProducts.has(productNo)) return;
    this.knownProducts.add(productNo);
    this.newProducts.set(productNo, productId);
  }

  location(locationNo: number, locationId: string, storeNo: number): void {
    if (this.shared.locations.has(locationNo) || this.knownLocations.has(locationNo)) return;
    this.knownLocations.add(locationNo);
    this.newLocations.set(locationNo, { locationId, storeNo });
  }

  /** Stores what is new; remembers it for later transactions only once this one is committed. */
  async save(tx: Tx): Promise<void> {
    if (this.newProducts.size > 0) await this.saveProducts(tx);
    if (this.newLocations.size > 0) await this.saveLocations(tx);
    tx.afterCommit(() => {
      for (const productNo of this.knownProducts) this.shared.products.add(productNo);
      for (const locationNo of this.knownLocations) this.shared.locations.add(locationNo);
    });
  }

  private async saveProducts(tx: Tx): Promise<void> {
    const numbers = [...this.newProducts.keys()].sort((a, b) => a - b);
    await tx.query(
      `INSERT INTO product_name (product_no, product_id)
       SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`,
      [integerArray(numbers), textArray(numbers.map((number) => this.newProducts.get(number) ?? ''))],
    );
  }

  private async saveLocations(tx: Tx): Promise<void> {
    const rows = [...this.newLocations].sort(([a], [b]) => a - b);
    await tx.query(
      `INSERT INTO location_name (location_no, location_id, store_no)
       SELECT * FROM unnest($1::int[], $2::text[], $3::int[]) ON CONFLICT DO NOTHING`,
      [
        integerArray(rows.map(([number]) => number)),
        textArray(rows.map(([, name]) => name.locationId)),
        integerArray(rows.map(([, name]) => name.storeNo)),
      ],
    );
  }
}

/** Numbers whose names are stored already: one per service, grows with the catalogue. */
export class KnownNames {
  readonly products = new Set<number>();
  readonly locations = new Set<number>();
}
