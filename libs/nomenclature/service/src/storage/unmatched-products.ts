import { present } from '@potok/kernel/assert';
import { unmatchedProductId } from '@potok/nomenclature-domain/unmatched-product';
import type { UnmatchedKey } from '@potok/nomenclature-domain/unmatched-product';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { ProductPublication } from '../publish-products/product-publication';

const UNNAMED = 'Без названия';

export interface UnmatchedWanted {
  readonly key: UnmatchedKey;
  /** Of the first line that needs it: its name for people. */
  readonly sampleName: string | null;
}

/** The products that stand for what nobody has explained yet: made with the first line that needs them. */
export class UnmatchedProducts {
  private readonly known = new Map<string, number>();

  constructor(private readonly publication: ProductPublication) {}

  /** Numbers of the wanted products by id; missing ones are made in sorted order and published. */
  async ensure(
    tx: Tx,
    wanted: ReadonlyMap<string, UnmatchedWanted>,
    nowMs: number,
  ): Promise<ReadonlyMap<string, number>> {
    const numbers = new Map<string, number>();
    const missing: string[] = [];
    for (const productId of wanted.keys()) {
      const productNo = this.known.get(productId);
      if (productNo === undefined) missing.push(productId);
      else numbers.set(productId, productNo);
    }
    if (missing.length === 0) return numbers;
    missing.sort();
    const made = await this.make(
      tx,
      missing.map((id) => present(wanted.get(id), id)),
      nowMs,
    );
    await this.publication.changed(tx, made);
    const found = await findNumbers(tx, missing);
    for (const [productId, productNo] of found) numbers.set(productId, productNo);
    tx.afterCommit(() => {
      for (const [productId, productNo] of found) this.known.set(productId, productNo);
    });
    return numbers;
  }

  private async make(tx: Tx, wanted: readonly UnmatchedWanted[], nowMs: number): Promise<string[]> {
    const { rows } = await tx.query<{ product_id: string }>(
      `INSERT INTO product (product_id, status, name, unmatched_kind, unmatched_key, unmatched_measure,
                            catalogue_version, recorded_at)
       SELECT product_id, 'unmatched', name, kind, key, measure, 0, to_timestamp($6 / 1000.0)
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) w(product_id, name, kind, key, measure)
       ON CONFLICT (product_id) DO NOTHING RETURNING product_id`,
      [
        textArray(wanted.map(({ key }) => unmatchedProductId(key))),
        textArray(wanted.map(({ sampleName }) => sampleName ?? UNNAMED)),
        textArray(wanted.map(({ key }) => key.kind)),
        textArray(wanted.map(({ key }) => key.key)),
        textArray(wanted.map(({ key }) => key.measure)),
        nowMs,
      ],
    );
    return rows.map((row) => row.product_id);
  }
}

async function findNumbers(tx: Tx, productIds: readonly string[]): Promise<readonly [string, number][]> {
  const { rows } = await tx.query<{ product_id: string; product_no: number }>(
    'SELECT product_id, product_no FROM product WHERE product_id = ANY($1::text[])',
    [textArray(productIds)],
  );
  return rows.map((row) => [row.product_id, row.product_no]);
}
