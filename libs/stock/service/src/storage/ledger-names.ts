import { present } from '@potok/kernel/assert';
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
  private readonly newProducts = new Map<number, string>();
  private readonly newLocations = new Map<number, LocationName>();

  constructor(private readonly shared: KnownNames) {}

  product(productNo: number, productId: string): void {
    if (this.shared.products.has(productNo)) return;
    this.newProducts.set(productNo, productId);
  }

  location(locationNo: number, locationId: string, storeNo: number): void {
    if (this.shared.locations.has(locationNo)) return;
    this.newLocations.set(locationNo, { locationId, storeNo });
  }

  /** Stores what is new; remembers what the tables say of it for later transactions, only once this one is committed. */
  async save(tx: Tx): Promise<void> {
    const products = this.newProducts.size > 0 ? await this.saveProducts(tx) : [];
    const locations = this.newLocations.size > 0 ? await this.saveLocations(tx) : [];
    tx.afterCommit(() => {
      for (const { no, id } of products) this.shared.products.set(no, id);
      for (const { no, id } of locations) this.shared.locations.set(no, id);
    });
  }

  private async saveProducts(tx: Tx): Promise<readonly StoredName[]> {
    const numbers = [...this.newProducts.keys()].sort((a, b) => a - b);
    const { rows } = await tx.query<StoredName>(
      `WITH saved AS (
         INSERT INTO product_name (product_no, product_id)
         SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING RETURNING product_no, product_id
       )
       SELECT product_no AS no, product_id AS id FROM saved
       UNION ALL SELECT product_no, product_id FROM product_name WHERE product_no = ANY($1::int[])`,
      [integerArray(numbers), textArray(numbers.map((number) => this.newProducts.get(number) ?? ''))],
    );
    return rows;
  }

  private async saveLocations(tx: Tx): Promise<readonly StoredName[]> {
    const places = [...this.newLocations].sort(([a], [b]) => a - b);
    const { rows } = await tx.query<StoredName>(
      `WITH saved AS (
         INSERT INTO location_name (location_no, location_id, store_no)
         SELECT * FROM unnest($1::int[], $2::text[], $3::int[]) ON CONFLICT DO NOTHING RETURNING location_no, location_id
       )
       SELECT location_no AS no, location_id AS id FROM saved
       UNION ALL SELECT location_no, location_id FROM location_name WHERE location_no = ANY($1::int[])`,
      [
        integerArray(places.map(([number]) => number)),
        textArray(places.map(([, name]) => name.locationId)),
        integerArray(places.map(([, name]) => name.storeNo)),
      ],
    );
    return rows;
  }
}

/** A row of the names of products or locations. */
interface StoredName {
  readonly no: number;
  readonly id: string;
}

/**
 * Identifiers that are stored, by their numbers: one per service, grows with the catalogue. They never change, so that
 * whoever publishes reads each at most once a process.
 */
export class KnownNames {
  readonly products = new Map<number, string>();
  readonly locations = new Map<number, string>();

  productId(productNo: number): string {
    return present(this.products.get(productNo), 'identifier of a product');
  }

  locationId(locationNo: number): string {
    return present(this.locations.get(locationNo), 'identifier of a location');
  }

  /** Reads those that are not known yet. */
  async load(tx: Tx, numbers: NameNumbers): Promise<void> {
    await loadMissing(tx, this.products, {
      numbers: numbers.products,
      sql: 'SELECT product_no AS no, product_id AS id FROM product_name WHERE product_no = ANY($1::int[])',
    });
    await loadMissing(tx, this.locations, {
      numbers: numbers.locations,
      sql: 'SELECT location_no AS no, location_id AS id FROM location_name WHERE location_no = ANY($1::int[])',
    });
  }
}

export interface NameNumbers {
  readonly products: ReadonlySet<number>;
  readonly locations: ReadonlySet<number>;
}

async function loadMissing(
  tx: Tx,
  known: Map<number, string>,
  wanted: { readonly numbers: ReadonlySet<number>; readonly sql: string },
): Promise<void> {
  const missing = [...wanted.numbers].filter((number) => !known.has(number));
  if (missing.length === 0) return;
  const { rows } = await tx.query<StoredName>(wanted.sql, [integerArray(missing)]);
  for (const row of rows) known.set(row.no, row.id);
}
