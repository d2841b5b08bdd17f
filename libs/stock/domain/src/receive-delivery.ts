import type { MovementDraft } from './movement';

export interface DeliveredLine {
  readonly lineNo: number;
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly amountKopecks: number;
  readonly costKopecks: number | null;
}

/** A delivery (приход): from the supplier to the stock of one location. */
export function receiveDelivery(lines: readonly DeliveredLine[], locationNo: number): MovementDraft[] {
  return lines.map((line) => ({
    lineNo: line.lineNo,
    leg: 0,
    productNo: line.productNo,
    locationNo,
    debit: 'stock',
    credit: 'suppliers',
    quantityMilli: line.quantityMilli,
    amountKopecks: line.amountKopecks,
    costKopecks: line.costKopecks,
    reverses: null,
  }));
}
