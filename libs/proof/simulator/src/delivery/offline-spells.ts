import type { SimulatedRegister } from '../chain/registers';
import type { SeededRandom } from '../random/seeded-random';

const spellChance = 0.2;
const disorderChance = 0.04;

interface Spell {
  readonly fromSecond: number;
  readonly toSecond: number;
}

/** When a day's documents leave a store: at once, after a spell without a line, or out of their order. */
export class OfflineSpells {
  private readonly spells = new Map<string, Spell>();

  constructor(
    registers: readonly SimulatedRegister[],
    private readonly random: SeededRandom,
  ) {
    for (const { registerId } of registers) {
      if (!random.chance(spellChance)) continue;
      const fromSecond = random.between(9 * 3600, 20 * 3600);
      this.spells.set(registerId, { fromSecond, toSecond: fromSecond + random.between(1800, 14_400) });
    }
  }

  delaySeconds(registerId: string, second: number): number {
    const spell = this.spells.get(registerId);
    const disorder = this.random.chance(disorderChance) ? this.random.between(30, 900) : 0;
    if (spell === undefined || second < spell.fromSecond || second > spell.toSecond) return 2 + disorder;
    return spell.toSecond - second + disorder;
  }
}
