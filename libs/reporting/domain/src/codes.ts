import { discountOrigins } from '@potok/reporting-contracts/report-http';
import { fiscalKind, instruments, vatRates } from '@potok/retail/document/codes';
import type { BusinessState, FiscalState, Operation } from '@potok/retail/document/codes';

/** Small integers of the tables of reporting, each list written once. */

export const OPERATIONS = ['sale', 'return', 'buy', 'buyReturn'] as const satisfies readonly Operation[];

/** How a line counts, as the nomenclature decided; `voided` lines are out of every sum. */
export const RECOGNITIONS = [
  'sale',
  'transferAgainstAdvance',
  'credit',
  'advance',
  'creditPayment',
  'agent',
  'none',
  'voided',
] as const;
export type Recognition = (typeof RECOGNITIONS)[number];

/** What a receipt is for; `purchase` is everything that is none of the others. Codes begin at 0. */
export const PURPOSES = ['purchase', 'customerReturn', 'mendsError', 'correction'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const STOCK_EFFECTS = ['out', 'in', 'none', 'unknown'] as const;
export const FISCAL_KINDS = fiscalKind.options;
/** An instrument that is not in the list counts as `other`; the empty one was not stated. */
export const INSTRUMENTS = ['', ...instruments] as const;
export const RETURN_METHODS = ['scanned', 'manual', 'matched', 'none'] as const;
export const VAT_RATES = vatRates;
/** Who gave a discount (register-document §5); an origin that is not in the list counts as `other`. */
export const DISCOUNT_ORIGINS = discountOrigins;

export const OPERATION_CODE = codesOf(OPERATIONS);
export const RECOGNITION_CODE = codesOf(RECOGNITIONS);
export const STOCK_EFFECT_CODE = codesOf(STOCK_EFFECTS);
export const RETURN_METHOD_CODE = codesOf(RETURN_METHODS);
export const VAT_RATE_CODE = codesOf(VAT_RATES);
export const DISCOUNT_ORIGIN_CODE = codesOf(DISCOUNT_ORIGINS);
const FISCAL_KIND_CODE = codesOf(FISCAL_KINDS);
const INSTRUMENT_CODE = codesOf(INSTRUMENTS);

/** Own turnover: goods and services handed over, whenever they are or were paid for. */
export const REVENUE_RECOGNITIONS: readonly Recognition[] = ['sale', 'transferAgainstAdvance', 'credit'];

const INSTRUMENTS_RANGE = 16;

/** One integer for what a payment was made with. */
export function paymentCode(fiscalKind: string, instrument: string | undefined): number {
  const kind = FISCAL_KIND_CODE.get(fiscalKind) ?? FISCAL_KINDS.length;
  const with_ = INSTRUMENT_CODE.get(instrument ?? '') ?? INSTRUMENTS.length;
  return kind * INSTRUMENTS_RANGE + with_;
}

export function paymentOf(code: number): { readonly fiscalKind: string; readonly instrument: string } {
  return {
    fiscalKind: FISCAL_KINDS[Math.floor(code / INSTRUMENTS_RANGE) - 1] ?? 'none',
    instrument: INSTRUMENTS[(code % INSTRUMENTS_RANGE) - 1] ?? '',
  };
}

/**
 * Whether a receipt counts in reports at all: it was completed, and it is a receipt of the chain's trade. A fiscal
 * state `failed` has no fiscal document, `training` no trade behind it.
 */
export function countsInReports(fiscalState: FiscalState, businessState: BusinessState): boolean {
  return businessState === 'completed' && fiscalState !== 'training' && fiscalState !== 'failed';
}

/** Codes begin at 1, in the order of the list. */
function codesOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index + 1]));
}
