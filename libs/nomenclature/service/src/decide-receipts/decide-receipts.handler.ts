import type { Clock } from '@potok/kernel/clock';
import { present } from '@potok/kernel/assert';
import type { WholeDecidedLine } from '@potok/nomenclature-contracts/decided-line';
import { decideReceipt } from '@potok/nomenclature-domain/decide-receipt';
import type { UnnumberedLine } from '@potok/nomenclature-domain/decide-receipt';
import { isOfLink } from '@potok/nomenclature-domain/link-lines';
import { sellerOf } from '@potok/nomenclature-domain/receipt-meaning';
import type { RuleInterpreter } from '@potok/nomenclature-domain/rule-set';
import type { EventBatch } from '@potok/platform-kafka/stream-event';
import { ValueWriter } from '@potok/platform-json/value-writer';
import type { Tx } from '@potok/platform-postgres/tx';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import type { Rules } from '../catalogue/rule-set.repository';
import { placeKey, readDecidedReceipts } from '../storage/decided-receipts';
import { DecisionBatch } from '../storage/decision-batch';
import type { DecisionPublication } from '../storage/decision-batch';
import { addPartlyLinked } from '../storage/partly-linked-receipts';
import { readOwnInns } from '../storage/read-copies';
import { forgetLines, lockReceipts } from '../storage/receipt-table';
import type { ReceiptPlace, ReceiptState } from '../storage/receipt-table';
import type { UnmatchedProducts, UnmatchedWanted } from '../storage/unmatched-products';
import { linkLinesOf, linkReceipts } from '../link-receipts/find-links';
import { ends, isRevision, keepsLines, readReceipts, splitAtRevisions } from './receipt-work';
import type { Work } from './receipt-work';
import { ReceiptWriter } from './receipt-writer';

/** What deciding needs: one per service. */
export interface DecisionDesk extends DecisionPublication {
  readonly catalogue: CatalogueIndex;
  readonly rules: Rules;
  readonly unmatched: UnmatchedProducts;
  readonly clock: Clock;
}

/**
 * Decides every line of the batch's receipts, once: the decisions are stored as the events that carry them. Other
 * documents pass by: they are nobody's sale. A revision that says so is decided anew; one that posts nothing carries its
 * lines as decided before; of one that ends the receipt nothing moves and nothing counts.
 */
export class DecideReceiptsHandler {
  private readonly values = new ValueWriter();

  constructor(private readonly desk: DecisionDesk) {}

  async handle({ tx, events }: EventBatch): Promise<void> {
    for (const part of splitAtRevisions(readReceipts(events))) await this.decidePart(tx, part);
  }

  private async decidePart(tx: Tx, part: readonly Work[]): Promise<void> {
    const stores = new Map(part.map(({ head }) => [head.storeId, head.storeNo]));
    const batch = await DecisionBatch.open(tx, this.desk, stores);
    const catalogueVersion = await this.desk.catalogue.refresh(tx);
    const rules = await this.desk.rules.current(tx);
    await nameSellers(tx, part);
    await linkReceipts(tx, part);
    const states = await lockReceipts(tx, [...revisedDocuments(part), ...linkedDocuments(part)]);
    const receipts = begun(part, states);
    await keepDecided(tx, receipts);
    await forgetLines(tx, decidedAnew(receipts));
    this.decide(receipts, rules);
    const numbers = await this.desk.unmatched.ensure(tx, wantedBy(receipts), this.desk.clock.nowMs());
    for (const receipt of receipts) receipt.lines = linesOf(receipt, numbers);
    const returned = await linkLinesOf(tx, receipts, states);
    const ruleVersion = rules.ruleSet.version;
    const writer = new ReceiptWriter({ batch, values: this.values, catalogueVersion, ruleVersion });
    for (const receipt of receipts) writer.write(receipt);
    await writer.save(tx, returned);
    await batch.save();
    await addPartlyLinked(tx, writer.partlyLinked);
  }

  private decide(receipts: readonly Work[], rules: RuleInterpreter): void {
    const context = { catalogue: this.desk.catalogue, rules };
    for (const receipt of receipts) {
      if (receipt.kept === null) receipt.decisions = decideReceipt(receipt, context, receipt);
    }
  }
}

async function nameSellers(tx: Tx, part: readonly Work[]): Promise<void> {
  const named = part.filter(({ document }) => document.fiscal?.sellerInn !== undefined);
  if (named.length === 0) return;
  const ownInns = await readOwnInns(tx);
  for (const work of named) work.seller = sellerOf(work.document, ownInns);
}

function revisedDocuments(part: readonly Work[]): string[] {
  return part.filter(isRevision).map(({ head }) => head.documentId);
}

function linkedDocuments(part: readonly Work[]): string[] {
  return part.flatMap(({ link }) => (link === null ? [] : [link.documentId]));
}

/**
 * With the receipts that revisions revise. A document from another store begins here, and so it may return; a training
 * drive's is not known and stays so.
 */
function begun(part: readonly Work[], states: readonly ReceiptState[]): Work[] {
  const known = new Map(states.map((state) => [`${state.documentId}/${String(state.storeNo)}`, state]));
  return part.filter((work) => {
    if (!isRevision(work)) return true;
    const { documentId, storeNo, revisionKind } = work.head;
    const state = known.get(`${documentId}/${String(storeNo)}`);
    if (state === undefined && work.document.fiscalState === 'training') return false;
    if (state === undefined && revisionKind === 'remapped') return true;
    work.receiptSeq = present(state, 'the receipt that is revised').receiptSeq;
    return true;
  });
}

/** Known receipts whose lines are decided from the beginning, or stand no more. */
function decidedAnew(receipts: readonly Work[]): ReceiptPlace[] {
  return receipts.flatMap((work) => {
    const { receiptSeq, head } = work;
    if (receiptSeq === null || (keepsLines(work) && !ends(work))) return [];
    return [{ storeNo: head.storeNo, receiptSeq }];
  });
}

async function keepDecided(tx: Tx, receipts: readonly Work[]): Promise<void> {
  const keeping = receipts.filter(keepsLines);
  const places = keeping.map(({ head, receiptSeq }) => ({
    storeNo: head.storeNo,
    receiptSeq: receiptSeq ?? 0,
  }));
  const decided = await readDecidedReceipts(tx, places);
  keeping.forEach((work, index) => {
    const before = present(decided.get(placeKey(present(places[index], 'a place'))), 'decided lines');
    const lines = ends(work) ? before.lines.map(nothing) : before.lines;
    work.kept = { lines, meaning: before.meaning };
    work.findings = before.meaning?.findings?.filter(isOfLink) ?? [];
    if (work.link === null && before.meaning?.saleDocumentId !== undefined) {
      work.link = { documentId: before.meaning.saleDocumentId, by: before.meaning.linkedBy ?? 'documentId' };
    }
  });
}

function nothing(line: WholeDecidedLine): WholeDecidedLine {
  return { ...line, stockEffect: 'none', recognition: 'none' };
}

function wantedBy(receipts: readonly Work[]): Map<string, UnmatchedWanted> {
  const wanted = new Map<string, UnmatchedWanted>();
  for (const { decisions, whole } of receipts) {
    decisions.forEach(({ unmatched, decided }, index) => {
      if (unmatched === null || wanted.has(decided.productId)) return;
      wanted.set(decided.productId, { key: unmatched, sampleName: whole().lines[index]?.name ?? null });
    });
  }
  return wanted;
}

function linesOf(
  { decisions, kept }: Work,
  numbers: ReadonlyMap<string, number>,
): readonly WholeDecidedLine[] {
  if (kept !== null) return kept.lines;
  return decisions.map(({ decided }) => {
    if (isNumbered(decided)) return decided;
    return { ...decided, productNo: present(numbers.get(decided.productId), decided.productId) };
  });
}

function isNumbered(line: UnnumberedLine): line is WholeDecidedLine {
  return line.productNo !== null;
}
