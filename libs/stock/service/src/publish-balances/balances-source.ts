import { present } from '@potok/kernel/assert';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StatePage, StateRow, StateSource } from '@potok/platform-publication/stream';
import { balancesTopic } from '@potok/stock-contracts/topics';
import type { KnownNames } from '../storage/ledger-names';
import { balanceRows, partitionOf } from './balance-rows';
import type { FoldedBalances } from './balance-rows';

/**
 * Balances go out as the fold left them: each fold keeps the balances that it changed as one row a store, so that no
 * key is marked and none is searched for. A fold a second is a record a key and second; folds that wait are joined.
 */
export class BalancesSource implements StateSource {
  readonly topic = balancesTopic;
  /** Stores are folded one after another; half of the time between two folds of a store. */
  readonly gatherMs = 500;

  constructor(private readonly names: KnownNames) {}

  async pending(tx: Tx, partitions: readonly number[], limit: number): Promise<readonly StateRow[]> {
    const stores = await storesOf(tx, partitions, 'store_no IN (SELECT store_no FROM balance_change)');
    if (stores.size === 0) return [];
    return this.rows(tx, await oldestFolds(tx, [...stores.keys()], limit), stores);
  }

  /** Whole folds are sent: everything of a store up to its highest version is on the topic. */
  async confirm(tx: Tx, rows: readonly StateRow[]): Promise<void> {
    const highest = new Map<string, number>();
    for (const row of rows) {
      const storeId = row.key.slice(0, row.key.indexOf('|'));
      highest.set(storeId, Math.max(highest.get(storeId) ?? 0, row.version));
    }
    await tx.query(
      `DELETE FROM balance_change c USING store_ledger s, unnest($1::text[], $2::bigint[]) sent(store_id, up_to)
       WHERE s.store_id = sent.store_id AND c.store_no = s.store_no AND c.folded_up_to <= sent.up_to`,
      [textArray([...highest.keys()]), integerArray([...highest.values()])],
    );
  }

  async stored(tx: Tx, page: StatePage): Promise<readonly StateRow[]> {
    const stores = await storesOf(tx, [page.partition], 'true');
    if (stores.size === 0) return [];
    return this.rows(tx, await storedBalances(tx, [...stores.keys()], page), stores);
  }

  private async rows(
    tx: Tx,
    folds: readonly FoldedBalances[],
    stores: ReadonlyMap<number, string>,
  ): Promise<StateRow[]> {
    const products = new Set<number>();
    const locations = new Set<number>();
    for (const fold of folds) {
      for (const productNo of fold.productNos) products.add(productNo);
      for (const locationNo of fold.locationNos) locations.add(locationNo);
    }
    await this.names.load(tx, { products, locations });
    return balanceRows(folds, stores, this.names);
  }
}

/** Stores of these partitions for which the condition holds: identifiers by number. */
async function storesOf(
  tx: Tx,
  partitions: readonly number[],
  condition: string,
): Promise<Map<number, string>> {
  const { rows } = await tx.query<{ store_no: number; store_id: string }>(
    `SELECT store_no, store_id FROM store_ledger WHERE ${condition}`,
  );
  const wanted = new Set(partitions);
  return new Map(
    rows.filter((row) => wanted.has(partitionOf(row.store_id))).map((row) => [row.store_no, row.store_id]),
  );
}

/**
 * Oldest folds of each store, whole ones, until together they changed about `limit` keys; of a store the latest first.
 * No array is read of a fold that is not chosen.
 */
async function oldestFolds(tx: Tx, stores: readonly number[], limit: number): Promise<FoldedBalances[]> {
  const folds: FoldedBalances[] = [];
  await tx.copyOut(
    `SELECT c.store_no, c.folded_up_to, c.recorded_at, c.product_nos, c.location_nos, c.quantities_milli
     FROM (
       SELECT store_no, folded_up_to, sum(key_count) OVER (ORDER BY store_no, folded_up_to) - key_count AS before
       FROM balance_change WHERE store_no IN (${stores.map(String).join(',')})
     ) chosen JOIN balance_change c USING (store_no, folded_up_to)
     WHERE chosen.before < ${String(limit)} ORDER BY c.store_no, c.folded_up_to DESC`,
    (row) =>
      folds.push({
        storeNo: row.int4(),
        foldedUpTo: row.int8(),
        recordedAtMs: row.timestamptz(),
        productNos: row.int4Array(),
        locationNos: row.int4Array(),
        quantitiesMilli: row.int8Array(),
      }),
  );
  return folds;
}

/** Balances as they stand in the order of the table, each as a fold of its own. */
async function storedBalances(
  tx: Tx,
  stores: readonly number[],
  { afterKey, limit }: StatePage,
): Promise<FoldedBalances[]> {
  const after = afterKey === null ? null : await placeOf(tx, afterKey);
  const beyond =
    after === null ? '' : `AND (store_no, product_no, location_no) > (${after.map(String).join(',')})`;
  const balances: FoldedBalances[] = [];
  await tx.copyOut(
    `SELECT store_no, folded_up_to, recorded_at, product_no, location_no, quantity_milli FROM balance
     WHERE store_no IN (${stores.map(String).join(',')}) ${beyond}
     ORDER BY store_no, product_no, location_no LIMIT ${String(limit)}`,
    (row) =>
      balances.push({
        storeNo: row.int4(),
        foldedUpTo: row.int8(),
        recordedAtMs: row.timestamptz(),
        productNos: [row.int4()],
        locationNos: [row.int4()],
        quantitiesMilli: [row.int8()],
      }),
  );
  return balances;
}

/** Where a key stands in the order of the table. */
async function placeOf(tx: Tx, key: string): Promise<readonly number[]> {
  const [storeId, locationId, productId] = key.split('|');
  const { rows } = await tx.query<{ store_no: number; product_no: number; location_no: number }>(
    `SELECT (SELECT store_no FROM store_ledger WHERE store_id = $1) AS store_no,
            (SELECT product_no FROM product_name WHERE product_id = $3) AS product_no,
            (SELECT location_no FROM location_name WHERE location_id = $2) AS location_no`,
    [storeId, locationId, productId],
  );
  const row = present(rows[0], 'place of a key');
  return [row.store_no, row.product_no, row.location_no];
}
