import { isDeepStrictEqual } from 'node:util';
import type { BarcodeRow, ProductRow } from './read-product';

const PRODUCTS_MAX = 2_000;

/**
 * The products of one request. Accounting systems write a row for each barcode: rows of one product that differ in
 * their barcodes alone become one product.
 */
export class UpsertRequest {
  private readonly rows: ProductRow[] = [];
  private readonly lines: number[][] = [];
  private readonly places = new Map<string, number>();

  get products(): readonly ProductRow[] {
    return this.rows;
  }

  /** False when the row needs a request after this one. */
  add(row: ProductRow, line: number): boolean {
    const place = this.places.get(row.productId);
    if (place !== undefined) return this.join(place, row, line);
    if (this.rows.length >= PRODUCTS_MAX) return false;
    this.places.set(row.productId, this.rows.length);
    this.rows.push(row);
    this.lines.push([line]);
    return true;
  }

  /** Lines of the file that became this row of the request. */
  linesOf(row: number): readonly number[] {
    return this.lines[row] ?? [];
  }

  private join(place: number, row: ProductRow, line: number): boolean {
    const before = this.rows[place];
    if (before === undefined || !isDeepStrictEqual(withoutBarcodes(before), withoutBarcodes(row)))
      return false;
    const barcodes: BarcodeRow[] = [...(before.barcodes ?? [])];
    for (const barcode of row.barcodes ?? []) {
      if (!barcodes.some((known) => isDeepStrictEqual(known, barcode))) barcodes.push(barcode);
    }
    this.rows[place] = { ...before, ...(barcodes.length === 0 ? {} : { barcodes }) };
    this.lines[place]?.push(line);
    return true;
  }
}

function withoutBarcodes(row: ProductRow): object {
  const { barcodes: _barcodes, ...rest } = row;
  return rest;
}
