import { RECOGNITION_CODE, STOCK_EFFECT_CODE, VAT_RATE_CODE } from './codes';
import type { LineDecision } from './read-receipt';
import type { FactLine, ReceiptFacts } from './receipt-facts';

const VOIDED = RECOGNITION_CODE.get('voided') ?? 0;

export interface AmountDecision extends LineDecision {
  readonly amountKopecks: number;
}

/**
 * The receipt with some of its lines decided anew: product, quantity in base units, effect and recognition. A person may
 * add lines to a receipt that came without any: they take the place of its bare total, as far as they go.
 */
export function decideLines(facts: ReceiptFacts, decisions: readonly AmountDecision[]): ReceiptFacts {
  const byNumber = new Map(decisions.map((decision) => [decision.lineNo, decision]));
  const known = new Set(facts.lines.map(({ lineNo }) => lineNo));
  const lines = facts.lines.map((line) => decided(line, byNumber.get(line.lineNo), facts));
  const added = decisions.filter(({ lineNo }) => !known.has(lineNo)).map((line) => addedLine(line, facts));
  return { ...facts, lines: added.length === 0 ? lines : withoutPart([...lines, ...added], added) };
}

/** What the added lines explain is taken from the bare total; it goes when nothing is left. */
function withoutPart(lines: readonly FactLine[], added: readonly FactLine[]): FactLine[] {
  const explained = added.reduce((sum, { amountKopecks }) => sum + amountKopecks, 0);
  return lines
    .map((line) => (line.lineNo === 0 ? { ...line, amountKopecks: line.amountKopecks - explained } : line))
    .filter(({ lineNo, amountKopecks }) => lineNo !== 0 || amountKopecks !== 0);
}

function addedLine(decision: AmountDecision, { direction }: ReceiptFacts): FactLine {
  return {
    lineNo: decision.lineNo,
    productNo: decision.productNo,
    quantityMilli: direction * decision.quantityMilli,
    amountKopecks: direction * decision.amountKopecks,
    discountKopecks: 0,
    vatRate: VAT_RATE_CODE.get('unknown') ?? 0,
    vatKopecks: null,
    recognition: RECOGNITION_CODE.get(decision.recognition) ?? 0,
    stockEffect: STOCK_EFFECT_CODE.get(decision.stockEffect) ?? 0,
  };
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
