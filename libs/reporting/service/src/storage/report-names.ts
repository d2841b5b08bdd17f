import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** Numbers whose names are stored already: one per service, grows with the catalogue. */
export class KnownNames {
  readonly stores = new Set<number>();
  readonly registers = new Set<number>();
  readonly products = new Set<number>();
}

interface RegisterName {
  readonly registerId: string;
  readonly storeId: string;
}

/**
 * Which identifiers the integers of facts stand for: events bring both, so a row of the copies is begun by the receipt
 * that is there before what it names.
 */
export class ReportNames {
  private readonly stores = new Map<number, string>();
  private readonly registers = new Map<number, RegisterName>();
  private readonly products = new Map<number, string>();

  constructor(private readonly shared: KnownNames) {}

  store(storeNo: number, storeId: string): void {
    if (!this.shared.stores.has(storeNo)) this.stores.set(storeNo, storeId);
  }

  register(registerNo: number, name: RegisterName): void {
    if (!this.shared.registers.has(registerNo)) this.registers.set(registerNo, name);
  }

  product(productNo: number, productId: string): void {
    if (!this.shared.products.has(productNo)) this.products.set(productNo, productId);
  }

  /** Stores what is new, in sorted order; remembers it for later transactions only once this one is committed. */
  async save(tx: Tx): Promise<void> {
    if (this.stores.size + this.registers.size + this.products.size === 0) return;
    await insert(tx, { sql: INSERT_STORES, rows: sorted(this.stores), columnsOf: (id) => [id] });
    await insert(tx, {
      sql: INSERT_REGISTERS,
      rows: sorted(this.registers),
      columnsOf: (name) => [name.registerId, name.storeId],
    });
    await insert(tx, { sql: INSERT_PRODUCTS, rows: sorted(this.products), columnsOf: (id) => [id] });
    tx.afterCommit(() => {
      for (const storeNo of this.stores.keys()) this.shared.stores.add(storeNo);
      for (const registerNo of this.registers.keys()) this.shared.registers.add(registerNo);
      for (const productNo of this.products.keys()) this.shared.products.add(productNo);
    });
  }
}

const INSERT_STORES = `INSERT INTO store_copy (store_no, store_id)
  SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`;
const INSERT_REGISTERS = `INSERT INTO register_copy (register_no, register_id, store_id)
  SELECT * FROM unnest($1::int[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`;
const INSERT_PRODUCTS = `INSERT INTO product_copy (product_no, product_id)
  SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING`;

function sorted<Name>(names: ReadonlyMap<number, Name>): readonly (readonly [number, Name])[] {
  return [...names].sort(([one], [other]) => one - other);
}

interface NamesInserted<Name> {
  readonly sql: string;
  readonly rows: readonly (readonly [number, Name])[];
  readonly columnsOf: (name: Name) => readonly string[];
}

async function insert<Name>(tx: Tx, { sql, rows, columnsOf }: NamesInserted<Name>): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = columnsOf(first[1]).map((_, index) =>
    textArray(rows.map(([, name]) => columnsOf(name)[index] ?? '')),
  );
  await tx.query(sql, [integerArray(rows.map(([number]) => number)), ...columns]);
}
