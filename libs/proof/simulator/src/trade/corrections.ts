import type { Operation } from '../truth/receipt-facts';
import type { SoldLine } from './lines';
import { makeReceipt, type Moment, type TillDocument } from './receipt';
import type { Till } from './till';

export interface CorrectionRequest extends Moment {
  readonly till: Till;
}

/** Receipts whose goods nobody knows the way of until a person says: corrections, purchases from people. */
export function undecidedReceipt(
  kind: 'correction' | 'buy' | 'buyReturn',
  request: CorrectionRequest,
  sold: readonly SoldLine[],
): TillDocument {
  const operation: Operation = kind === 'correction' ? 'sale' : kind;
  return makeReceipt({
    kind,
    operation,
    sold: sold.map((line) => ({ ...line, effect: line.effect === 'none' ? 'none' : 'undecided' })),
    payments: (totalKopecks) => [{ fiscalKind: 'cash', amountKopecks: totalKopecks }],
    ...request,
    extra:
      kind === 'correction'
        ? { form: 'correction', correction: { type: 0, basisDate: request.date, kind: 'missedSale' } }
        : {},
  });
}
