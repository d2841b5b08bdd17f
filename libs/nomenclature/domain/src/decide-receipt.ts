import { present } from '@potok/kernel/assert';
import { multiplyByRatio, ONE } from '@potok/kernel/quantity';
import type { Ratio } from '@potok/kernel/quantity';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';
import type { Catalogue } from './catalogue';
import { matchLine } from './match-line';
import type { LineMatch } from './match-line';
import type { DecidableReceipt, ReceiptDocument, ReceiptLine } from './receipt-document';
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
  { document, whole }: DecidableReceipt,
  context: DecisionContext,
  about: ReceiptContext = ORDINARY,
): LineDecision[] {
  const place = {
    storeId: document.storeId,
    ledgerAtMs: Date.parse(document.time.ledgerAt),
    systems: systemsOf(document),
  };
  const rules = context.rules.forReceipt(receiptFacts(document, about));
  const { catalogue } = context;
  return document.lines.map((line, index) => {
    const match = matchLine(line, place, catalogue);
    if (match !== null) return decideLine(line, matched(match, catalogue), rules);
    const described = present(whole().lines[index], 'a line of the whole document');
    return decideLine(line, standingFor(unmatchedKeyOf(described)), rules);
  });
}

/** Whose codes the lines bear. */
export function systemsOf({ identities }: ReceiptDocument): string[] {
  return identities.map(({ scheme }) => scheme);
}

interface LineProduct extends Pick<UnnumberedLine, 'productId' | 'productNo' | 'coefficient' | 'matchedBy'> {
  readonly kind: ProductKind;
  readonly unmatched: UnmatchedKey | null;
}

function matched({ target, matchedBy }: LineMatch, catalogue: Catalogue): LineProduct {
  const { productId, productNo, coefficient } = target;
  return { productId, productNo, coefficient, matchedBy, kind: catalogue.kindOf(productNo), unmatched: null };
}

function standingFor(unmatched: UnmatchedKey): LineProduct {
  const productId = unmatchedProductId(unmatched);
  return { productId, productNo: null, coefficient: ONE, matchedBy: 'none', kind: 'goods', unmatched };
}

/** What the rules ask of a line that leads to a product of this kind. */
export function lineFacts(line: ReceiptLine, kind: ProductKind, { ruleSet }: ReceiptRules): OwnLineFacts {
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
function decideLine(line: ReceiptLine, product: LineProduct, rules: ReceiptRules): LineDecision {
  const meaning = rules.decide(lineFacts(line, product.kind, rules));
  return {
    unmatched: product.unmatched,
    decided: {
      lineNo: line.lineNo,
      productId: product.productId,
      productNo: product.productNo,
      coefficient: product.coefficient,
      quantityMilli: baseQuantityMilli(line, product.coefficient),
      amountKopecks: line.amountKopecks,
      stockEffect: meaning.stockEffect,
      recognition: meaning.recognition,
      matchedBy: product.matchedBy,
      ruleVersion: rules.ruleSet.version,
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
export function baseQuantityMilli(
  { quantityMilli, fraction }: Pick<ReceiptLine, 'quantityMilli' | 'fraction'>,
  coefficient: Ratio,
): number {
  if (fraction === undefined || fraction.numerator > fraction.denominator) {
    return multiplyByRatio(quantityMilli, coefficient).value;
  }
  const part = { numerator: fraction.numerator, denominator: fraction.denominator * coefficient.denominator };
  return multiplyByRatio(WHOLE_PACK_MILLI * coefficient.numerator, part).value;
}
