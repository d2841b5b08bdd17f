import { present } from '@potok/kernel/assert';
import { toInstant } from '@potok/kernel/clock';
import { eventTypeOf } from '@potok/kernel/contract';
import { stateHeaders } from '@potok/platform-kafka/event-headers';
import { murmur2Partition } from '@potok/platform-kafka/partitioner';
import type { StateRow } from '@potok/platform-publication/stream';
import { balanceV1 } from '@potok/stock-contracts/balance.v1';
import { balancesTopic } from '@potok/stock-contracts/topics';
import type { KnownNames } from '../storage/ledger-names';

const TYPE = eventTypeOf(balanceV1);
const SOURCE = '/potok/stock-ledger';

/** Balances of one store as one fold left them: a row each at the same index. */
export interface FoldedBalances {
  readonly storeNo: number;
  readonly foldedUpTo: number;
  readonly recordedAtMs: number;
  readonly productNos: readonly number[];
  readonly locationNos: readonly number[];
  readonly quantitiesMilli: readonly number[];
}

/** The partition of the store: a key's records stay in the order of the store's. */
export function partitionOf(storeId: string): number {
  return murmur2Partition(storeId, balancesTopic.partitions);
}

/** The records of folds, in their order: of a key that several of them changed, only the first is written. */
export function balanceRows(
  folds: readonly FoldedBalances[],
  stores: ReadonlyMap<number, string>,
  names: KnownNames,
): StateRow[] {
  const written = new Map<number, WrittenKeys>();
  const rows: StateRow[] = [];
  for (const fold of folds) {
    const keys = written.get(fold.storeNo) ?? new WrittenKeys();
    written.set(fold.storeNo, keys);
    const storeId = present(stores.get(fold.storeNo), 'store of a balance');
    addRows(rows, fold, { storeId, names, keys });
  }
  return rows;
}

class WrittenKeys {
  private readonly locations = new Map<number, Set<number>>();

  /** False when it was added before. */
  add(locationNo: number, productNo: number): boolean {
    let products = this.locations.get(locationNo);
    if (products === undefined) {
      products = new Set();
      this.locations.set(locationNo, products);
    }
    const before = products.size;
    return products.add(productNo).size > before;
  }
}

interface RowContext {
  readonly storeId: string;
  readonly names: KnownNames;
  readonly keys: WrittenKeys;
}

/** What all records of a fold say is put together once. */
function addRows(rows: StateRow[], fold: FoldedBalances, { storeId, names, keys }: RowContext): void {
  const partition = partitionOf(storeId);
  const version = fold.foldedUpTo;
  const time = toInstant(fold.recordedAtMs);
  const versionText = String(version);
  const end = `,"foldedUpTo":${versionText},"version":${versionText},"recordedAt":"${time}"}`;
  let place: PlaceTexts | null = null;
  for (let index = 0; index < fold.productNos.length; index += 1) {
    const locationNo = present(fold.locationNos[index], 'location of a balance');
    const productNo = present(fold.productNos[index], 'product of a balance');
    if (!keys.add(locationNo, productNo)) continue;
    if (place?.locationNo !== locationNo) place = placeTexts(fold.storeNo, storeId, { locationNo, names });
    const productId = names.productId(productNo);
    const key = place.key + productId;
    const value =
      `${place.value}${productId}","productNo":${String(productNo)},"quantityMilli":` +
      String(fold.quantitiesMilli[index]) +
      end;
    const headers = stateHeaders({ id: `${key}/${versionText}`, type: TYPE, source: SOURCE, time, version });
    rows.push({ key, partition, version, value: Buffer.from(value), headers });
  }
}

interface PlaceTexts {
  readonly locationNo: number;
  readonly key: string;
  readonly value: string;
}

/** Identifiers hold no character that JSON escapes. */
function placeTexts(
  storeNo: number,
  storeId: string,
  { locationNo, names }: { readonly locationNo: number; readonly names: KnownNames },
): PlaceTexts {
  const locationId = names.locationId(locationNo);
  return {
    locationNo,
    key: `${storeId}|${locationId}|`,
    value:
      `{"storeId":"${storeId}","storeNo":${String(storeNo)},"locationId":"${locationId}",` +
      `"locationNo":${String(locationNo)},"productId":"`,
  };
}
