import { RECOGNITION_CODE, STOCK_EFFECT_CODE } from './codes';
import type { LineDecision } from './read-receipt';
import type { FactLine, ReceiptFacts } from './receipt-facts';

const VOIDED = RECOGNITION_CODE.get('voided') ?? 0;

/** The receipt with some of its lines decided anew: product, quantity in base units, effect and recognition. */
export function decideLines(facts: ReceiptFacts, decisions: readonly LineDecision[]): ReceiptFacts {
  const byNumber = new Map(decisions.map((decision) => [decision.lineNo, decision]));
  return { ...facts, lines: facts.lines.map((line) => decided(line, byNumber.get(line.lineNo), facts)) };
}

function decided(line: FactLine, decision: LineDecision | undefined, { direction }: ReceiptFacts): FactLine {
  if (decision === undefined) return line;
  return {
    ...line,
    productNo: decision.productNo,
    quantityMilli: direction * decision.quantityMilli,
    stockEffect: STOCK_EFFECT_CODE.get(decision.stockEffect) ?? line.stockEffect,
    recognition:
      line.recognition === VOIDED ? VOIDED : (RECOGNITION_CODE.get(decision.recognition) ?? line.recognition),
  };
}
