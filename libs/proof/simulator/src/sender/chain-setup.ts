import type { SimulatedChain, SimulatedStore } from '../chain/chain';
import { productRow } from '../chain/product-rows';
import { reusedBarcodes } from '../chain/reused-codes';
import type { SimulatedRegister } from '../chain/registers';
import { systemCredential } from '../delivery/transmission';
import { inParallel } from './in-parallel';
import type { PlatformApi } from './platform-api';

const productsPerCall = 500;

/** Tells the platform of the chain, and answers the tokens by the credentials' names. */
export async function setUpChain(chain: SimulatedChain, api: PlatformApi): Promise<Map<string, string>> {
  for (const { legalEntityId, inn, name } of chain.legalEntities) {
    await api.put('legal-entities', legalEntityId, { inn, name });
  }
  await inParallel(chain.stores, async (store) => setUpStore(store, api));
  const codes = { startDate: chain.options.startDate, goods: chain.goods };
  const rows = chain.goods
    .filter(({ knowledge }) => knowledge !== 'never')
    .map((good) => productRow(good, reusedBarcodes(good, codes, chain.stores)));
  for (let start = 0; start < rows.length; start += productsPerCall) {
    const answer = await api.upsertProducts(rows.slice(start, start + productsPerCall));
    if (answer.rejected.length > 0)
      throw new Error(`products were refused: ${JSON.stringify(answer.rejected)}`);
  }
  return enrolAll(chain, api);
}

async function setUpStore(store: SimulatedStore, api: PlatformApi): Promise<void> {
  const { storeId, name, legalEntityId, timeZone, hallLocationId, backLocationId } = store;
  await api.put('stores', storeId, {
    name,
    legalEntityId,
    timeZone,
    locations: [
      { locationId: hallLocationId, name: 'Торговый зал' },
      { locationId: backLocationId, name: 'Склад магазина' },
    ],
    defaultLocationId: hallLocationId,
  });
  for (const register of store.registers) await setUpRegister(register, api);
}

async function setUpRegister(register: SimulatedRegister, api: PlatformApi): Promise<void> {
  const { registerId, storeId, name, registrationNumber, deviceSerial } = register;
  await api.put('registers', registerId, { storeId, name });
  for (const series of seriesAtStart(register)) {
    await api.register({ scheme: 'fn', series, registerId, registrationNumber, deviceSerial });
  }
  if (register.cloudSeries !== null) {
    await api.register({ scheme: 'evotor', series: register.cloudSeries, registerId, numbering: 'opaque' });
  }
}

function seriesAtStart({ trait, drives, trainingDrive }: SimulatedRegister): readonly string[] {
  const training = trainingDrive === null ? [] : [trainingDrive];
  return trait === 'lateRegistration' ? training : [...drives, ...training];
}

async function enrolAll(chain: SimulatedChain, api: PlatformApi): Promise<Map<string, string>> {
  const scopes = new Map<string, object>([[systemCredential, { system: systemCredential }]]);
  for (const store of chain.stores) {
    if (store.credentials === 'store') scopes.set(store.storeId, { stores: [store.storeId] });
    else for (const { registerId } of store.registers) scopes.set(registerId, { registers: [registerId] });
  }
  const tokens = new Map<string, string>();
  await inParallel([...scopes], async ([name, scope]) => {
    tokens.set(name, await api.enrol(`Имитатор: ${name}`, scope));
  });
  return tokens;
}
