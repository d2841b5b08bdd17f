import type { z } from 'zod';
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
    const misfit = parsed.success ? misfitOf(parsed.data) : firstIssue(parsed.error);
    if (!parsed.success || misfit !== null) {
      rejected.push(rejection(row, { raw, code: 'fieldInvalid', ...(misfit ?? UNKNOWN_MISFIT) }));
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

interface Misfit {
  /** Path to the value at fault; null = the whole row. */
  readonly field: string | null;
  readonly message: string;
}

const UNKNOWN_MISFIT: Misfit = { field: null, message: 'does not fit' };

function firstIssue(error: z.ZodError): Misfit {
  const [issue] = error.issues;
  if (issue === undefined) return UNKNOWN_MISFIT;
  return { field: issue.path.length === 0 ? null : issue.path.map(String).join('/'), message: issue.message };
}

const MEASURE_CODE_MAX = 32_767;
const EARLIEST = '0001-01-01';
const NUL = '\u0000';

/** What fits the contract and yet cannot be stored: it would take the good rows of the request down with it. */
function misfitOf(product: UpsertProduct): Misfit | null {
  const { measureCode = 0, barcodes } = product;
  if (measureCode < 0 || measureCode > MEASURE_CODE_MAX) {
    return { field: 'measureCode', message: `a code of a measure is at most ${String(MEASURE_CODE_MAX)}` };
  }
  for (const [index, code] of barcodes.entries()) {
    for (const bound of ['validFrom', 'validTo'] as const) {
      const instant = code[bound];
      if (instant === null || isDate(instant)) continue;
      return { field: `barcodes/${String(index)}/${bound}`, message: `${instant} is no instant` };
    }
  }
  const field = pathOfNul(product);
  return field === null ? null : { field, message: 'a text holds the character NUL' };
}

/** The pattern of the contract knows no calendar. */
function isDate(instant: string): boolean {
  const ms = Date.parse(instant);
  return instant >= EARLIEST && !Number.isNaN(ms) && new Date(ms).toISOString() === instant;
}

function pathOfNul(value: unknown): string | null {
  if (typeof value === 'string') return value.includes(NUL) ? '' : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const path = pathOfNul(member);
    if (path !== null) return path === '' ? name : `${name}/${path}`;
  }
  return null;
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
