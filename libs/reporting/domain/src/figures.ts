import { RECOGNITION_CODE, REVENUE_RECOGNITIONS } from './codes';
import type { FactLine, ReceiptFacts } from './receipt-facts';
import { vatOf } from './vat';
import type { VatFigures } from './vat';

/** Sums of one receipt, or of many: what an aggregate row of a day holds. */
export interface ReceiptSums {
  lines: number;
  totalKopecks: number;
  revenueKopecks: number;
  advanceKopecks: number;
  creditPaymentKopecks: number;
  agentKopecks: number;
  otherKopecks: number;
  discountKopecks: number;
  roundingKopecks: number;
  /** Of the revenue: receipts that state a total and no lines. */
  unitemisedKopecks: number;
}

type Bucket = 'revenueKopecks' | 'advanceKopecks' | 'creditPaymentKopecks' | 'agentKopecks' | 'otherKopecks';

const BUCKETS: readonly (Bucket | null)[] = bucketsByCode();
const AGENT = RECOGNITION_CODE.get('agent') ?? 0;
const VOIDED = RECOGNITION_CODE.get('voided') ?? 0;

/**
 * What a receipt adds to its day. Turnover is counted once: an advance and the payment of a credit are money, not
 * turnover; the goods handed over against them are. What is sold for others (1222) is not own turnover.
 */
export function sumsOf(facts: ReceiptFacts): ReceiptSums {
  const sums: ReceiptSums = {
    lines: 0,
    totalKopecks: facts.totalKopecks,
    revenueKopecks: 0,
    advanceKopecks: 0,
    creditPaymentKopecks: 0,
    agentKopecks: 0,
    otherKopecks: 0,
    discountKopecks: 0,
    roundingKopecks: facts.roundingKopecks,
    unitemisedKopecks: 0,
  };
  for (const line of facts.lines) {
    const bucket = BUCKETS[line.recognition] ?? null;
    if (bucket === null) continue;
    sums[bucket] += line.amountKopecks;
    sums.discountKopecks += line.discountKopecks;
    if (line.lineNo === 0) sums.unitemisedKopecks += line.amountKopecks;
    else sums.lines += 1;
  }
  return sums;
}

/** VAT of a receipt by rate: of what is the chain's own, advances included; see `vatOf`. */
export function vatFiguresOf(facts: ReceiptFacts): readonly VatFigures[] {
  return vatOf(facts.lines.filter(isOwn), facts.vatTotals);
}

function isOwn({ recognition }: FactLine): boolean {
  return recognition !== AGENT && recognition !== VOIDED;
}

/** By the code of a recognition. */
function bucketsByCode(): (Bucket | null)[] {
  const buckets: (Bucket | null)[] = [];
  for (const [name, code] of RECOGNITION_CODE) buckets[code] = bucketOf(name);
  return buckets;
}

function bucketOf(recognition: string): Bucket | null {
  if (REVENUE_RECOGNITIONS.some((name) => name === recognition)) return 'revenueKopecks';
  if (recognition === 'advance') return 'advanceKopecks';
  if (recognition === 'creditPayment') return 'creditPaymentKopecks';
  if (recognition === 'agent') return 'agentKopecks';
  return recognition === 'voided' ? null : 'otherKopecks';
}
