import type { Clock } from '@potok/kernel/clock';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Transactor } from '@potok/platform-postgres/tx';
import { normalisedBarcode } from '@potok/retail/gs1';
import type { ProductPublication } from '../publish-products/product-publication';
import { lockCatalogue } from '../storage/catalogue-writer';

export interface ForgetBarcode {
  readonly productId: string;
  readonly barcode: string;
  readonly scope: string;
  /** The one entry that begins then; undefined = every entry of the product in the scope. */
  readonly validFrom: string | null | undefined;
}

export interface ForgetDeps {
  readonly database: Transactor;
  readonly publication: ProductPublication;
  readonly clock: Clock;
}

/**
 * Takes a barcode from a product that should never have had it. The row stays as a mark that every replica reads with
 * its version; what was decided by it stays decided.
 */
export class ForgetBarcodeHandler {
  constructor(private readonly deps: ForgetDeps) {}

  /** The version that brought it; null when the product has no such barcode. */
  handle({ productId, barcode, scope, validFrom }: ForgetBarcode): Promise<number | null> {
    return this.deps.database.tx(async (tx) => {
      const version = (await lockCatalogue(tx)) + 1;
      const { rows } = await tx.query(
        `UPDATE barcode b SET removed = true, catalogue_version = $1 FROM product p
         WHERE b.product_no = p.product_no AND p.product_id = $2 AND b.barcode = $3 AND b.scope = $4 AND NOT b.removed
           AND ($5::boolean OR b.valid_from = coalesce($6::timestamptz, '-infinity'))
         RETURNING b.barcode`,
        [version, productId, normalisedBarcode(barcode), scope, validFrom === undefined, validFrom ?? null],
      );
      if (rows.length === 0) return null;
      await tx.query('UPDATE catalogue SET version = $1', [version]);
      await tx.query(
        `UPDATE product SET catalogue_version = $1, version = version + 1, recorded_at = to_timestamp($2 / 1000.0)
         WHERE product_id = ANY($3::text[])`,
        [version, this.deps.clock.nowMs(), textArray([productId])],
      );
      await this.deps.publication.changed(tx, [productId]);
      return version;
    });
  }
}
