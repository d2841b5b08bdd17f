import { personInn } from '../catalogue/check-digit';
import type { SeededRandom } from '../random/seeded-random';

export interface Cashier {
  readonly name: string;
  readonly inn: string;
  readonly tabNumber: string;
}

const givenNames = [
  'Анна',
  'Мария',
  'Ольга',
  'Елена',
  'Гульнара',
  'Ирина',
  'Светлана',
  'Пётр',
  'Артём',
  'Руслан',
];
const patronymics = ['Ивановна', 'Петровна', 'Сергеевна', 'Маратовна', 'Олеговна'];

/**
 * Marks of every personal value that the simulator makes up. None of them may be found outside of ingestion's vault,
 * archive and quarantine.
 */
export const personalDataCanaries = ['Канарейкин', '50099935', '799955500'] as const;

/** Cashiers of a store: surname, ИНН and number carry the canaries. */
export function cashiersOf(storeNo: number, count: number, random: SeededRandom): Cashier[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `Канарейкина-${String(storeNo)}-${String(index + 1)} ${random.pick(givenNames)} ${random.pick(patronymics)}`,
    inn: personInn(`50099935${String((storeNo * 7 + index) % 100).padStart(2, '0')}`),
    tabNumber: `т-${String(storeNo).padStart(4, '0')}-${String(index + 1)}`,
  }));
}

export function buyerPhone(random: SeededRandom): string {
  return `+799955500${random.digits(2)}`;
}
