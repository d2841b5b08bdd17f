import { present } from '@potok/kernel/assert';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import { decideReceipt } from '@potok/nomenclature-domain/decide-receipt';
import { meaningAfterDecision } from '@potok/nomenclature-domain/meaning-after-decision';
import { decidable } from '@potok/nomenclature-domain/receipt-document';
import { isCorrection } from '@potok/nomenclature-domain/receipt-meaning';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import type { Rules } from '../catalogue/rule-set.repository';
import { linesDecidedValue } from '../decide-receipts/lines-decided-event';
import { setLastDecision, settleLines } from '../storage/decided-lines-table';
import { placeKey, readDecidedReceipts } from '../storage/decided-receipts';
import type { DecidedReceipt } from '../storage/decided-receipts';
import { DecisionBatch } from '../storage/decision-batch';
import { lockReceipts } from '../storage/receipt-table';
import type { ReceiptState } from '../storage/receipt-table';
import { addReturned } from '../storage/returned-lines';
import { takeUnlinked } from '../storage/unlinked-receipts';
import type { WaitingReceipt } from '../storage/unlinked-receipts';
import { linkLinesOf, linkReceipts } from './find-links';
import type { Linkable } from './find-links';

export interface LinkDesk {
  readonly database: Transactor;
  readonly numbering: StreamNumbering;
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
}

interface Linked {
  readonly state: ReceiptState;
  readonly receipt: DecidedReceipt;
  /** The lines that the link changes. */
  readonly lines: readonly WholeDecidedLine[];
  readonly meaning: ReceiptMeaning;
}

/**
 * A receipt came that an earlier one names: registers of several stores, and spools, know no order. The earlier one is
 * linked by an event of its own; of a correction the lines whose effect was unknown for want of it are decided.
 */
export class LinkReceiptsHandler {
  constructor(private readonly desk: LinkDesk) {}

  /** False when it waits no more, or when what has come is not what it names. */
  handle(place: WaitingReceipt): Promise<boolean> {
    return this.desk.database.tx(async (tx) => {
      const { storeId, storeNo } = place;
      const batch = await DecisionBatch.open(tx, this.desk.numbering, new Map([[storeId, storeNo]]));
      const catalogueVersion = await this.desk.catalogue.refresh(tx);
      const documentId = await takeUnlinked(tx, place);
      if (documentId === null) return false;
      const linked = await this.link(tx, place, documentId);
      if (linked === null) return false;
      const { state, receipt, lines, meaning } = linked;
      const value = linesDecidedValue({
        storeId,
        storeNo,
        ...batch.next(storeId),
        documentId,
        revision: state.revision,
        rootSeq: state.rootSeq,
        receiptSeq: place.receiptSeq,
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
      batch.addLaterEvent(storeId, place.receiptSeq, value);
      await settleLines(tx, place, lines);
      await setLastDecision(tx, place, state.lastDecisionNo + 1);
      await batch.save();
      return true;
    });
  }

  private async link(tx: Tx, place: WaitingReceipt, documentId: string): Promise<Linked | null> {
    const states = await lockReceipts(tx, [documentId]);
    const state = states.find(({ storeNo, ended }) => storeNo === place.storeNo && !ended);
    if (state === undefined) return null;
    const receipts = await readDecidedReceipts(tx, [place]);
    const receipt = present(receipts.get(placeKey(place)), 'the receipt that waits');
    const head = { documentId, storeNo: place.storeNo };
    const { document, lines } = receipt;
    const work: Linkable = { head, document, names: true, link: null, kept: null, lines, findings: [] };
    await linkReceipts(tx, [work]);
    if (work.link === null) return null;
    const { documentId: saleDocumentId, by } = work.link;
    work.lines = await this.decided(tx, work, receipt);
    const counted = await linkLinesOf(tx, [work], await lockReceipts(tx, [saleDocumentId]));
    await addReturned(
      tx,
      counted.map((line) => ({ ...line, ...place })),
    );
    const changed = work.lines.filter((line, index) => line !== lines[index]);
    const about = { lines: changed, decision: { saleDocumentId }, linkedBy: by };
    const meaning = meaningAfterDecision(receipt, about);
    const findings = [...(meaning.findings ?? []), ...work.findings];
    return {
      state,
      receipt,
      lines: changed,
      meaning: { ...meaning, ...(findings.length === 0 ? {} : { findings }) },
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
