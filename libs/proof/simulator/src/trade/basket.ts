import type { Good, Pack } from '../catalogue/good';
import type { SeededRandom } from '../random/seeded-random';
import { WeightedChoice } from '../random/weighted-choice';

/** Median 5 lines, mean 9.4: a log-normal shape. */
const medianLines = 5;
const meanLines = 9.4;
/** The cut-off and the rounding take a little away from the mean. */
const sigma = Math.sqrt(2 * Math.log((meanLines + 0.15) / medianLines));
const linesMax = 120;

const packChance = 0.12;

/** Something in a basket. Quantities in thousandths of the unit that the price is for. */
export interface BasketItem {
  readonly good: Good;
  /** The pack that is sold, or null for the base unit. */
  readonly pack: Pack | null;
  readonly quantityMilli: number;
  readonly priceKopecks: number;
}

export function basketSize(random: SeededRandom): number {
  const size = Math.round(medianLines * Math.exp(sigma * random.normal()));
  return Math.min(linesMax, Math.max(1, size));
}

const pieces = new WeightedChoice<readonly [number, number]>(
  [
    [1, 0.79],
    [2, 0.141],
    [3, 0.025],
    [4, 0.015],
    [5, 0.008],
    [6, 0.007],
    [10, 0.014],
  ],
  ([, share]) => share,
);

/** Fills baskets with goods by their popularity. */
export class Shelves {
  private readonly choice: WeightedChoice<Good>;

  constructor(goods: readonly Good[]) {
    this.choice = new WeightedChoice(goods, (good) => good.popularity);
  }

  fillBasket(lines: number, priceFactor: number, random: SeededRandom): BasketItem[] {
    const goods = new Set<Good>();
    for (let attempt = 0; goods.size < lines && attempt < 3 * lines; attempt += 1) {
      goods.add(this.choice.pick(random));
    }
    return [...goods].map((good) => takeGood(good, priceFactor, random));
  }
}

function takeGood(good: Good, priceFactor: number, random: SeededRandom): BasketItem {
  const pack = good.pack !== null && random.chance(packChance) ? good.pack : null;
  const listKopecks = pack?.priceKopecks ?? good.priceKopecks;
  return {
    good,
    pack,
    quantityMilli: quantityOf(good, pack, random),
    priceKopecks: Math.round((listKopecks * priceFactor) / 10) * 10,
  };
}

function quantityOf(good: Good, pack: Pack | null, random: SeededRandom): number {
  if (good.weighed) return random.between(75, 950) * random.pick([1, 1, 2, 3]);
  if (pack !== null) return random.pick([1000, 1000, 1000, 2000]);
  const [count] = good.subject === 'goods' ? pieces.pick(random) : [1];
  return count * 1000;
}
