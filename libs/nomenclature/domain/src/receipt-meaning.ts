import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type {
  LinkedBy,
  MeaningFinding,
  ReceiptMeaning,
  ReceiptPurpose,
} from '@potok/nomenclature-contracts/receipt-meaning';
import type { ReceiptDocument } from './receipt-document';
import type { ReceiptFacts } from './rule-set';

/** What a decision knows of a receipt beside its document. */
export interface ReceiptContext {
  /** The receipt that this one returns, mends or corrects, and what led to it. */
  readonly link: { readonly documentId: string; readonly by: LinkedBy } | null;
  readonly seller: 'own' | 'other';
}

export const ORDINARY: ReceiptContext = { link: null, seller: 'own' };

/** What a receipt is for beside trade; null = trade. */
export function purposeOf(document: ReceiptDocument): ReceiptPurpose | null {
  if (isCorrection(document)) return 'correction';
  if (document.correctsFpd !== undefined) return 'mendsError';
  return document.operation === 'return' ? 'customerReturn' : null;
}

export function isCorrection({ form }: ReceiptDocument): boolean {
  return form === 'correction' || form === 'strictFormCorrection';
}

/** Own = a seller of the chain, or none that is stated. Without any known ИНН nobody is called a stranger. */
export function sellerOf(document: ReceiptDocument, ownInns: ReadonlySet<string>): 'own' | 'other' {
  const inn = document.fiscal?.sellerInn;
  return inn === undefined || ownInns.size === 0 || ownInns.has(inn) ? 'own' : 'other';
}

/** What is settled against money received before (1215). */
export function prepaidKopecksOf({ payments }: ReceiptDocument): number {
  if (payments === undefined) return 0;
  let kopecks = 0;
  for (const { fiscalKind, amountKopecks } of payments) {
    if (fiscalKind === 'prepaid') kopecks += amountKopecks;
  }
  return kopecks;
}

export function receiptFacts(document: ReceiptDocument, context: ReceiptContext): ReceiptFacts {
  return {
    form: document.form ?? 'receipt',
    operation: document.operation ?? 'unknown',
    fiscalState: document.fiscalState,
    businessState: document.businessState,
    prepaid: prepaidKopecksOf(document) > 0 ? 'yes' : 'no',
    purpose: purposeOf(document) ?? 'ordinary',
    correctionKind: isCorrection(document) ? (document.correction?.kind ?? 'unknown') : 'none',
    linked: context.link === null ? 'no' : 'yes',
    seller: context.seller,
  };
}

export interface MeaningQuestion extends ReceiptContext {
  readonly document: ReceiptDocument;
  /** It names a receipt, known or not. */
  readonly names: boolean;
  /** Of its lines. */
  readonly findings: readonly MeaningFinding[];
}

/** What is to be said of the receipt as a whole; null where there is nothing to say. */
export function receiptMeaningOf(
  question: MeaningQuestion,
  lines: readonly Pick<WholeDecidedLine, 'lineNo' | 'stockEffect'>[],
): ReceiptMeaning | null {
  const { document, link, seller } = question;
  const purpose = purposeOf(document);
  const prepaidKopecks = prepaidKopecksOf(document);
  const undecided = isUndecided(question, lines);
  const plain = purpose === null && prepaidKopecks === 0 && seller === 'own' && !undecided;
  if (plain && link === null && !question.names) return null;
  const findings = [...findingsOf(question, undecided, lines)];
  return {
    ...(purpose === null ? {} : { purpose }),
    ...(link === null ? {} : { saleDocumentId: link.documentId, linkedBy: link.by }),
    ...(seller === 'own' ? {} : { seller }),
    ...(prepaidKopecks === 0 ? {} : { prepaidKopecks }),
    ...(undecided ? { undecided } : {}),
    ...(findings.length === 0 ? {} : { findings }),
  };
}

/** A person has to say: of a line, or of a correction without any that nothing is known to be corrected by. */
function isUndecided(
  { document, link }: MeaningQuestion,
  lines: readonly Pick<WholeDecidedLine, 'stockEffect'>[],
): boolean {
  if (lines.some(({ stockEffect }) => stockEffect === 'unknown')) return true;
  return lines.length === 0 && isCorrection(document) && link === null;
}

function* findingsOf(
  { document, link, names, findings }: MeaningQuestion,
  undecided: boolean,
  lines: readonly Pick<WholeDecidedLine, 'lineNo' | 'stockEffect'>[],
): Generator<MeaningFinding> {
  if (names && link === null) yield { code: 'saleNotFound', lineNo: null };
  const unlinked = isCorrection(document) && link === null;
  if (undecided && unlinked) yield { code: 'correctionNotLinked', lineNo: null };
  if (!unlinked) {
    for (const { lineNo, stockEffect } of lines) {
      if (stockEffect === 'unknown') yield { code: 'effectUnknown', lineNo };
    }
  }
  yield* findings;
}
