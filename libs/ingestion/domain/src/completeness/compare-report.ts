import type { ReportComparison, ReportDifference } from '@potok/ingestion-contracts/completeness';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { noSums, receiptsIn } from './shift-facts';
import type { CloseMark, OperationSums, ShiftFacts } from './shift-facts';

type CloseReport = NonNullable<CanonicalDocument['closeReport']>;
type Totals = CloseReport['totals'][number];
type Measure = 'receiptCount' | 'totalKopecks' | 'cashKopecks' | 'electronicKopecks';

const SUMS: readonly Measure[] = ['totalKopecks', 'cashKopecks', 'electronicKopecks'];
const DIFFERENCES_MAX = 100;

/** Tills do not agree on whether 1111 counts the opening and the close report themselves. */
export const DOCUMENT_COUNT_SLACK = 2;

export interface ComparedShift {
  readonly shift: ShiftFacts & { readonly closed: CloseMark };
  /** The close of the shift before it in the same ФН; null = not received. */
  readonly previous: CloseMark | null;
  /** True for the first shift of a ФН: its counters began at 0. */
  readonly isFirst: boolean;
  /** By how much 1111 may be below the documents of the shift. */
  readonly documentCountSlack: number;
}

/**
 * The counters of a close report against the documents of its shift, all of which must be here. 1194 counts the shift
 * and is compared as it stands; 1157 counts the life of the ФН: what it grew by since the report before.
 */
export function compareReport(compared: ComparedShift): ReportComparison {
  const { report } = compared.shift.closed;
  if (report === null) return { result: 'none', differences: [] };
  const differences = countDifferences(compared, report);
  const statesCounts = isStated(report.receiptCount) || isStated(report.documentCount);
  let sumsCompared = 0;
  let sumsLeft = 0;
  for (const totals of withAbsent(report.totals, compared.shift)) {
    const counted = compared.shift.sums[totals.operation] ?? noSums();
    const before = totals.origin === 'fiscalFn1157' ? countersBefore(compared, totals) : 0;
    for (const measure of ['receiptCount', ...SUMS] as const) {
      const stated = totals[measure];
      if (!isStated(stated)) continue;
      const offset = before === 0 ? 0 : before?.[measure];
      if (!isStated(offset) || (isPayment(measure) && counted.unpaidCount !== 0)) {
        sumsLeft += 1;
        continue;
      }
      if (measure !== 'receiptCount') sumsCompared += 1;
      const difference = { stated: stated - offset, counted: counted[measure] };
      if (difference.stated === difference.counted) continue;
      differences.push({ origin: totals.origin, operation: totals.operation, measure, ...difference });
    }
  }
  const result = resultOf({ statesCounts, sumsCompared, sumsLeft });
  return { result, differences: differences.slice(0, DIFFERENCES_MAX) };
}

function isStated(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}

function isPayment(measure: Measure): boolean {
  return measure === 'cashKopecks' || measure === 'electronicKopecks';
}

function resultOf(what: { statesCounts: boolean; sumsCompared: number; sumsLeft: number }) {
  if (what.sumsCompared > 0) return what.sumsLeft > 0 ? 'partial' : 'full';
  return what.statesCounts ? 'countsOnly' : 'none';
}

function countDifferences(
  { shift, documentCountSlack }: ComparedShift,
  report: CloseReport,
): ReportDifference[] {
  const differences: ReportDifference[] = [];
  const { receiptCount, documentCount } = report;
  const origin = 'closeReport';
  const receipts = receiptsIn(shift);
  if (isStated(receiptCount) && receiptCount !== receipts) {
    const measure = 'receiptCount';
    differences.push({ origin, operation: null, measure, stated: receiptCount, counted: receipts });
  }
  const documents = shift.opened === null ? null : shift.closed.number - shift.opened.number + 1;
  if (
    isStated(documentCount) &&
    documents !== null &&
    (documentCount > documents || documentCount < documents - documentCountSlack)
  ) {
    const measure = 'documentCount';
    differences.push({ origin, operation: null, measure, stated: documentCount, counted: documents });
  }
  return differences;
}

/** 1194 leaves out operations of which there were none: what it does not name it states as nothing. */
function withAbsent(totals: readonly Totals[], shift: ShiftFacts): readonly Totals[] {
  const fiscal = totals.filter(({ origin }) => origin === 'fiscalShift1194');
  if (fiscal.length === 0) return totals;
  const named = new Set(fiscal.map(({ operation }) => operation));
  const absent = Object.entries(shift.sums)
    .filter(([operation, sums]) => !named.has(operation) && sums.receiptCount !== 0)
    .map(([operation]) => ({
      origin: 'fiscalShift1194' as const,
      operation,
      receiptCount: 0,
      totalKopecks: 0,
    }));
  return [...totals, ...absent];
}

/** What the ФН had counted before the shift; null = not known. */
function countersBefore(
  { previous, isFirst }: ComparedShift,
  { operation }: Totals,
): OperationSums | Totals | null {
  if (isFirst) return noSums();
  const totals = previous?.report?.totals ?? [];
  return totals.find((one) => one.origin === 'fiscalFn1157' && one.operation === operation) ?? null;
}
