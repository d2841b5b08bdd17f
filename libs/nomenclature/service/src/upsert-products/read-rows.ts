import { upsertProduct } from '@potok/nomenclature-contracts/nomenclature-http';
import type { RejectedRow, UpsertProduct } from '@potok/nomenclature-contracts/nomenclature-http';
import { overlaps, validityOf } from '@potok/nomenclature-domain/code-validity';
import { normalisedBarcode } from '@potok/retail/gs1';

/** A row of the request that fits the contract. */
export interface UpsertRow {
  /** Index in the request. */
  readonly row: number;
  readonly product: UpsertProduct;
  /** Members that the sender stated. */
  readonly stated: ReadonlySet<string>;
}

export type RejectionCode =
  'fieldInvalid' | 'productRepeats' | 'articleTaken' | 'barcodeTaken' | 'validityInverted';

/** Parses every row by itself: a bad one is reported, the others go on. */
export function readRows(rows: readonly unknown[]): {
  readonly good: UpsertRow[];
  readonly rejected: RejectedRow[];
} {
  const good: UpsertRow[] = [];
  const rejected: RejectedRow[] = [];
  const seen = new Set<string>();
  rows.forEach((raw, row) => {
    const parsed = upsertProduct.safeParse(raw);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.map(String).join('/') ?? null;
      rejected.push(
        rejection(row, { raw, code: 'fieldInvalid', field, message: issue?.message ?? 'does not fit' }),
      );
      return;
    }
    const product = normalised(parsed.data);
    const inverted = product.barcodes.find((code) => !(validityOf(code).fromMs < validityOf(code).toMs));
    if (inverted !== undefined) {
      const message = `${inverted.barcode} is valid from ${String(inverted.validFrom)} to ${String(inverted.validTo)}`;
      rejected.push(rejection(row, { raw, code: 'validityInverted', field: 'barcodes', message }));
    } else if (selfOverlap(product)) {
      const message = 'a barcode stands twice with overlapping validity';
      rejected.push(rejection(row, { raw, code: 'barcodeTaken', field: 'barcodes', message }));
    } else if (seen.has(product.productId)) {
      const message = `${product.productId} stands in an earlier row of this request`;
      rejected.push(rejection(row, { raw, code: 'productRepeats', field: 'productId', message }));
    } else {
      seen.add(product.productId);
      good.push({ row, product, stated: new Set(Object.keys(raw as object)) });
    }
  });
  return { good, rejected };
}

function normalised(product: UpsertProduct): UpsertProduct {
  return {
    ...product,
    barcodes: product.barcodes.map((code) => ({ ...code, barcode: normalisedBarcode(code.barcode) })),
  };
}

function selfOverlap({ barcodes }: UpsertProduct): boolean {
  return barcodes.some((one, index) =>
    barcodes
      .slice(index + 1)
      .some(
        (other) =>
          one.barcode === other.barcode &&
          one.scope === other.scope &&
          overlaps(validityOf(one), validityOf(other)),
      ),
  );
}

export function rejection(
  row: number,
  reason: {
    readonly raw: unknown;
    readonly code: RejectionCode;
    readonly field: string | null;
    readonly message: string;
  },
): RejectedRow {
  const { raw, code, field, message } = reason;
  const productId = typeof raw === 'object' && raw !== null && 'productId' in raw ? raw.productId : null;
  return {
    row,
    productId: typeof productId === 'string' ? productId.slice(0, 100) : null,
    code,
    field,
    message,
  };
}
