import { eventTypeOf } from '@potok/kernel/contract';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { integerArray, textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import type { StatePage, StateRow, StateSource } from '@potok/platform-publication/stream';
import { balanceV1 } from '@potok/stock-contracts/balance.v1';
import { balancesTopic } from '@potok/stock-contracts/topics';

const TYPE = eventTypeOf(balanceV1);
const SOURCE = '/potok/stock-ledger';

interface BalanceRow {
  readonly store_id: string;
  readonly store_no: number;
  readonly location_id: string;
  readonly location_no: number;
  readonly product_id: string;
  readonly product_no: number;
  readonly quantity_milli: bigint;
  readonly folded_up_to: bigint;
  readonly recorded_at: Date;
}

const BALANCE_COLUMNS = `s.store_id, s.store_no, l.location_id, l.location_no, p.product_id, p.product_no`;

/**
 * Balances go out as the fold left them: each fold keeps the balances that it changed as one row a store, so that no
 * key is marked and none is searched for. A fold a second is a record a key and second.
 */
export class BalancesSource implements StateSource {
  readonly topic = balancesTopic;

  async pending(tx: Tx, partitions: readonly number[], limit: number): Promise<readonly StateRow[]> {
    const stores = await this.storesOf(tx, partitions);
    if (stores.length === 0) return [];
    const { rows } = await tx.query<BalanceRow>(
      `WITH change AS (
         SELECT c.*, sum(cardinality(product_nos)) OVER (ORDER BY store_no, folded_up_to) - cardinality(product_nos) AS before
         FROM (SELECT * FROM balance_change WHERE store_no = ANY($1::int[]) ORDER BY store_no, folded_up_to LIMIT $2) c
       ), entry AS (
         SELECT DISTINCT ON (c.store_no, e.product_no, e.location_no)
                c.store_no, e.product_no, e.location_no, e.quantity_milli, c.folded_up_to, c.recorded_at
         FROM change c CROSS JOIN LATERAL
           unnest(c.product_nos, c.location_nos, c.quantities_milli) e(product_no, location_no, quantity_milli)
         WHERE c.before < $2
         ORDER BY c.store_no, e.product_no, e.location_no, c.folded_up_to DESC
       )
       SELECT ${BALANCE_COLUMNS}, e.quantity_milli, e.folded_up_to, e.recorded_at
       FROM entry e JOIN store_ledger s USING (store_no) JOIN product_name p USING (product_no)
       JOIN location_name l USING (location_no)`,
      [integerArray(stores), limit],
    );
    return rows.map(stateRow);
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
    const [storeId, locationId, productId] = page.afterKey?.split('|') ?? [null, null, null];
    const { rows } = await tx.query<BalanceRow>(
      `SELECT ${BALANCE_COLUMNS}, b.quantity_milli, b.folded_up_to, b.recorded_at
       FROM balance b JOIN store_ledger s USING (store_no) JOIN product_name p USING (product_no)
       JOIN location_name l USING (location_no)
       WHERE b.store_no = ANY($1::int[]) AND ($2::text IS NULL OR (b.store_no, b.product_no, b.location_no) > (
         (SELECT store_no FROM store_ledger WHERE store_id = $2),
         (SELECT product_no FROM product_name WHERE product_id = $4),
         (SELECT location_no FROM location_name WHERE location_id = $3)))
       ORDER BY b.store_no, b.product_no, b.location_no LIMIT $5`,
      [integerArray(stores), storeId, locationId, productId, page.limit],
    );
    return rows.map(stateRow);
  }

  private async storesOf(tx: Tx, partitions: readonly number[]): Promise<number[]> {
    const { rows } = await tx.query<{ store_no: number; store_id: string }>(
      'SELECT store_no, store_id FROM store_ledger',
    );
    const wanted = new Set(partitions);
    return rows.filter((row) => wanted.has(partitionOf(row.store_id))).map((row) => row.store_no);
  }
}

/** The partition of the store: a key's records stay in the order of the store's. */
function partitionOf(storeId: string): number {
  return murmur2Partition(storeId, balancesTopic.partitions);
}

function stateRow(row: BalanceRow): StateRow {
  const version = Number(row.folded_up_to);
  const key = `${row.store_id}|${row.location_id}|${row.product_id}`;
  const recordedAt = row.recorded_at.toISOString();
  const value =
    `{"storeId":"${row.store_id}","storeNo":${String(row.store_no)},"locationId":"${row.location_id}",` +
    `"locationNo":${String(row.location_no)},"productId":"${row.product_id}","productNo":${String(row.product_no)},` +
    `"quantityMilli":${String(row.quantity_milli)},"foldedUpTo":${String(version)},"version":${String(version)},` +
    `"recordedAt":"${recordedAt}"}`;
  return {
    key,
    partition: partitionOf(row.store_id),
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
