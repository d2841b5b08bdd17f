import { barcodeKey } from '@potok/nomenclature-domain/match-line';
import { isWeighedProductCode, PRODUCT_PART_LENGTH } from '@potok/retail/gs1';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { BarcodeWrite, ExternalCodeWrite, ProductWrite } from '../storage/catalogue-writer';

export type RematchKind = 'barcode' | 'article' | 'externalCode';

interface LearnedCodes {
  readonly products: readonly ProductWrite[];
  readonly barcodes: readonly BarcodeWrite[];
  readonly externalCodes: readonly ExternalCodeWrite[];
}

/** Notes what was learned, in the transaction that teaches it: lines that wait under these keys are decided anew. */
export async function addRematchKeys(tx: Tx, learned: LearnedCodes, version: number): Promise<void> {
  const keys = new Map<string, { kind: RematchKind; key: string }>();
  const add = (kind: RematchKind, key: string) => keys.set(`${kind}|${key}`, { kind, key });
  for (const { barcode } of learned.barcodes) {
    add('barcode', barcodeKey(barcode));
    if (isWeighedProductCode(barcode)) add('barcode', barcode.slice(0, PRODUCT_PART_LENGTH));
  }
  for (const { fields, articleIsNew } of learned.products) {
    if (fields.article !== undefined && articleIsNew) add('article', fields.article);
  }
  for (const { code } of learned.externalCodes) add('externalCode', code);
  if (keys.size === 0) return;
  const rows = [...keys.values()];
  await tx.query(
    `INSERT INTO rematch_key (kind, key, catalogue_version)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
     ON CONFLICT (kind, key) DO UPDATE SET catalogue_version = excluded.catalogue_version, noted_at = now()`,
    [
      textArray(rows.map(({ kind }) => kind)),
      textArray(rows.map(({ key }) => key)),
      integerArray(rows.map(() => version)),
    ],
  );
}
