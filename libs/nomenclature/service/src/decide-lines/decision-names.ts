import type { ManualDecision } from '@potok/nomenclature-contracts/decisions-http';
import type { Names } from '@potok/nomenclature-domain/decide-manually';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

interface LocationRow {
  readonly location_id: string;
  readonly location_no: number;
  readonly is_default: boolean;
}

/** What the decision names, looked up: its products, and the locations of the receipt's store. */
export async function readNames(tx: Tx, storeId: string, { lines }: ManualDecision): Promise<Names> {
  const wanted = lines.flatMap(({ productId }) => (productId === undefined ? [] : [productId]));
  const products = await readProductNumbers(tx, wanted);
  const { rows } = await tx.query<LocationRow>(
    `SELECT l->>'locationId' AS location_id, (l->>'locationNo')::int AS location_no,
            l->>'locationId' = default_location_id AS is_default
     FROM store_copy, jsonb_array_elements(locations) l WHERE store_id = $1`,
    [storeId],
  );
  return {
    product: (productId) => products.get(productId),
    location: (locationId) => {
      const row = rows.find((candidate) =>
        locationId === undefined ? candidate.is_default : candidate.location_id === locationId,
      );
      return row === undefined ? null : { locationId: row.location_id, locationNo: row.location_no };
    },
  };
}

async function readProductNumbers(
  tx: Tx,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (productIds.length === 0) return new Map();
  const { rows } = await tx.query<{ product_id: string; product_no: number }>(
    'SELECT product_id, product_no FROM product WHERE product_id = ANY($1::text[])',
    [textArray(productIds)],
  );
  return new Map(rows.map((row) => [row.product_id, row.product_no]));
}
