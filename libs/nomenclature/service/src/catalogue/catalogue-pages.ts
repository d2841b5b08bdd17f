import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import type { Tx } from '@potok/platform-postgres/tx';

export interface ProductRow {
  readonly version: bigint;
  readonly product_no: number;
  readonly product_id: string;
  readonly article: string | null;
  readonly kind: ProductKind;
  readonly active: boolean;
}

export interface BarcodeRow {
  readonly version: bigint;
  readonly scope: string;
  readonly barcode: string;
  readonly valid_from: string;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  readonly product_no: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly removed: boolean;
}

export interface ExternalCodeRow {
  readonly system: string;
  readonly code: string;
  readonly product_no: number;
}

/** A catalogue may hold a million barcodes: neither one answer nor one statement is to hold them all. */
const PAGE_ROWS = 20_000;

/** Products with a version above this one, in the order of versions. */
export function eachProduct(tx: Tx, after: number, onRow: (row: ProductRow) => void): Promise<void> {
  return eachPage<ProductRow>(after, onRow, {
    read: (version, last) =>
      tx.query<ProductRow>(
        `SELECT catalogue_version AS version, product_no, product_id, article, kind, status = 'active' AS active
         FROM product WHERE catalogue_version >= $1 AND (catalogue_version, product_no) > ($1, $2)
           AND status <> 'unmatched'
         ORDER BY catalogue_version, product_no LIMIT ${String(PAGE_ROWS)}`,
        [version, last?.product_no ?? MAX_INT],
      ),
  });
}

/** Barcodes with a version above this one, removed ones included, in the order of versions. */
export function eachBarcode(tx: Tx, after: number, onRow: (row: BarcodeRow) => void): Promise<void> {
  return eachPage<BarcodeRow>(after, onRow, {
    read: (version, last) =>
      tx.query<BarcodeRow>(
        `SELECT catalogue_version AS version, scope, barcode, product_no, numerator, denominator, removed,
           valid_from::text AS valid_from,
           CASE WHEN isfinite(valid_from) THEN extract(epoch FROM valid_from)::float8 * 1000 END AS from_ms,
           CASE WHEN isfinite(valid_to) THEN extract(epoch FROM valid_to)::float8 * 1000 END AS to_ms
         FROM barcode WHERE catalogue_version >= $1 AND (catalogue_version > $1 OR (
           $2::text IS NOT NULL AND (barcode, scope, valid_from) > ($2::text, $3::text, $4::timestamptz)))
         ORDER BY catalogue_version, barcode, scope, valid_from LIMIT ${String(PAGE_ROWS)}`,
        [version, last?.barcode ?? null, last?.scope ?? null, last?.valid_from ?? null],
      ),
  });
}

export async function eachExternalCode(
  tx: Tx,
  after: number,
  onRow: (row: ExternalCodeRow) => void,
): Promise<void> {
  const { rows } = await tx.query<ExternalCodeRow>(
    'SELECT system, code, product_no FROM external_code WHERE catalogue_version > $1',
    [after],
  );
  for (const row of rows) onRow(row);
}

const MAX_INT = 2_147_483_647;

interface Pages<Row> {
  /** The rows of higher versions, and those of this one that follow the last row. */
  readonly read: (version: number, last: Row | undefined) => Promise<{ readonly rows: Row[] }>;
}

async function eachPage<Row extends { readonly version: bigint }>(
  after: number,
  onRow: (row: Row) => void,
  { read }: Pages<Row>,
): Promise<void> {
  let version = after;
  let last: Row | undefined;
  for (;;) {
    const { rows } = await read(version, last);
    for (const row of rows) onRow(row);
    last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    version = Number(last.version);
  }
}
