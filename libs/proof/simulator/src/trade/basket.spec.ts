import { buildCatalogue } from '../catalogue/catalogue';
import { SeededRandom } from '../random/seeded-random';
import { arrivalSeconds } from './arrivals';
import { basketSize, Shelves } from './basket';

describe('baskets', () => {
  it('have 9.4 lines on average and 5 in the middle', () => {
    const random = new SeededRandom('baskets');
    const sizes = Array.from({ length: 40_000 }, () => basketSize(random)).sort((a, b) => a - b);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(9.1);
    expect(mean).toBeLessThan(9.7);
    expect(sizes[sizes.length / 2]).toBe(5);
  });

  it('hold each good once, in the units it is sold by', () => {
    const random = new SeededRandom('goods');
    const shelves = new Shelves(buildCatalogue());
    for (let basket = 0; basket < 500; basket += 1) {
      const items = shelves.fillBasket(12, 1, random);
      expect(new Set(items.map(({ good }) => good.productId)).size).toBe(items.length);
      for (const { good, pack, quantityMilli } of items) {
        expect(quantityMilli).toBeGreaterThan(0);
        if (!good.weighed) expect(quantityMilli % 1000).toBe(0);
        if (pack !== null) expect(((quantityMilli * pack.numerator) / pack.denominator) % 1).toBe(0);
      }
    }
  });
});

describe('arrivals', () => {
  it('come by the curve of a day, in order, in opening hours', () => {
    const seconds = arrivalSeconds(20_000, new SeededRandom('arrivals'));
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
    const hours = new Map<number, number>();
    for (const second of seconds) {
      const hour = Math.floor(second / 3600);
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
    }
    expect(Math.min(...hours.keys())).toBe(8);
    expect(Math.max(...hours.keys())).toBe(22);
    expect([...hours].sort(([, a], [, b]) => b - a)[0]?.[0]).toBe(18);
  });
});
