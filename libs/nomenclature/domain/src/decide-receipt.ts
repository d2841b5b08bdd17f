import { multiplyByRatio, ONE } from '@potok/kernel/quantity';
import type { Ratio } from '@potok/kernel/quantity';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import type { Catalogue } from './catalogue';
import { matchLine } from './match-line';
import type { LineMatch } from './match-line';
import { ORDINARY, receiptFacts } from './receipt-meaning';
import type { ReceiptContext } from './receipt-meaning';
import type { OwnLineFacts, ReceiptRules, RuleInterpreter } from './rule-set';
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
export function decideReceipt(
  document: CanonicalDocument,
  context: DecisionContext,
  receipt: ReceiptContext = ORDINARY,
): LineDecision[] {
  const place = {
    storeId: document.storeId,
    ledgerAtMs: Date.parse(document.time.ledgerAt),
    systems: systemsOf(document),
  };
  const rules = context.rules.forReceipt(receiptFacts(document, receipt));
  const { catalogue } = context;
  return document.lines.map((line) => {
    const match = matchLine(line, place, catalogue);
    const kind = match === null ? 'goods' : catalogue.kindOf(match.target.productNo);
    return decideLine(line, { match, kind }, rules);
  });
}

/** Whose codes the lines bear. */
export function systemsOf({ identities }: CanonicalDocument): string[] {
  return identities.map(({ scheme }) => scheme);
}

interface MatchedLine {
  readonly match: LineMatch | null;
  readonly kind: ProductKind;
}

/** What the rules ask of a line that leads to a product of this kind. */
export function lineFacts(line: CanonicalLine, kind: ProductKind, { ruleSet }: ReceiptRules): OwnLineFacts {
  return {
    lineState: line.state,
    disposition: line.disposition ?? 'none',
    productKind: kind,
    paymentMethod: line.paymentMethod ?? ruleSet.defaults.paymentMethod,
    subject: line.subject ?? ruleSet.defaults.subject,
    agent: line.agent === undefined ? 'no' : 'yes',
  };
}

/** Written out member by member: it runs for every line of the chain. */
function decideLine(line: CanonicalLine, { match, kind }: MatchedLine, rules: ReceiptRules): LineDecision {
  const { version } = rules.ruleSet;
  const meaning = rules.decide(lineFacts(line, kind, rules));
  const unmatched = match === null ? unmatchedKeyOf(line) : null;
  const coefficient = match === null ? ONE : match.target.coefficient;
  return {
    unmatched,
    decided: {
      lineNo: line.lineNo,
      productId: match === null ? unmatchedProductId(unmatchedKeyOf(line)) : match.target.productId,
      productNo: match === null ? null : match.target.productNo,
      coefficient,
      quantityMilli: baseQuantityMilli(line, coefficient),
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

const WHOLE_PACK_MILLI = 1000;

/**
 * In thousandths of the product's base unit. A part of a pack (1291) is counted in inner units by its own numbers: the
 * quantity beside it (1023) is what the till made of it and is not trusted (register-document §5).
 */
function baseQuantityMilli({ quantityMilli, fraction }: CanonicalLine, coefficient: Ratio): number {
  if (fraction === undefined || fraction.numerator > fraction.denominator) {
    return multiplyByRatio(quantityMilli, coefficient).value;
  }
  const part = { numerator: fraction.numerator, denominator: fraction.denominator * coefficient.denominator };
  return multiplyByRatio(WHOLE_PACK_MILLI * coefficient.numerator, part).value;
}
