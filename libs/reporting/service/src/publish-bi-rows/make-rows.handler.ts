import type { EventBatch } from '@potok/platform-kafka/stream-event';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import { decidedAnew, endsDocument, takenBack } from '@potok/reporting-domain/bi-rows/later-rows';
import { receiptHeader, receiptLines } from '@potok/reporting-domain/bi-rows/receipt-rows';
import { EarlierRows } from './earlier-rows';
import { decode } from './receipt-event';
import type { Decoded } from './receipt-event';
import { RowBatch } from './row-batch';
import { laterRows, receiptRows, rowVersionOf } from './row-json';
import type { RowNumbering } from './row-json';

/** Makes the rows that BI reads, once, in the transaction of the batch; they are published as they are stored here. */
export class MakeRowsHandler {
  constructor(private readonly numbering: StreamNumbering) {}

  async handle({ tx, events }: EventBatch): Promise<void> {
    const decoded = events.map(decode);
    const stores = new Map(decoded.map(({ value }) => [value.storeId, value.storeNo]));
    const batch = await RowBatch.open(tx, this.numbering, stores);
    const earlier = await EarlierRows.load(tx, decoded.flatMap(laterReceipt));
    for (const one of decoded) {
      const { storeId, storeNo, documentId } = one.value;
      const rows = rowsOf(one, earlier, numberingOf(one, batch.next(storeId)));
      batch.add(storeId, one.event.seq, rows);
      for (const { receiptSeq } of laterReceipt(one)) batch.addLater(storeNo, receiptSeq, one.event.seq);
      if (earlier.wants(storeNo, documentId)) earlier.add(storeNo, documentId, rows);
    }
    await batch.save();
  }
}

function numberingOf(
  { event }: Decoded,
  next: { readonly rowSeq: number; readonly recordedAtMs: number },
): RowNumbering {
  return {
    causeEventId: event.eventId,
    rowVersion: rowVersionOf(event.epoch, event.seq),
    firstRowSeq: next.rowSeq,
    recordedAtMs: next.recordedAtMs,
  };
}

function laterReceipt(decoded: Decoded) {
  if (decoded.kind === 'registered') return [];
  const { storeNo, documentId, receiptSeq } = decoded.value;
  return [{ storeNo, documentId, receiptSeq }];
}

function rowsOf(decoded: Decoded, earlier: EarlierRows, numbering: RowNumbering): Buffer[] {
  if (decoded.kind === 'registered') {
    return receiptRows(receiptHeader(decoded.value), receiptLines(decoded.value), numbering);
  }
  const { storeNo, documentId, revision, rootSeq } = decoded.value;
  const holding = earlier.holding(storeNo, documentId);
  if (decoded.kind === 'decided') {
    return laterRows(decidedAnew(holding, decoded.value), numbering);
  }
  const lines = endsDocument(decoded.value.revisionKind) ? [] : receiptLines(decoded.value);
  const standing = receiptRows(receiptHeader(decoded.value), lines, numbering);
  const gone = takenBack(holding, lines).map((row) => ({ ...row, revision, root_seq: rootSeq }));
  return [
    ...standing,
    ...laterRows(gone, { ...numbering, firstRowSeq: numbering.firstRowSeq + lines.length }),
  ];
}
