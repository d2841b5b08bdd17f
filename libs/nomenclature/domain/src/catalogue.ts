import type { Ratio } from '@potok/kernel/quantity';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';

/** What a code leads to. `validToMs` is exclusive; ±Infinity where the interval is open. */
export interface CodeTarget {
  readonly productNo: number;
  readonly productId: string;
  readonly coefficient: Ratio;
}

export interface BarcodeEntry extends CodeTarget {
  /** `chain`, or `store:<storeId>`. */
  readonly scope: string;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** The catalogue as a decision reads it: at one version. */
export interface Catalogue {
  /** Every entry of a normalised barcode, in all scopes and times. */
  barcodes(barcode: string): readonly BarcodeEntry[];
  article(article: string): CodeTarget | null;
  /** Of the first of these systems that knows the code; else as all others agree, null when they do not. */
  externalCode(code: string, systems: readonly string[]): CodeTarget | null;
  kindOf(productNo: number): ProductKind;
}

export const CHAIN_SCOPE = 'chain';

export function storeScope(storeId: string): string {
  return `store:${storeId}`;
}
