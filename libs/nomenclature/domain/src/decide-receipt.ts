import { multiplyByRatio, ONE } from '@potok/kernel/quantity';
import type { DecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import type { Catalogue } from './catalogue';
import { matchLine } from './match-line';
import type { LineMatch } from './match-line';
import type { LineFacts, RuleInterpreter } from './rule-set';
import { unmatchedKeyOf, unmatchedProductId } from './unmatched-product';
import type { UnmatchedKey } from './unmatched-product';

/** A line's decision but for the number of a product that may have to be made first. */
export type UnnumberedLine = Omit<DecidedLine, 'productNo'> & { readonly productNo: number | null };

export interface LineDecision {
  readonly decided: UnnumberedLine;
  /** Set where an unmatched product stands for the line. */
  readonly unmatched: UnmatchedKey | null;
}

export interface DecisionContext {
  readonly catalogue: Catalogue;
  readonly rules: RuleInterpreter;
}

/** Every line of a receipt: its product, its stock effect, its recognition. */
export function decideReceipt(document: CanonicalDocument, context: DecisionContext): LineDecision[] {
  const place = { storeId: document.storeId, ledgerAtMs: Date.parse(document.time.ledgerAt) };
  const facts = receiptFacts(document);
  return document.lines.map((line) => {
    const match = matchLine(line, place, context.catalogue);
    return decideLine(line, match, { facts, rules: context.rules });
  });
}

/** The facts that all lines of a receipt share. */
function receiptFacts(document: CanonicalDocument) {
  const prepaid = document.payments?.some((payment) => payment.fiscalKind === 'prepaid') ?? false;
  return {
    form: document.form ?? 'receipt',
    operation: document.operation ?? 'unknown',
    fiscalState: document.fiscalState,
    businessState: document.businessState,
    prepaid: prepaid ? 'yes' : 'no',
  } as const;
}

interface LineContext {
  readonly facts: ReturnType<typeof receiptFacts>;
  readonly rules: RuleInterpreter;
}

function decideLine(
  line: CanonicalLine,
  match: LineMatch | null,
  { facts, rules }: LineContext,
): LineDecision {
  const { defaults, version } = rules.ruleSet;
  const lineFacts: LineFacts = {
    ...facts,
    lineState: line.state,
    paymentMethod: line.paymentMethod ?? defaults.paymentMethod,
    subject: line.subject ?? defaults.subject,
    agent: line.agent === undefined ? 'no' : 'yes',
  };
  const unmatched = match === null ? unmatchedKeyOf(line) : null;
  const coefficient = match?.coefficient ?? ONE;
  return {
    unmatched,
    decided: {
      lineNo: line.lineNo,
      productId: match?.productId ?? (unmatched === null ? '' : unmatchedProductId(unmatched)),
      productNo: match?.productNo ?? null,
      coefficient,
      quantityMilli: multiplyByRatio(line.quantityMilli, coefficient).value,
      amountKopecks: line.amountKopecks,
      ...rules.decide(lineFacts),
      matchedBy: match?.matchedBy ?? 'none',
      ruleVersion: version,
      locationId: line.stockLocationId,
      locationNo: line.stockLocationNo,
    },
  };
}
