import type { Barcode } from '@potok/nomenclature-contracts/product.v1';
import type { ProductFields } from '@potok/nomenclature-domain/merge-product';
import { booleanArray, integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';

export interface ProductWrite {
  readonly productId: string;
  readonly fields: ProductFields;
  readonly articleIsNew: boolean;
}

export interface BarcodeWrite extends Barcode {
  readonly productId: string;
}

export interface ExternalCodeWrite {
  readonly productId: string;
  readonly system: string;
  readonly code: string;
}

/** Answers the version in force; held until the transaction ends. */
export async function lockCatalogue(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ version: bigint }>('SELECT version FROM catalogue FOR UPDATE');
  return Number(rows[0]?.version ?? 0n);
}

/** One statement for all products; sorted, so that two writers never deadlock. */
export async function writeProducts(
  tx: Tx,
  writes: readonly ProductWrite[],
  at: { readonly version: number; readonly nowMs: number },
): Promise<void> {
  const rows = [...writes].sort((a, b) => (a.productId < b.productId ? -1 : 1));
  const texts = (read: (fields: ProductFields) => string | undefined) =>
    textArray(rows.map(({ fields }) => read(fields) ?? null));
  await tx.query(
    `INSERT INTO product AS p (product_id, status, name, article, unit, measure_code, weighed, marked, vat_rate,
       category_code, category_name, brand, price_kopecks, kind, catalogue_version, recorded_at)
     SELECT w.*, $15::bigint, to_timestamp($16 / 1000.0)
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::boolean[], $8::boolean[],
       $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[]) w
     ON CONFLICT (product_id) DO UPDATE SET
       status = excluded.status, name = excluded.name, article = excluded.article, unit = excluded.unit,
       measure_code = excluded.measure_code, weighed = excluded.weighed, marked = excluded.marked,
       vat_rate = excluded.vat_rate, category_code = excluded.category_code, category_name = excluded.category_name,
       brand = excluded.brand, price_kopecks = excluded.price_kopecks, kind = excluded.kind, catalogue_version = excluded.catalogue_version,
       version = p.version + 1, recorded_at = excluded.recorded_at`,
    [
      textArray(rows.map(({ productId }) => productId)),
      texts(({ status }) => status),
      texts(({ name }) => name),
      texts(({ article }) => article),
      texts(({ unit }) => unit),
      integerArray(rows.map(({ fields }) => fields.measureCode ?? null)),
      booleanArray(rows.map(({ fields }) => fields.weighed)),
      booleanArray(rows.map(({ fields }) => fields.marked)),
      texts(({ vatRate }) => vatRate),
      texts(({ categoryCode }) => categoryCode),
      texts(({ categoryName }) => categoryName),
      texts(({ brand }) => brand),
      integerArray(rows.map(({ fields }) => fields.priceKopecks ?? null)),
      texts(({ kind }) => kind),
      at.version,
      at.nowMs,
    ],
  );
}

export async function writeBarcodes(tx: Tx, writes: readonly BarcodeWrite[], version: number): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    `INSERT INTO barcode AS b (scope, barcode, valid_from, valid_to, product_no, numerator, denominator, catalogue_version)
     SELECT w.scope, w.barcode, coalesce(w.valid_from, '-infinity'), coalesce(w.valid_to, 'infinity'), p.product_no,
            w.numerator, w.denominator, $8::bigint
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::int[], $7::int[])
       w(scope, barcode, valid_from, valid_to, product_id, numerator, denominator)
     JOIN product p USING (product_id)
     ORDER BY w.scope, w.barcode, w.valid_from
     ON CONFLICT (scope, barcode, valid_from) DO UPDATE SET valid_to = excluded.valid_to,
       product_no = excluded.product_no, numerator = excluded.numerator, denominator = excluded.denominator,
       removed = false, catalogue_version = excluded.catalogue_version`,
    [
      textArray(writes.map(({ scope }) => scope)),
      textArray(writes.map(({ barcode }) => barcode)),
      textArray(writes.map(({ validFrom }) => validFrom)),
      textArray(writes.map(({ validTo }) => validTo)),
      textArray(writes.map(({ productId }) => productId)),
      integerArray(writes.map(({ coefficient }) => coefficient.numerator)),
      integerArray(writes.map(({ coefficient }) => coefficient.denominator)),
      version,
    ],
  );
}

export async function writeExternalCodes(
  tx: Tx,
  writes: readonly ExternalCodeWrite[],
  version: number,
): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    `INSERT INTO external_code AS e (system, code, product_no, catalogue_version)
     SELECT DISTINCT ON (w.system, w.code) w.system, w.code, p.product_no, $4::bigint
     FROM unnest($1::text[], $2::text[], $3::text[]) w(system, code, product_id) JOIN product p USING (product_id)
     ORDER BY w.system, w.code
     ON CONFLICT (system, code) DO UPDATE SET product_no = excluded.product_no, catalogue_version = excluded.catalogue_version`,
    [
      textArray(writes.map(({ system }) => system)),
      textArray(writes.map(({ code }) => code)),
      textArray(writes.map(({ productId }) => productId)),
      version,
    ],
  );
}
