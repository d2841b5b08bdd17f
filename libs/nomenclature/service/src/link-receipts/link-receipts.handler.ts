import { present } from '@potok/kernel/assert';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { MeaningFinding, ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import { decideReceipt } from '@potok/nomenclature-domain/decide-receipt';
import { isOfLink } from '@potok/nomenclature-domain/link-lines';
import { meaningAfterDecision } from '@potok/nomenclature-domain/meaning-after-decision';
import { decidable } from '@potok/nomenclature-domain/receipt-document';
import { isCorrection } from '@potok/nomenclature-domain/receipt-meaning';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import type { Rules } from '../catalogue/rule-set.repository';
import { linesDecidedValue } from '../decide-receipts/lines-decided-event';
import { setLastDecision, settleLines } from '../storage/decided-lines-table';
import { placeKey, readDecidedReceipts } from '../storage/decided-receipts';
import type { DecidedReceipt } from '../storage/decided-receipts';
import { DecisionBatch } from '../storage/decision-batch';
import type { DecisionPublication } from '../storage/decision-batch';
import { lockReceipts } from '../storage/receipt-table';
import type { ReceiptState } from '../storage/receipt-table';
import { addPartlyLinked, takePartlyLinked } from '../storage/partly-linked-receipts';
import { addReturned, forgetReturned } from '../storage/returned-lines';
import { takeUnlinked } from '../storage/unlinked-receipts';
import type { WaitingReceipt } from '../storage/unlinked-receipts';
import { isPartlyLinked, linkLinesOf, linkReceipts } from './find-links';
import type { Linkable } from './find-links';

export interface LinkDesk extends DecisionPublication {
  readonly database: Transactor;
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
}

interface Linked {
  readonly state: ReceiptState;
  readonly receipt: DecidedReceipt;
  /** The lines that the link changes. */
  readonly lines: readonly WholeDecidedLine[];
  readonly meaning: ReceiptMeaning;
  readonly saleDocumentId: string;
  /** There is something to be said that was not known before. */
  readonly isNew: boolean;
  readonly isPartial: boolean;
}

/**
 * A receipt came that an earlier one names: registers of several stores, and spools, know no order. The earlier one is
 * linked by an event of its own; of a correction the lines whose effect was unknown for want of it are decided. Lines
 * that were not found in a known receipt are looked for again whenever something is decided about one of the two: a
 * code that is learned later may show that they are the same product.
 */
export class LinkReceiptsHandler {
  constructor(private readonly desk: LinkDesk) {}

  /** False when it waits no more, or when there is nothing new to say of it. */
  handle(place: WaitingReceipt): Promise<boolean> {
    return this.desk.database.tx(async (tx) => {
      const { storeId, storeNo } = place;
      const batch = await DecisionBatch.open(tx, this.desk, new Map([[storeId, storeNo]]));
      const catalogueVersion = await this.desk.catalogue.refresh(tx);
      const documentId = (await takeUnlinked(tx, place)) ?? (await takePartlyLinked(tx, place));
      if (documentId === null) return false;
      const linked = await this.link(tx, place, documentId);
      if (linked === null) return false;
      if (linked.isNew) {
        this.addEvent(batch, { place, linked, documentId, catalogueVersion });
        await settleLines(tx, place, linked.lines);
        await setLastDecision(tx, place, linked.state.lastDecisionNo + 1);
        await batch.save();
      }
      if (linked.isPartial) await addPartlyLinked(tx, [{ ...place, saleDocumentId: linked.saleDocumentId }]);
      return linked.isNew;
    });
  }

  private addEvent(batch: DecisionBatch, { place, linked, documentId, catalogueVersion }: Linking): void {
    const { storeId, storeNo, receiptSeq } = place;
    const { state, receipt, lines, meaning } = linked;
    const value = linesDecidedValue({
      storeId,
      storeNo,
      ...batch.next(storeId),
      documentId,
      revision: state.revision,
      rootSeq: state.rootSeq,
      receiptSeq,
      decisionNo: state.lastDecisionNo + 1,
      catalogueVersion,
      ruleVersion: receipt.ruleVersion,
      reason: 'linked',
      lines,
      more: {
        decidedBy: null,
        ledgerAt: receipt.ledgerAt,
        businessDate: receipt.businessDate,
        meaning,
      },
    });
    batch.addLaterEvent(storeId, receiptSeq, value);
  }

  private async link(tx: Tx, place: WaitingReceipt, documentId: string): Promise<Linked | null> {
    const states = await lockReceipts(tx, [documentId]);
    const state = states.find(({ storeNo, ended }) => storeNo === place.storeNo && !ended);
    if (state === undefined) return null;
    const receipts = await readDecidedReceipts(tx, [place]);
    const receipt = present(receipts.get(placeKey(place)), 'the receipt that waits');
    const head = { documentId, storeNo: place.storeNo };
    const { document } = receipt;
    const lines = receipt.lines.map(withoutSaleLine);
    const link = knownLink(receipt);
    const work: Linkable = { head, document, names: true, link, kept: null, lines, findings: [] };
    if (link === null) await linkReceipts(tx, [work]);
    if (work.link === null) return null;
    const { documentId: saleDocumentId, by } = work.link;
    work.lines = await this.decided(tx, work, receipt);
    const sales = await lockReceipts(tx, [saleDocumentId]);
    await forgetReturned(tx, place);
    const counted = await linkLinesOf(tx, [work], sales);
    await addReturned(
      tx,
      counted.map((line) => ({ ...line, ...place })),
    );
    const changed = work.lines.filter((line, index) => differs(line, receipt.lines[index]));
    const about = { lines: changed, decision: { saleDocumentId }, linkedBy: by };
    const meaning = withFindings(meaningAfterDecision(receipt, about), work.findings);
    const isNew = changed.length > 0 || JSON.stringify(meaning) !== JSON.stringify(receipt.meaning);
    return {
      state,
      receipt,
      lines: changed,
      meaning,
      saleDocumentId,
      isNew,
      isPartial: isPartlyLinked(work),
    };
  }

  /** Of a correction: what the rules say of the lines that nothing is decided about yet. */
  private async decided(
    tx: Tx,
    { link, lines }: Linkable,
    { document, meaning }: DecidedReceipt,
  ): Promise<readonly WholeDecidedLine[]> {
    if (!isCorrection(document)) return lines;
    const rules = await this.desk.rules.current(tx);
    const context = { link, seller: meaning?.seller ?? ('own' as const) };
    const anew = decideReceipt(decidable(document), { catalogue: this.desk.catalogue, rules }, context);
    const decisions = new Map(anew.map(({ decided }) => [decided.lineNo, decided]));
    return lines.map((line) => {
      const decision = decisions.get(line.lineNo);
      if (decision === undefined || line.stockEffect !== 'unknown') return line;
      const { stockEffect, recognition, ruleVersion } = decision;
      return { ...line, stockEffect, recognition, ruleVersion };
    });
  }
}

interface Linking {
  readonly place: WaitingReceipt;
  readonly linked: Linked;
  readonly documentId: string;
  readonly catalogueVersion: number;
}

function knownLink({ meaning }: DecidedReceipt): Linkable['link'] {
  const { saleDocumentId, linkedBy = 'documentId' } = meaning ?? {};
  return saleDocumentId === undefined ? null : { documentId: saleDocumentId, by: linkedBy };
}

function withoutSaleLine({ saleLineNo: _, ...line }: WholeDecidedLine): WholeDecidedLine {
  return line;
}

function differs(line: WholeDecidedLine, before: WholeDecidedLine | undefined): boolean {
  return (
    line.saleLineNo !== before?.saleLineNo ||
    line.stockEffect !== before?.stockEffect ||
    line.recognition !== before.recognition
  );
}

/** What is noticed of the lines now stands in the place of what was noticed when they were linked before. */
function withFindings(
  { findings = [], ...meaning }: ReceiptMeaning,
  ofLines: readonly MeaningFinding[],
): ReceiptMeaning {
  const all = [...findings.filter((finding) => !isOfLink(finding)), ...ofLines];
  return all.length === 0 ? meaning : { ...meaning, findings: all };
}
