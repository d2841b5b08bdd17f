import { present } from '@potok/kernel/assert';
import { systemsOf } from '@potok/nomenclature-domain/decide-receipt';
import { isCorrection, receiptMeaningOf } from '@potok/nomenclature-domain/receipt-meaning';
import { fpdNumber, identityKeys, saleReferences } from '@potok/nomenclature-domain/sale-reference';
import type { ReceiptMeaning } from '@potok/nomenclature-contracts/receipt-meaning';
import type { ValueWriter } from '@potok/platform-json/value-writer';
import type { Tx } from '@potok/platform-postgres/tx';
import type { DecisionBatch, UndecidedLine } from '../storage/decision-batch';
import { addIdentities, reviseReceipts } from '../storage/receipt-table';
import type { IdentityRow, ReceiptPlace, RevisedReceipt } from '../storage/receipt-table';
import type { PartlyLinkedReceipt } from '../storage/partly-linked-receipts';
import { addReturned } from '../storage/returned-lines';
import { SoldLinesPacker } from '../storage/sold-lines';
import { isPartlyLinked, soldLinesOf } from '../link-receipts/find-links';
import type { CountedLine } from '../link-receipts/find-links';
import { writeReceiptEvent } from './receipt-event';
import { ends } from './receipt-work';
import type { Work } from './receipt-work';

interface WriterParts {
  readonly batch: DecisionBatch;
  /** Where the events are written. */
  readonly values: ValueWriter;
  readonly catalogueVersion: number;
  readonly ruleVersion: number;
}

/** Writes decided receipts: their events, and the rows by which they and their lines are found again. */
export class ReceiptWriter {
  private readonly packer = new SoldLinesPacker();
  private readonly revised: RevisedReceipt[] = [];
  private readonly identities: IdentityRow[] = [];
  /** To be stored after the batch. */
  readonly partlyLinked: PartlyLinkedReceipt[] = [];
  private readonly placeOf = new Map<Work, ReceiptPlace>();

  constructor(private readonly parts: WriterParts) {}

  write(work: Work): void {
    const { head, document, event, receiptSeq, lines } = work;
    const { batch, values, catalogueVersion, ruleVersion } = this.parts;
    const { epoch, seq, recordedAt } = batch.next(head.storeId);
    const meaning = meaningOf(work);
    const value = writeReceiptEvent(values, work, {
      streamEpoch: epoch,
      streamSeq: seq,
      recordedAt,
      traceparent: event.traceparent,
      cause: { epoch: event.epoch, seq: event.seq },
      catalogueVersion,
      ruleVersion,
      lines,
      meaning,
      receiptSeq,
    });
    for (const key of identityKeys(document.identities)) {
      this.identities.push({ key, documentId: head.documentId });
    }
    if (receiptSeq === null) this.begin(work, value);
    else this.revise(work, receiptSeq, value);
    if (work.kept === null) this.addLines(work, receiptSeq ?? seq, meaning);
  }

  /** After every receipt was written, before the batch is saved. */
  async save(tx: Tx, returned: readonly CountedLine<Work>[]): Promise<void> {
    await reviseReceipts(tx, this.revised);
    await addIdentities(tx, this.identities);
    await addReturned(
      tx,
      returned.map(({ work, ...line }) => ({ ...line, ...present(this.placeOf.get(work), 'a place') })),
    );
  }

  private begin(work: Work, value: Buffer): void {
    const { head, document } = work;
    const { batch } = this.parts;
    const { seq: receiptSeq } = batch.next(head.storeId);
    batch.addEvent(head.storeId, value);
    batch.addReceipt(head.storeId, {
      documentId: head.documentId,
      receiptSeq,
      revision: head.revision,
      rootSeq: head.streamSeq,
      fpd: fpdNumber(document.fiscal?.fpd),
      sold: this.packed(work),
    });
  }

  private revise(work: Work, receiptSeq: number, value: Buffer): void {
    const { head, document, kept } = work;
    const sold = kept === null ? this.packed(work) : null;
    this.parts.batch.addLaterEvent(head.storeId, receiptSeq, value);
    this.revised.push({
      storeNo: head.storeNo,
      receiptSeq,
      revision: head.revision,
      rootSeq: head.streamSeq,
      ended: ends(work),
      fpd: fpdNumber(document.fiscal?.fpd),
      sold: sold === null ? null : Buffer.from(sold),
    });
  }

  private packed(work: Work): Uint8Array | null {
    const sold = soldLinesOf(work);
    return sold.length === 0 ? null : this.packer.pack(sold);
  }

  /** Lines that wait for an explanation, or for a person. */
  private addLines(work: Work, receiptSeq: number, meaning: ReceiptMeaning | null): void {
    const { head, document, decisions, lines } = work;
    const ledgerAtMs = Date.parse(document.time.ledgerAt);
    const { batch, catalogueVersion } = this.parts;
    const place = { storeNo: head.storeNo, receiptSeq };
    this.placeOf.set(work, place);
    if (work.link !== null && isPartlyLinked(work)) {
      this.partlyLinked.push({ ...place, saleDocumentId: work.link.documentId });
    }
    decisions.forEach(({ unmatched }, index) => {
      if (unmatched === null) return;
      const line = present(document.lines[index], 'line of a decision');
      const decided = present(lines[index], 'decision of a line');
      const systems = systemsOf(document);
      batch.addUnmatched(head.storeId, {
        receiptSeq,
        line,
        systems,
        decided,
        ledgerAtMs,
        catalogueVersion,
      });
    });
    if (work.names && work.link === null) {
      batch.addUnlinked(head.storeId, { receiptSeq, references: saleReferences(document) });
    }
    if (meaning?.undecided !== true) return;
    for (const line of undecidedLines(work, { receiptSeq, ledgerAtMs })) {
      batch.addUndecided(head.storeId, line);
    }
  }
}

function meaningOf(work: Work): ReceiptMeaning | null {
  return ends(work) ? null : receiptMeaningOf(work, work.lines);
}

function undecidedLines(
  { head, document, lines }: Work,
  at: Pick<UndecidedLine, 'receiptSeq' | 'ledgerAtMs'>,
): UndecidedLine[] {
  const common = {
    ...at,
    documentId: head.documentId,
    why: whyUndecided(document),
    operation: document.operation ?? 'unknown',
    businessDate: document.time.businessDate,
  };
  if (lines.length === 0) {
    const amountKopecks = document.totalKopecks ?? 0;
    return [{ ...common, lineNo: 0, productNo: null, quantityMilli: 0, amountKopecks }];
  }
  return lines
    .filter(({ stockEffect }) => stockEffect === 'unknown')
    .map(({ lineNo, productNo, quantityMilli, amountKopecks }) => ({
      ...common,
      lineNo,
      productNo,
      quantityMilli,
      amountKopecks,
    }));
}

function whyUndecided(document: Work['document']): UndecidedLine['why'] {
  if (isCorrection(document)) return 'correction';
  if (document.operation === 'buy' || document.operation === 'buyReturn') return 'buying';
  return document.fiscalState === 'failed' ? 'failed' : 'other';
}
