import { PlatformApi } from '@potok/proof-simulator/sender/platform-api';
import type { BenchStage } from '../harness/bench-stage';
import { barcodeOf, fnOf, nameOf, registerIdOf, storeIdOf } from './documents';
import type { InputSize } from './receipt-events';

const DEADLINE_MS = 600_000;
const PRODUCTS_PER_CALL = 5_000;

/** Where the services of a run are: one address for all, or one each. */
export interface ServiceAddresses {
  readonly ingestion: string;
  readonly nomenclature: string;
  readonly stock: string;
}

export function platformApi(stage: BenchStage, addresses: ServiceAddresses): PlatformApi {
  const { ingestion, nomenclature, stock } = addresses;
  const lists = { ingestion: [ingestion], nomenclature: [nomenclature], stock: [stock] };
  return new PlatformApi(lists, stage.adminToken, DEADLINE_MS);
}

/** Makes the stores and registers that the synthetic receipts name; answers the token of all registers. */
export async function makeStores(api: PlatformApi, { stores }: InputSize): Promise<string> {
  await api.put('legal-entities', 'bench', { inn: '7707083893', name: 'ООО «Замер»' });
  for (let storeNo = 1; storeNo <= stores; storeNo += 1) {
    const name = `Магазин ${String(storeNo)}`;
    await api.put('stores', storeIdOf(storeNo), { name, legalEntityId: 'bench', timeZone: 'Europe/Moscow' });
    await api.put('registers', registerIdOf(storeNo), { storeId: storeIdOf(storeNo), name: 'Касса 1' });
    await api.register({ scheme: 'fn', series: fnOf(storeNo), registerId: registerIdOf(storeNo) });
  }
  return api.enrol('bench', { system: 'bench' });
}

export async function makeProducts(api: PlatformApi, { products }: InputSize): Promise<void> {
  for (let first = 1; first <= products; first += PRODUCTS_PER_CALL) {
    const count = Math.min(PRODUCTS_PER_CALL, products - first + 1);
    await api.upsertProducts(
      Array.from({ length: count }, (_, index) => ({
        productId: `p-${String(first + index)}`,
        name: nameOf(first + index),
        barcodes: [{ barcode: barcodeOf(first + index) }],
      })),
    );
  }
}
