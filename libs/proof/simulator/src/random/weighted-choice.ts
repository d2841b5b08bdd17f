import type { SeededRandom } from './seeded-random';

/** Chooses values in proportion to their weights. */
export class WeightedChoice<T> {
  private readonly sums: number[] = [];

  constructor(
    private readonly values: readonly T[],
    weightOf: (value: T) => number,
  ) {
    let sum = 0;
    for (const value of values) {
      sum += weightOf(value);
      this.sums.push(sum);
    }
    if (sum <= 0) throw new Error('no value has a weight');
  }

  pick(random: SeededRandom): T {
    const target = random.fraction() * (this.sums.at(-1) ?? 0);
    let low = 0;
    let high = this.sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    const value = this.values[low];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
}
