import type { ReceiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import type { RuleSetAnswer } from '@potok/nomenclature-contracts/rule-set';
import { lineFacts } from '@potok/nomenclature-domain/decide-receipt';
import { receiptFacts } from '@potok/nomenclature-domain/receipt-meaning';
import type { Meaning, RuleInterpreter } from '@potok/nomenclature-domain/rule-set';
import type { ProductKind } from '@potok/nomenclature-contracts/product.v1';

export type SampledReceipt = Pick<ReceiptRegisteredV1, 'documentId' | 'document' | 'lines' | 'meaning'>;

export interface RulesCompared {
  readonly before: RuleInterpreter;
  readonly after: RuleInterpreter;
  readonly kindOf: (productNo: number) => ProductKind;
}

type Comparison = Pick<RuleSetAnswer, 'receiptsCompared' | 'linesCompared' | 'changes'>;
type Change = Comparison['changes'][number];

/** Decides the lines of receipts by both sets of rules, and counts what is different. */
export function compareRules(receipts: readonly SampledReceipt[], rules: RulesCompared): Comparison {
  const changes = new Map<string, Change>();
  let linesCompared = 0;
  for (const receipt of receipts) {
    for (const { lineNo, before, after } of decidedByBoth(receipt, rules)) {
      linesCompared += 1;
      if (before.stockEffect === after.stockEffect && before.recognition === after.recognition) continue;
      const key = [before.stockEffect, before.recognition, after.stockEffect, after.recognition].join('|');
      const known = changes.get(key);
      const sample = known?.sample ?? { documentId: receipt.documentId, lineNo };
      changes.set(key, { before, after, lines: (known?.lines ?? 0) + 1, sample });
    }
  }
  const sorted = [...changes.values()].sort((one, other) => other.lines - one.lines);
  return { receiptsCompared: receipts.length, linesCompared, changes: sorted };
}

function* decidedByBoth(
  { document, lines, meaning }: SampledReceipt,
  { before, after, kindOf }: RulesCompared,
): Generator<{ readonly lineNo: number; readonly before: Meaning; readonly after: Meaning }> {
  const { saleDocumentId, linkedBy = 'documentId', seller = 'own' } = meaning ?? {};
  const link = saleDocumentId === undefined ? null : { documentId: saleDocumentId, by: linkedBy };
  const facts = receiptFacts(document, { link, seller });
  const rules = [before.forReceipt(facts), after.forReceipt(facts)] as const;
  const products = new Map(lines.map(({ lineNo, productNo }) => [lineNo, productNo]));
  for (const line of document.lines) {
    const productNo = products.get(line.lineNo);
    const kind = productNo === undefined ? 'goods' : kindOf(productNo);
    const [one, other] = rules;
    yield {
      lineNo: line.lineNo,
      before: one.decide(lineFacts(line, kind, one)),
      after: other.decide(lineFacts(line, kind, other)),
    };
  }
}
