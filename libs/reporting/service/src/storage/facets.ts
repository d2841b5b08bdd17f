import { present } from '@potok/kernel/assert';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

/** What facts and sums are told apart by besides their date: one row of `facet`. */
export interface FacetKey {
  readonly storeNo: number;
  readonly registerNo: number;
  /** Empty = the document names no cashier. */
  readonly cashierRef: string;
  readonly legalEntityId: string;
  readonly operation: number;
  /** Code of what its receipts are for. */
  readonly purpose: number;
}

/** Facets that are stored already, by their text: one per service; there are a few for each register. */
export class KnownFacets {
  readonly numbers = new Map<string, number>();
}

export interface FacetRow {
  readonly facet_no: number;
  readonly store_no: number;
  readonly register_no: number;
  readonly cashier_ref: string;
  readonly legal_entity_id: string;
  readonly operation: number;
  readonly purpose: number;
}

/** Numbers of the facets of one batch: new ones are stored in sorted order, and remembered once that is committed. */
export class Facets {
  private readonly found = new Map<string, number>();

  constructor(private readonly shared: KnownFacets) {}

  async resolve(tx: Tx, keys: readonly FacetKey[]): Promise<void> {
    const missing = new Map<string, FacetKey>();
    for (const key of keys) {
      const text = textOf(key);
      if (!this.shared.numbers.has(text)) missing.set(text, key);
    }
    if (missing.size === 0) return;
    const sorted = [...missing].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, key]) => key);
    for (const row of await ensure(tx, sorted)) this.found.set(textOf(facetKeyOf(row)), row.facet_no);
    tx.afterCommit(() => {
      for (const [text, number] of this.found) this.shared.numbers.set(text, number);
    });
  }

  numberOf(key: FacetKey): number {
    const text = textOf(key);
    return present(this.shared.numbers.get(text) ?? this.found.get(text), `number of facet ${text}`);
  }
}

async function ensure(tx: Tx, keys: readonly FacetKey[]): Promise<readonly FacetRow[]> {
  const parameters = [
    integerArray(keys.map((key) => key.storeNo)),
    integerArray(keys.map((key) => key.registerNo)),
    textArray(keys.map((key) => key.cashierRef)),
    textArray(keys.map((key) => key.legalEntityId)),
    integerArray(keys.map((key) => key.operation)),
    integerArray(keys.map((key) => key.purpose)),
  ];
  await tx.query(
    `INSERT INTO facet (store_no, register_no, cashier_ref, legal_entity_id, operation, purpose)
     SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::smallint[], $6::smallint[])
     ON CONFLICT DO NOTHING`,
    parameters,
  );
  const { rows } = await tx.query<FacetRow>(
    `SELECT f.* FROM facet f
     JOIN unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::smallint[], $6::smallint[])
       k(store_no, register_no, cashier_ref, legal_entity_id, operation, purpose)
     USING (store_no, register_no, cashier_ref, legal_entity_id, operation, purpose)`,
    parameters,
  );
  return rows;
}

export function facetKeyOf(row: Omit<FacetRow, 'facet_no'>): FacetKey {
  return {
    storeNo: row.store_no,
    registerNo: row.register_no,
    cashierRef: row.cashier_ref,
    legalEntityId: row.legal_entity_id,
    operation: row.operation,
    purpose: row.purpose,
  };
}

/** The reference of a cashier stands last: it alone may hold any character. */
function textOf(key: FacetKey): string {
  return `${String(key.storeNo)}|${String(key.registerNo)}|${String(key.operation)}|${String(key.purpose)}|${key.legalEntityId}|${key.cashierRef}`;
}
