import type { DocumentFacts } from './document-facts';
import { revenueSign, type AmountFact, type ReceiptFacts } from './receipt-facts';

/** Receipts, operations and sums of one register on one business date. */
export interface DayFigures {
  receipts: number;
  /** Receipts of purchases, and the operations that they are: several receipts may be one. */
  purchaseReceipts: number;
  readonly purchases: Set<string>;
  customerReturnReceipts: number;
  mendingReceipts: number;
  correctionReceipts: number;
  /** Own turnover: sales less returns. */
  revenueKopecks: number;
  salesKopecks: number;
  customerReturnsKopecks: number;
  mendingReturnsKopecks: number;
  /** Received in advance less given back; not turnover yet. */
  advancesKopecks: number;
  /** Sold for others. */
  agentKopecks: number;
  creditPaymentsKopecks: number;
  discountsKopecks: number;
}

/**
 * What reports must show of everything that was acknowledged, added up once more from the facts of each receipt.
 * Keys are joined with `|`; sums are kopecks.
 */
export class ExpectedFigures {
  /** `storeId|businessDate|registerId`. */
  readonly days = new Map<string, DayFigures>();
  /** `storeId|businessDate|registerId|productKey` → own turnover, sales less returns. */
  readonly revenueByProduct = new Map<string, number>();
  /** `storeId|businessDate|operation|fiscalKind|instrument` (instrument may be empty) → sum of the payments. */
  readonly payments = new Map<string, number>();
  /** `storeId|businessDate|operation|rate` → tax as stated; the turnover of `none` and `0`. */
  readonly vat = new Map<string, number>();
  /** `cashier|storeId|businessDate` → own turnover. */
  readonly revenueByCashier = new Map<string, number>();

  add(facts: DocumentFacts): void {
    const { receipt, storeId, registerId } = facts;
    if (receipt === null || receipt.failed === true || facts.expected !== 'accepted' || facts.role !== 'sale')
      return;
    const day = `${storeId}|${receipt.businessDate}`;
    const figures = this.dayOf(`${day}|${registerId}`);
    count(figures, receipt, facts.key);
    for (const line of linesOrTotal(receipt)) {
      const [, productKey, recognition, amountKopecks] = line;
      const revenue = revenueSign(receipt, recognition) * amountKopecks;
      addLine(figures, receipt, line);
      if (revenue === 0) continue;
      increase(this.revenueByProduct, `${day}|${registerId}|${productKey}`, revenue);
      increase(this.revenueByCashier, `${receipt.cashier}|${day}`, revenue);
    }
    for (const [kind, instrument, amountKopecks] of receipt.payments) {
      increase(this.payments, `${day}|${receipt.operation}|${kind}|${instrument ?? ''}`, amountKopecks);
    }
    for (const [rate, amountKopecks] of receipt.vat) {
      increase(this.vat, `${day}|${receipt.operation}|${rate}`, amountKopecks);
    }
  }

  private dayOf(key: string): DayFigures {
    const known = this.days.get(key);
    if (known !== undefined) return known;
    const figures: DayFigures = {
      receipts: 0,
      purchaseReceipts: 0,
      purchases: new Set(),
      customerReturnReceipts: 0,
      mendingReceipts: 0,
      correctionReceipts: 0,
      revenueKopecks: 0,
      salesKopecks: 0,
      customerReturnsKopecks: 0,
      mendingReturnsKopecks: 0,
      advancesKopecks: 0,
      agentKopecks: 0,
      creditPaymentsKopecks: 0,
      discountsKopecks: 0,
    };
    this.days.set(key, figures);
    return figures;
  }
}

/** What a receipt without lines took is turnover, of no product. */
function linesOrTotal({ lines, totalKopecks }: ReceiptFacts): readonly AmountFact[] {
  return lines.length > 0 ? lines : [[0, '', 'sale', totalKopecks]];
}

function count(figures: DayFigures, receipt: ReceiptFacts, key: string): void {
  figures.receipts += 1;
  figures.discountsKopecks += receipt.discountKopecks;
  if (receipt.purpose === 'correction') figures.correctionReceipts += 1;
  if (receipt.purpose === 'customerReturn') figures.customerReturnReceipts += 1;
  if (receipt.purpose === 'mendsError') figures.mendingReceipts += 1;
  if (receipt.purpose !== 'purchase' || receipt.operation !== 'sale') return;
  figures.purchaseReceipts += 1;
  figures.purchases.add(receipt.operationId ?? key);
}

function addLine(
  figures: DayFigures,
  receipt: ReceiptFacts,
  [, , recognition, amountKopecks]: AmountFact,
): void {
  const sign = receipt.operation === 'sale' ? 1 : receipt.operation === 'return' ? -1 : 0;
  if (recognition === 'advance') figures.advancesKopecks += sign * amountKopecks;
  if (recognition === 'agent') figures.agentKopecks += sign * amountKopecks;
  if (recognition === 'creditPayment') figures.creditPaymentsKopecks += sign * amountKopecks;
  const revenue = revenueSign(receipt, recognition) * amountKopecks;
  figures.revenueKopecks += revenue;
  if (revenue > 0) figures.salesKopecks += revenue;
  if (receipt.operation !== 'return') return;
  if (receipt.purpose === 'customerReturn') figures.customerReturnsKopecks -= revenue;
  if (receipt.purpose === 'mendsError') figures.mendingReturnsKopecks -= revenue;
}

function increase(sums: Map<string, number>, key: string, kopecks: number): void {
  sums.set(key, (sums.get(key) ?? 0) + kopecks);
}
