import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { exampleDocument } from '@potok/retail/document/example';

/** What the story of `bi-story.ts` remembers of a receipt, and its canonical document. */

export interface StoryDecision {
  readonly productNo: number;
  readonly quantityMilli: number;
  readonly recognition: string;
  readonly moves: boolean;
}

export interface StoryLine {
  readonly lineNo: number;
  /** added = a person said what a receipt without lines was about. */
  readonly state: 'sold' | 'voided' | 'added';
  readonly amountKopecks: number;
  decision: StoryDecision;
}

export interface StoryDocument {
  readonly storeNo: number;
  readonly receiptSeq: number;
  readonly documentId: string;
  readonly operation: 'sale' | 'return';
  revision: number;
  decisionNo: number;
  stands: boolean;
  businessDate: string;
  totalKopecks: number;
  lines: StoryLine[];
}

export const STREAM_TYPES = {
  registered: 'retail.sales.receipt-registered.v1',
  revised: 'retail.sales.receipt-revised.v1',
  decided: 'retail.sales.lines-decided.v1',
} as const;

export function documentOf(document: StoryDocument): CanonicalDocument {
  const store = `store-${String(document.storeNo)}`;
  return {
    ...exampleDocument,
    documentId: document.documentId,
    storeId: store,
    storeNo: document.storeNo,
    registerId: `${store}-1`,
    operation: document.operation,
    identities: [{ scheme: 'fn', series: '7380440800123456', number: document.receiptSeq }],
    time: { ...exampleDocument.time, businessDate: document.businessDate },
    totalKopecks: document.totalKopecks,
    payments: [{ fiscalKind: 'cash', amountKopecks: document.totalKopecks }],
    lines: document.lines.flatMap(({ lineNo, state, amountKopecks, decision }) =>
      state === 'added'
        ? []
        : [
            {
              lineNo,
              state,
              name: 'Сыр «Российский» \\ 45 %',
              quantityMilli: decision.quantityMilli,
              amountKopecks,
              vat: { rate: '10' as const, amountKopecks: null, origin: 'stated' as const },
              stockLocationId: store,
              stockLocationNo: document.storeNo,
            },
          ],
    ),
  };
}
