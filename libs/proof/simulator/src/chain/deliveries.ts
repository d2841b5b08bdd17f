import { SeededRandom } from '../random/seeded-random';
import type { DeliveredFact } from '../truth/ground-truth';
import type { SimulatedChain, SimulatedStore } from './chain';

/** A delivery from a supplier, as the stock API takes it. */
export interface SimulatedDelivery {
  readonly body: {
    readonly deliveryId: string;
    readonly storeId: string;
    readonly locationId?: string;
    readonly documentNumber: string;
    readonly lines: readonly {
      readonly lineNo: number;
      readonly productId: string;
      readonly quantityMilli: number;
      readonly costKopecks: number;
    }[];
  };
  readonly facts: readonly DeliveredFact[];
}

/** What arrives at a store: two deliveries into the hall, one into the room behind. */
export function deliveriesOf(chain: SimulatedChain, store: SimulatedStore): SimulatedDelivery[] {
  const random = new SeededRandom(chain.options.seed, 'deliveries', store.storeId);
  return [
    makeDelivery({ chain, store, number: 1, locationId: null, random }),
    makeDelivery({ chain, store, number: 2, locationId: store.hallLocationId, random }),
    makeDelivery({ chain, store, number: 3, locationId: store.backLocationId, random }),
  ];
}

interface DeliveryPlan {
  readonly chain: SimulatedChain;
  readonly store: SimulatedStore;
  readonly number: number;
  /** null: not stated, so that the store's default location takes it. */
  readonly locationId: string | null;
  readonly random: SeededRandom;
}

function makeDelivery({ chain, store, number, locationId, random }: DeliveryPlan): SimulatedDelivery {
  const goods = chain.goods.filter(
    (good) => good.subject === 'goods' && good.knowledge !== 'never' && random.chance(0.7),
  );
  const lines = goods.map((good, index) => {
    const quantityMilli = random.between(5, 120) * (good.weighed ? 500 : 1000);
    return {
      lineNo: index + 1,
      productId: good.productId,
      quantityMilli,
      costKopecks: Math.round((good.priceKopecks * 0.7 * quantityMilli) / 1000),
    };
  });
  const { storeId } = store;
  return {
    body: {
      deliveryId: `delivery-${storeId}-${String(number)}`,
      storeId,
      ...(locationId === null ? {} : { locationId }),
      documentNumber: `ТОРГ-${String(number)}/${String(store.storeNo)}`,
      lines,
    },
    facts: lines.map(({ productId, quantityMilli }) => ({
      storeId,
      locationId: locationId ?? store.hallLocationId,
      productId,
      quantityMilli,
    })),
  };
}
