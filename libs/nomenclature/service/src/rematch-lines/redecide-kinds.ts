import { present } from '@potok/kernel/assert';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import { lineFacts } from '@potok/nomenclature-domain/decide-receipt';
import { receiptFacts } from '@potok/nomenclature-domain/receipt-meaning';
import type { RuleInterpreter } from '@potok/nomenclature-domain/rule-set';
import type { Tx } from '@potok/platform-postgres/tx';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import { placeKey, readDecidedReceipts } from '../storage/decided-receipts';
import type { DecidedReceipt } from '../storage/decided-receipts';
import type { ReceiptPlace } from '../storage/receipt-table';

/** A waiting line with what it has come to. */
export interface ExplainedLine {
  readonly place: ReceiptPlace;
  readonly decided: WholeDecidedLine;
}

interface Knowledge {
  readonly catalogue: CatalogueIndex;
  readonly rules: RuleInterpreter;
}

/**
 * A line waited as goods: where its product turns out to be a service or a gift card, the rules are asked again, unless
 * something else than they has decided it. Answers the lines that are different then.
 */
export async function redecideKinds<Line extends ExplainedLine>(
  tx: Tx,
  lines: readonly Line[],
  knowledge: Knowledge,
): Promise<Map<Line, WholeDecidedLine>> {
  const special = lines.filter(({ decided }) => knowledge.catalogue.kindOf(decided.productNo) !== 'goods');
  const receipts = await readDecidedReceipts(
    tx,
    special.map(({ place }) => place),
  );
  const redecided = new Map<Line, WholeDecidedLine>();
  for (const line of special) {
    const receipt = present(receipts.get(placeKey(line.place)), 'the receipt of a line');
    redecided.set(line, redecide(line.decided, receipt, knowledge));
  }
  return redecided;
}

function redecide(
  line: WholeDecidedLine,
  { document, meaning }: DecidedReceipt,
  { catalogue, rules }: Knowledge,
): WholeDecidedLine {
  const stated = document.lines.find(({ lineNo }) => lineNo === line.lineNo);
  if (stated === undefined) return line;
  const { saleDocumentId, linkedBy = 'documentId', seller = 'own' } = meaning ?? {};
  const link = saleDocumentId === undefined ? null : { documentId: saleDocumentId, by: linkedBy };
  const receiptRules = rules.forReceipt(receiptFacts(document, { link, seller }));
  const asGoods = receiptRules.decide(lineFacts(stated, 'goods', receiptRules));
  if (asGoods.stockEffect !== line.stockEffect || asGoods.recognition !== line.recognition) return line;
  const kind = catalogue.kindOf(line.productNo);
  return {
    ...line,
    ...receiptRules.decide(lineFacts(stated, kind, receiptRules)),
    ruleVersion: rules.ruleSet.version,
  };
}
