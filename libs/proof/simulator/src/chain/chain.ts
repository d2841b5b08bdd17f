import { buildCatalogue } from '../catalogue/catalogue';
import { organisationInn } from '../catalogue/check-digit';
import type { Good } from '../catalogue/good';
import { SeededRandom } from '../random/seeded-random';
import type { SimulationOptions } from './options';
import { cashiersOf, type Cashier } from './people';
import { registersOf, type SimulatedRegister } from './registers';

export interface SimulatedLegalEntity {
  readonly legalEntityId: string;
  readonly inn: string;
  readonly name: string;
}

export interface SimulatedStore {
  readonly storeId: string;
  readonly storeNo: number;
  readonly name: string;
  readonly legalEntityId: string;
  readonly timeZone: string;
  /** Offset of the zone in minutes: no simulated zone changes its clock. */
  readonly zoneOffsetMinutes: number;
  /** Where its registers sell from, and where its deliveries arrive. */
  readonly hallLocationId: string;
  /** The room behind: few lines name it. */
  readonly backLocationId: string;
  readonly priceFactor: number;
  /** Cash totals are rounded down to whole rubles. */
  readonly roundsToRubles: boolean;
  /** One credential for the store, or one for each register. */
  readonly credentials: 'store' | 'registers';
  readonly cashiers: readonly Cashier[];
  readonly registers: readonly SimulatedRegister[];
}

/** A chain as the simulator invents it, with everything that never changes during a run. */
export interface SimulatedChain {
  readonly options: SimulationOptions;
  readonly legalEntities: readonly SimulatedLegalEntity[];
  readonly stores: readonly SimulatedStore[];
  readonly goods: readonly Good[];
}

const zones = [
  { timeZone: 'Europe/Moscow', zoneOffsetMinutes: 180 },
  { timeZone: 'Europe/Moscow', zoneOffsetMinutes: 180 },
  { timeZone: 'Asia/Yekaterinburg', zoneOffsetMinutes: 300 },
  { timeZone: 'Asia/Novosibirsk', zoneOffsetMinutes: 420 },
];

const legalEntities: readonly SimulatedLegalEntity[] = [
  { legalEntityId: 'ooo-zarechye', inn: organisationInn('770999101'), name: 'ООО «Заречье-Торг»' },
  { legalEntityId: 'ooo-zarechye-ural', inn: organisationInn('667999102'), name: 'ООО «Заречье-Урал»' },
];

export function planChain(options: SimulationOptions): SimulatedChain {
  const stores = Array.from({ length: options.stores }, (_, index) => planStore(options.seed, index));
  return { options, legalEntities, stores, goods: buildCatalogue() };
}

function planStore(seed: number, index: number): SimulatedStore {
  const random = new SeededRandom(seed, 'store', index);
  const storeNo = index + 1;
  const storeId = `store-${String(storeNo).padStart(4, '0')}`;
  const zone = zones[index % zones.length] ?? { timeZone: 'Europe/Moscow', zoneOffsetMinutes: 180 };
  return {
    storeId,
    storeNo,
    name: `Заречье № ${String(storeNo)}`,
    legalEntityId: legalEntities[index % 3 === 2 ? 1 : 0]?.legalEntityId ?? '',
    ...zone,
    hallLocationId: storeId,
    backLocationId: `${storeId}-back`,
    priceFactor: random.pick([0.97, 1, 1, 1.03, 1.06]),
    roundsToRubles: random.chance(0.3),
    credentials: index % 5 === 4 ? 'registers' : 'store',
    cashiers: cashiersOf(storeNo, random.between(3, 6), random),
    registers: registersOf(storeId, index, random),
  };
}
