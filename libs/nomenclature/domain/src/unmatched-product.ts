import { uuidv5 } from '@potok/kernel/uuid';
import { barcodeKey } from './match-line';
import type { LineCodes } from './match-line';

export type UnmatchedKind = 'barcode' | 'article' | 'externalCode' | 'name';

/** What an unmatched product stands for: lines with the same key in the same measure. */
export interface UnmatchedKey {
  readonly kind: UnmatchedKind;
  readonly key: string;
  readonly measure: string;
}

export interface UnmatchedLine extends LineCodes {
  readonly name?: string | undefined;
  readonly measureCode?: number | null | undefined;
  readonly unitText?: string | undefined;
}

const NAMESPACE = '2c1f9a52-58d0-5b8e-9f0a-6f1d1a9c4e77';
const ID_PREFIX = 'unmatched-';
const HASH_DIGITS = 30;

export function unmatchedKeyOf(line: UnmatchedLine): UnmatchedKey {
  const measure = line.measureCode?.toString() ?? line.unitText ?? '';
  if (line.barcode !== undefined) return { kind: 'barcode', key: barcodeKey(line.barcode), measure };
  if (line.article !== undefined) return { kind: 'article', key: line.article, measure };
  if (line.externalCode !== undefined) return { kind: 'externalCode', key: line.externalCode, measure };
  return { kind: 'name', key: line.name ?? '', measure };
}

/** `unmatched-` and a hash of kind, key and measure (design §5.9): at most 40 characters. */
export function unmatchedProductId(key: UnmatchedKey): string {
  const hash = uuidv5(NAMESPACE, JSON.stringify([key.kind, key.key, key.measure])).replaceAll('-', '');
  return ID_PREFIX + hash.slice(0, HASH_DIGITS);
}
