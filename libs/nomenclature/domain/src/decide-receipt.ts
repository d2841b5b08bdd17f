import { multiplyByRatio, ONE } from '@potok/kernel/quantity';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import type { Catalogue } from './catalogue';
import { matchLine } from './match-line';
import type { LineMatch } from './match-line';
import type { ReceiptFacts, ReceiptRules, RuleInterpreter } from './rule-set';
import { unmatchedKeyOf, unmatchedProductId } from './unmatched-product';
import type { UnmatchedKey } from './unmatched-product';

/** A line's decision but for the number of a product that may have to be made first. */
export type UnnumberedLine = Omit<WholeDecidedLine, 'productNo'> & { readonly productNo: number | null };

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
  const rules = context.rules.forReceipt(receiptFacts(document));
  return document.lines.map((line) => decideLine(line, matchLine(line, place, context.catalogue), rules));
}

function receiptFacts(document: CanonicalDocument): ReceiptFacts {
  const prepaid = document.payments?.some((payment) => payment.fiscalKind === 'prepaid') ?? false;
  return {
    form: document.form ?? 'receipt',
    operation: document.operation ?? 'unknown',
    fiscalState: document.fiscalState,
    businessState: document.businessState,
    prepaid: prepaid ? 'yes' : 'no',
  };
}

/** Written out member by member: it runs for every line of the chain. */
function decideLine(line: CanonicalLine, match: LineMatch | null, rules: ReceiptRules): LineDecision {
  const { defaults, version } = rules.ruleSet;
  const meaning = rules.decide({
    lineState: line.state,
    paymentMethod: line.paymentMethod ?? defaults.paymentMethod,
    subject: line.subject ?? defaults.subject,
    agent: line.agent === undefined ? 'no' : 'yes',
  });
  const unmatched = match === null ? unmatchedKeyOf(line) : null;
  const coefficient = match === null ? ONE : match.target.coefficient;
  return {
    unmatched,
    decided: {
      lineNo: line.lineNo,
      productId: match === null ? unmatchedProductId(unmatchedKeyOf(line)) : match.target.productId,
      productNo: match === null ? null : match.target.productNo,
      coefficient,
      quantityMilli: multiplyByRatio(line.quantityMilli, coefficient).value,
      amountKopecks: line.amountKopecks,
      stockEffect: meaning.stockEffect,
      recognition: meaning.recognition,
      matchedBy: match === null ? 'none' : match.matchedBy,
      ruleVersion: version,
      locationId: line.stockLocationId,
      locationNo: line.stockLocationNo,
    },
  };
}
