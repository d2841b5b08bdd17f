import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { BinaryRowReader } from '@potok/platform-postgres/binary-row-reader';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StatePage, StateRow, StateSource } from '@potok/platform-publication/stream';
import { balanceV1 } from '@potok/stock-contracts/balance.v1';
import { balancesTopic } from '@potok/stock-contracts/topics';
import { NameReader } from '../storage/name-reader';

const TYPE = eventTypeOf(balanceV1);
const SOURCE = '/potok/stock-ledger';

interface StoredBalance {
  readonly storeNo: number;
  readonly locationNo: number;
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly foldedUpTo: number;
  readonly recordedAtMs: number;
}

/**
 * Balances go out as the fold left them: each fold keeps the balances that it changed as one row a store, so that no
 * key is marked and none is searched for. A fold a second is a record a key and second; folds that wait are joined.
 */
export class BalancesSource implements StateSource {
  readonly topic = balancesTopic;
  private readonly names = new NameReader();

  async pending(tx: Tx, partitions: readonly number[], limit: number): Promise<readonly StateRow[]> {
    const stores = await this.storesOf(tx, partitions);
    if (stores.size === 0) return [];
    const upTo = await chooseFolds(tx, [...stores.keys()], limit);
    if (upTo.length === 0) return [];
    const balances: StoredBalance[] = [];
    const chosen = upTo.map(({ storeNo, foldedUpTo }) => `(${String(storeNo)},${String(foldedUpTo)})`);
    await tx.copyOut(
      `SELECT DISTINCT ON (c.store_no, e.product_no, e.location_no)
         c.store_no, e.location_no, e.product_no, e.quantity_milli, c.folded_up_to, c.recorded_at
       FROM (VALUES ${chosen.join(',')}) chosen(store_no, up_to)
       JOIN balance_change c ON c.store_no = chosen.store_no AND c.folded_up_to <= chosen.up_to
       CROSS JOIN LATERAL unnest(c.product_nos, c.location_nos, c.quantities_milli)
         e(product_no, location_no, quantity_milli)
       ORDER BY c.store_no, e.product_no, e.location_no, c.folded_up_to DESC`,
      (row) => balances.push(balanceOf(row)),
    );
    return this.stateRows(tx, balances, stores);
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
    const stores = await this.storesOf(tx, [page.partition]);
    if (stores.size === 0) return [];
    const after = page.afterKey === null ? null : await placeOf(tx, page.afterKey);
    const balances: StoredBalance[] = [];
    const beyond =
      after === null ? '' : `AND (store_no, product_no, location_no) > (${after.map(String).join(',')})`;
    await tx.copyOut(
      `SELECT store_no, location_no, product_no, quantity_milli, folded_up_to, recorded_at FROM balance
       WHERE store_no IN (${[...stores.keys()].map(String).join(',')}) ${beyond}
       ORDER BY store_no, product_no, location_no LIMIT ${String(page.limit)}`,
      (row) => balances.push(balanceOf(row)),
    );
    return this.stateRows(tx, balances, stores);
  }

  /** Stores of these partitions: identifiers by number. */
  private async storesOf(tx: Tx, partitions: readonly number[]): Promise<Map<number, string>> {
    const { rows } = await tx.query<{ store_no: number; store_id: string }>(
      'SELECT store_no, store_id FROM store_ledger',
    );
    const wanted = new Set(partitions);
    return new Map(
      rows.filter((row) => wanted.has(partitionOf(row.store_id))).map((row) => [row.store_no, row.store_id]),
    );
  }

  private async stateRows(
    tx: Tx,
    balances: readonly StoredBalance[],
    stores: ReadonlyMap<number, string>,
  ): Promise<StateRow[]> {
    await this.names.load(tx, {
      products: new Set(balances.map(({ productNo }) => productNo)),
      locations: new Set(balances.map(({ locationNo }) => locationNo)),
    });
    return balances.map((balance) => {
      const storeId = present(stores.get(balance.storeNo), 'store of a balance');
      return stateRow(balance, storeId, this.names);
    });
  }
}

interface ChosenFolds {
  readonly storeNo: number;
  readonly foldedUpTo: number;
}

/** Oldest folds of each store, whole ones, until together they changed about `limit` keys. Reads no array. */
async function chooseFolds(tx: Tx, stores: readonly number[], limit: number): Promise<ChosenFolds[]> {
  const { rows } = await tx.query<{ store_no: number; up_to: bigint }>(
    `SELECT store_no, max(folded_up_to) AS up_to FROM (
       SELECT store_no, folded_up_to,
              sum(key_count) OVER (ORDER BY store_no, folded_up_to) - key_count AS before
       FROM balance_change WHERE store_no = ANY($1::int[])
     ) folds WHERE before < $2 GROUP BY store_no`,
    [integerArray(stores), limit],
  );
  return rows.map((row) => ({ storeNo: row.store_no, foldedUpTo: Number(row.up_to) }));
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

function balanceOf(row: BinaryRowReader): StoredBalance {
  return {
    storeNo: row.int4(),
    locationNo: row.int4(),
    productNo: row.int4(),
    quantityMilli: row.int8(),
    foldedUpTo: row.int8(),
    recordedAtMs: row.timestamptz(),
  };
}

/** The partition of the store: a key's records stay in the order of the store's. */
function partitionOf(storeId: string): number {
  return murmur2Partition(storeId, balancesTopic.partitions);
}

function stateRow(balance: StoredBalance, storeId: string, names: NameReader): StateRow {
  const { foldedUpTo: version, productNo, locationNo } = balance;
  const [productId, locationId] = [names.productId(productNo), names.locationId(locationNo)];
  const key = `${storeId}|${locationId}|${productId}`;
  const recordedAt = toInstant(balance.recordedAtMs);
  const value =
    `{"storeId":"${storeId}","storeNo":${String(balance.storeNo)},"locationId":"${locationId}",` +
    `"locationNo":${String(locationNo)},"productId":"${productId}","productNo":${String(productNo)},` +
    `"quantityMilli":${String(balance.quantityMilli)},"foldedUpTo":${String(version)},"version":${String(version)},` +
    `"recordedAt":"${recordedAt}"}`;
  return {
    key,
    partition: partitionOf(storeId),
    version,
    value: Buffer.from(value),
    headers: stateHeaders({
      id: `${key}/${String(version)}`,
      type: TYPE,
      source: SOURCE,
      time: recordedAt,
      version,
    }),
  };
}
