import type { SeededRandom } from '../random/seeded-random';
import { WeightedChoice } from '../random/weighted-choice';

/** Share of a day's purchases by local hour: a bump at noon, the peak after work. */
const hourlyShares: readonly (readonly [hour: number, share: number])[] = [
  [8, 0.03],
  [9, 0.045],
  [10, 0.055],
  [11, 0.062],
  [12, 0.072],
  [13, 0.075],
  [14, 0.07],
  [15, 0.072],
  [16, 0.08],
  [17, 0.098],
  [18, 0.11],
  [19, 0.1],
  [20, 0.075],
  [21, 0.04],
  [22, 0.016],
];

export const openingSecond = 8 * 3600 - 900;
export const closingSecond = 23 * 3600;

const hours = new WeightedChoice(hourlyShares, ([, share]) => share);

/** Seconds after local midnight at which a day's purchases happen, in order. */
export function arrivalSeconds(count: number, random: SeededRandom): number[] {
  const seconds = Array.from({ length: count }, () => {
    const [hour] = hours.pick(random);
    return hour * 3600 + random.between(0, 3599);
  });
  return seconds.sort((a, b) => a - b);
}

/** `days` after a date, `YYYY-MM-DD`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The date and second of a day as a register writes them (1012): to the minute. */
export function localMinute(date: string, second: number): string {
  const hour = String(Math.floor(second / 3600)).padStart(2, '0');
  const minute = String(Math.floor((second % 3600) / 60)).padStart(2, '0');
  return `${date}T${hour}:${minute}:00`;
}
