import type { ProductV1 } from '@potok/nomenclature-contracts/product.v1';
import type { LogRecord } from '@potok/platform-kafka/log';
import type { BalanceV1 } from '@potok/stock-contracts/balance.v1';
import type { Faults } from './faults';
import { checkPersonalData } from './stream-check';

export const productsTopicName = 'retail.nomenclature.products.v1';
export const balancesTopicName = 'retail.stock.balances.v1';

/** The last row of each balance on its compacted topic; lower versions are passed over. */
export class BalancesBook {
  readonly balances = new Map<string, number>();
  private readonly versions = new Map<string, number>();

  take(record: LogRecord): void {
    if (record.value === null) return;
    const row = JSON.parse(record.value.toString('utf8')) as BalanceV1;
    const key = `${row.storeId}|${row.locationId}|${row.productId}`;
    if ((this.versions.get(key) ?? 0) > row.version) return;
    this.versions.set(key, row.version);
    this.balances.set(key, row.quantityMilli);
  }
}

/** Products as their compacted topic has them: which of them stand for a code that nobody has explained. */
export class ProductsBook {
  private readonly unmatchedKeys = new Map<string, string>();

  constructor(private readonly faults: Faults) {}

  take(record: LogRecord): void {
    if (record.value === null) return;
    checkPersonalData(productsTopicName, record, this.faults);
    const row = JSON.parse(record.value.toString('utf8')) as ProductV1;
    if (row.unmatchedKey === null) return;
    this.unmatchedKeys.set(row.productId, `unmatched|${row.unmatchedKey.kind}|${row.unmatchedKey.key}`);
  }

  isUnmatched(productId: string): boolean {
    return productId.startsWith('unmatched-') || this.unmatchedKeys.has(productId);
  }

  /** The simulator's name of a product. */
  keyOf(productId: string): string {
    return this.unmatchedKeys.get(productId) ?? productId;
  }
}
