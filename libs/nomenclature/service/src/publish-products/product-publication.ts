import { eventTypeOf } from '@potok/kernel/contract';
import { productV1 } from '@potok/nomenclature-contracts/product.v1';
import { productsTopic } from '@potok/nomenclature-contracts/topics';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import { textArray } from '@potok/platform-postgres/array-parameters';
import type { Tx } from '@potok/platform-postgres/tx';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { DirtyTableStateSource } from '@potok/platform-publication/state-source';
import type { StateRow } from '@potok/platform-publication/stream';
import { readProducts } from '../storage/product-rows';
import type { StoredProduct } from '../storage/product-rows';

const TYPE = eventTypeOf(productV1);
const SOURCE = '/potok/nomenclature';
/** A page of one partition is read over this many times as many keys: partitions are of about one size. */
const PARTITIONS = productsTopic.partitions;

/** Products on their compacted topic. */
export class ProductPublication {
  readonly signal = new RelaySignal();
  readonly source = new DirtyTableStateSource({
    topic: productsTopic,
    signal: this.signal,
    load: async (tx, keys) => {
      const rows = await readProducts(tx, 'WHERE p.product_id = ANY($1::text[])', [textArray(keys)]);
      return rows.map(stateRow);
    },
    page: (tx, { partition, afterKey, limit }) => this.page(tx, { partition, afterKey, limit }),
  });

  /** In the transaction that changed them. */
  async changed(tx: Tx, productIds: readonly string[]): Promise<void> {
    if (productIds.length === 0) return;
    const { rows } = await tx.query<{ product_id: string; version: bigint }>(
      'SELECT product_id, version FROM product WHERE product_id = ANY($1::text[])',
      [textArray(productIds)],
    );
    await this.source.markDirty(
      tx,
      rows.map((row) => ({
        key: row.product_id,
        partition: murmur2Partition(row.product_id, PARTITIONS),
        version: Number(row.version),
      })),
    );
  }

  /** Reads on over the keys of all partitions until it has a page of the one. */
  private async page(
    tx: Tx,
    { partition, afterKey, limit }: { partition: number; afterKey: string | null; limit: number },
  ): Promise<StateRow[]> {
    const found: StateRow[] = [];
    let after = afterKey;
    while (found.length < limit) {
      const rows = await readProducts(
        tx,
        'WHERE ($1::text IS NULL OR p.product_id > $1) ORDER BY p.product_id LIMIT $2',
        [after, limit * PARTITIONS],
      );
      for (const row of rows) {
        if (found.length < limit && partitionOf(row) === partition) found.push(stateRow(row));
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit * PARTITIONS) break;
      after = last.productId;
    }
    return found;
  }
}

function partitionOf(row: StoredProduct): number {
  return murmur2Partition(row.productId, PARTITIONS);
}

function stateRow(row: StoredProduct): StateRow {
  const { productId: key, version, recordedAt: time } = row;
  return {
    key,
    partition: partitionOf(row),
    version,
    value: Buffer.from(JSON.stringify(row), 'utf8'),
    headers: stateHeaders({ id: `${key}/${String(version)}`, type: TYPE, source: SOURCE, time, version }),
  };
}
