import type { SeededRandom } from '../random/seeded-random';
import type { SentPayment } from './sent-document';
import type { Till } from './till';

const cashOutChance = 0.004;

export interface Payer {
  /** Less than the sum of the lines where it is rounded. */
  readonly totalKopecks: number;
  readonly payments: SentPayment[];
}

/** How somebody pays for lines that sum up to so much. */
export type WayToPay = (sumKopecks: number, till: Till, random: SeededRandom) => Payer;

export const payAsUsual: WayToPay = (sum, till, random) => {
  const way = random.fraction();
  if (way < 0.28) return payInCash(sum, till, random);
  if (way < 0.3 && sum > 20_000) {
    const cash = random.between(1, Math.floor(sum / 10_000)) * 5_000;
    return { totalKopecks: sum, payments: [{ fiscalKind: 'cash', amountKopecks: cash }, byCard(sum - cash)] };
  }
  if (way < 0.42) return payBy('sbp')(sum, till, random);
  return random.chance(cashOutChance) ? payWithCashOut(sum, till, random) : payByCard(sum, till, random);
};

export const payByCard: WayToPay = (sum) => ({ totalKopecks: sum, payments: [byCard(sum)] });

export const payWithCashOut: WayToPay = (sum, _till, random) => ({
  totalKopecks: sum,
  payments: [{ ...byCard(sum), cashOutKopecks: random.between(1, 10) * 50_000 }],
});

export const payInCash: WayToPay = (sum, till, random) =>
  inCash(till.store.roundsToRubles ? sum - (sum % 100) : sum, random);

/** The kopecks are given away. */
export const payRounded: WayToPay = (sum, _till, random) => inCash(sum - (sum % 100), random);

/** By other electronic means. */
export function payBy(instrument: string): WayToPay {
  return (sum) => ({
    totalKopecks: sum,
    payments: [{ fiscalKind: 'electronic', instrument, amountKopecks: sum }],
  });
}

/** Up to `prepaidKopecks` were paid before, the rest is paid by card. */
export function payFromAdvance(
  prepaidKopecks: number,
  instrument: Pick<SentPayment, 'instrument'> = {},
): WayToPay {
  return (sum) => {
    const prepaid = Math.min(prepaidKopecks, sum);
    const payments: SentPayment[] = [{ fiscalKind: 'prepaid', ...instrument, amountKopecks: prepaid }];
    return { totalKopecks: sum, payments: prepaid === sum ? payments : [...payments, byCard(sum - prepaid)] };
  };
}

/** So much is paid in cash now, the rest is owed. */
export function payOnCredit(paidKopecks: number): WayToPay {
  return (sum) => ({
    totalKopecks: sum,
    payments: [
      ...(paidKopecks > 0 ? [{ fiscalKind: 'cash' as const, amountKopecks: paidKopecks }] : []),
      { fiscalKind: 'credit', amountKopecks: sum - paidKopecks },
    ],
  });
}

export const payOutInCash: WayToPay = (sum) => ({
  totalKopecks: sum,
  payments: [{ fiscalKind: 'cash', amountKopecks: sum }],
});

function byCard(amountKopecks: number): SentPayment {
  return { fiscalKind: 'electronic', instrument: 'card', amountKopecks };
}

function inCash(totalKopecks: number, random: SeededRandom): Payer {
  const note = random.pick([10_000, 50_000, 100_000, 500_000]);
  const tenderedKopecks = Math.ceil(totalKopecks / note) * note;
  return {
    totalKopecks,
    payments: [
      {
        fiscalKind: 'cash',
        amountKopecks: totalKopecks,
        tenderedKopecks,
        changeKopecks: tenderedKopecks - totalKopecks,
      },
    ],
  };
}
