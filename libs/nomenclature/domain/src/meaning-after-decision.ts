import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ManualDecision } from '@potok/nomenclature-contracts/decisions-http';
import type { LinkedBy, ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';

/** What a decision adds to what a receipt is. */
export interface DecisionAbout {
  /** The lines that it changes. */
  readonly lines: readonly WholeDecidedLine[];
  readonly decision: Pick<ManualDecision, 'stockEffect' | 'saleDocumentId'>;
  /** Absent = a person. */
  readonly linkedBy?: LinkedBy;
}

interface Before {
  readonly meaning: ReceiptMeaning | null;
  readonly lines: readonly WholeDecidedLine[];
}

/**
 * What the receipt is after a decision: undecided no more when every line has a known effect, or when a receipt without
 * lines was decided as a whole. A link stays unless another is named.
 */
export function meaningAfterDecision(
  { meaning, lines: before }: Before,
  about: DecisionAbout,
): ReceiptMeaning {
  const { undecided, findings = [], ...rest } = meaning ?? {};
  const { decision, linkedBy = 'person' } = about;
  const { saleDocumentId = rest.saleDocumentId } = decision;
  const lines = new Map([...before, ...about.lines].map((line) => [line.lineNo, line]));
  const unknown = new Set(
    [...lines.values()].filter(({ stockEffect }) => stockEffect === 'unknown').map(({ lineNo }) => lineNo),
  );
  const isOpen =
    lines.size === 0 ? undecided === true && decision.stockEffect === undefined : unknown.size > 0;
  const linked = saleDocumentId !== undefined;
  const left = findings.filter(({ code, lineNo }) => {
    if (code === 'effectUnknown') return lineNo !== null && unknown.has(lineNo);
    if (code === 'correctionNotLinked') return isOpen && !linked;
    return code !== 'saleNotFound' || lineNo !== null || !linked;
  });
  const by = saleDocumentId === rest.saleDocumentId ? rest.linkedBy : linkedBy;
  return {
    ...rest,
    ...(saleDocumentId === undefined ? {} : { saleDocumentId }),
    ...(by === undefined ? {} : { linkedBy: by }),
    ...(isOpen ? { undecided: true } : {}),
    ...(left.length === 0 ? {} : { findings: left }),
  };
}
