import type { AppliedWatch } from './applied-watch';
import type { BiBook } from './bi-book';
import type { PromptDocument } from './compare-documents';
import type { MovementsBook } from './movements-book';
import type { ReceiptsBook } from './receipts-book';
import type { AuditReport } from './report';

type FreshnessFigures = Pick<
  AuditReport,
  | 'freshnessMsP50'
  | 'freshnessMsP99'
  | 'freshnessReportMsP50'
  | 'freshnessReportMsP99'
  | 'freshnessBiMsP50'
  | 'freshnessBiMsP99'
>;

export interface Stages {
  readonly movements: MovementsBook;
  readonly receipts: ReceiptsBook;
  readonly rows: BiBook;
  readonly reports: AppliedWatch;
}

/** How long documents took from their acknowledgement to each stage, milliseconds; null where no stage was seen. */
export function freshnessOf(
  documents: readonly PromptDocument[],
  { movements, receipts, rows, reports }: Stages,
): FreshnessFigures {
  const took = (reachedAtMs: (documentId: string) => number | null | undefined): readonly number[] =>
    documents
      .flatMap(({ documentId, acknowledgedAtMs }) => {
        const atMs = reachedAtMs(documentId) ?? null;
        return atMs === null ? [] : [Math.max(0, atMs - acknowledgedAtMs)];
      })
      .sort((a, b) => a - b);
  const toStock = took((id) => movements.byDocument.get(id)?.recordedAtMs);
  const toReport = took((id) => {
    const first = receipts.byDocument.get(id)?.first;
    return first === undefined ? null : reports.heldAtMs(first.storeId, first.streamSeq);
  });
  const toBi = took((id) => rows.appendedAtMs.get(id));
  return {
    freshnessMsP50: quantile(toStock, 0.5),
    freshnessMsP99: quantile(toStock, 0.99),
    freshnessReportMsP50: quantile(toReport, 0.5),
    freshnessReportMsP99: quantile(toReport, 0.99),
    freshnessBiMsP50: quantile(toBi, 0.5),
    freshnessBiMsP99: quantile(toBi, 0.99),
  };
}

/** Of values in ascending order; null of none. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
