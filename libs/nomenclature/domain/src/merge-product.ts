import type { ProductV1 } from '@potok/nomenclature-contracts/product.v1';
import type { UpsertProduct } from '@potok/nomenclature-contracts/nomenclature-http';

/** The fields of a product that an upsert sets; codes are merged apart. */
export type ProductFields = Pick<
  ProductV1,
  | 'name'
  | 'article'
  | 'unit'
  | 'measureCode'
  | 'kind'
  | 'weighed'
  | 'marked'
  | 'vatRate'
  | 'categoryCode'
  | 'categoryName'
  | 'brand'
  | 'priceKopecks'
  | 'status'
>;

/** Fields with a default in the contract: the default counts for a new product only. */
const DEFAULTED = ['unit', 'kind', 'weighed', 'marked'] as const;

/** What the product is after the upsert: what the sender did not state stays as it is. */
export function mergeProduct(
  before: ProductFields | null,
  upsert: UpsertProduct,
  stated: ReadonlySet<string>,
): ProductFields {
  const { productId, barcodes, externalCodes, archived, ...fields } = upsert;
  const kept = Object.fromEntries(
    before === null
      ? []
      : DEFAULTED.filter((field) => !stated.has(field)).map((field) => [field, before[field]]),
  );
  const status =
    stated.has('archived') || before === null ? (archived ? 'archived' : 'active') : before.status;
  return { ...before, ...fields, ...kept, status: status === 'unmatched' ? 'active' : status };
}

export function sameFields(one: ProductFields, other: ProductFields): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ProductFields>;
  return [...names].every((name) => one[name] === other[name]);
}
