import type { ProductV1 } from '@potok/nomenclature-contracts/product.v1';
import type { Tx } from '@potok/platform-postgres/tx';

/** A product as it is published and answered: the row with its codes. */
export type StoredProduct = ProductV1;

interface ProductRow {
  readonly product_id: string;
  readonly product_no: number;
  readonly status: ProductV1['status'];
  readonly name: string;
  readonly article: string | null;
  readonly unit: ProductV1['unit'];
  readonly measure_code: number | null;
  readonly kind: ProductV1['kind'];
  readonly weighed: boolean;
  readonly marked: boolean;
  readonly vat_rate: string | null;
  readonly category_code: string | null;
  readonly category_name: string | null;
  readonly brand: string | null;
  readonly price_kopecks: bigint | null;
  readonly unmatched_kind: 'barcode' | 'article' | 'externalCode' | 'name' | null;
  readonly unmatched_key: string | null;
  readonly unmatched_measure: string | null;
  readonly catalogue_version: bigint;
  readonly version: bigint;
  readonly recorded_at: Date;
  readonly barcodes: ProductV1['barcodes'] | null;
  readonly external_codes: ProductV1['externalCodes'] | null;
}

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** `condition` follows FROM product p: WHERE, ORDER BY, LIMIT. */
export async function readProducts(
  querying: Pick<Tx, 'query'>,
  condition: string,
  parameters: readonly unknown[],
): Promise<StoredProduct[]> {
  const { rows } = await querying.query<ProductRow>(
    `SELECT p.*,
       (SELECT json_agg(json_build_object('barcode', b.barcode, 'scope', b.scope,
          'coefficient', json_build_object('numerator', b.numerator, 'denominator', b.denominator),
          'validFrom', CASE WHEN isfinite(b.valid_from) THEN to_char(b.valid_from AT TIME ZONE 'UTC', ${INSTANT}) END,
          'validTo', CASE WHEN isfinite(b.valid_to) THEN to_char(b.valid_to AT TIME ZONE 'UTC', ${INSTANT}) END)
          ORDER BY b.barcode, b.scope, b.valid_from)
        FROM barcode b WHERE b.product_no = p.product_no AND NOT b.removed) AS barcodes,
       (SELECT json_agg(json_build_object('system', e.system, 'code', e.code) ORDER BY e.system, e.code)
        FROM external_code e WHERE e.product_no = p.product_no) AS external_codes
     FROM product p ${condition}`,
    parameters,
  );
  return rows.map(productOf);
}

function productOf(row: ProductRow): StoredProduct {
  const { unmatched_kind: kind, unmatched_key: key, unmatched_measure: measure } = row;
  return {
    productId: row.product_id,
    productNo: row.product_no,
    name: row.name,
    ...optional('article', row.article),
    unit: row.unit,
    ...optional('measureCode', row.measure_code),
    kind: row.kind,
    weighed: row.weighed,
    marked: row.marked,
    ...optional('vatRate', row.vat_rate),
    ...optional('categoryCode', row.category_code),
    ...optional('categoryName', row.category_name),
    ...optional('brand', row.brand),
    ...optional('priceKopecks', row.price_kopecks === null ? null : Number(row.price_kopecks)),
    status: row.status,
    unmatchedKey: kind === null ? null : { kind, key: key ?? '', measure: measure ?? '' },
    barcodes: row.barcodes ?? [],
    externalCodes: row.external_codes ?? [],
    catalogueVersion: Number(row.catalogue_version),
    version: Number(row.version),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function optional<Name extends string, T>(name: Name, value: T | null): { readonly [K in Name]?: T } {
  return (value === null ? {} : { [name]: value }) as { readonly [K in Name]?: T };
}
