import type { EventBatch } from '@potok/platform-kafka/stream-event';
import type { StreamNumbering } from '@potok/platform-publication/stream';
import { decidedAnew, endsDocument, takenBack } from '@potok/reporting-domain/bi-rows/later-rows';
import { receiptHeader, receiptLines } from '@potok/reporting-domain/bi-rows/receipt-rows';
import { EarlierRows } from './earlier-rows';
import { decode, isLater } from './receipt-event';
import type { Decoded } from './receipt-event';
import { RowBatch } from './row-batch';
import { laterRows, receiptRows, rowVersionOf } from './row-json';
import type { RowGroup, RowNumbering } from './row-json';

/** Makes the rows that BI reads, once, in the transaction of the batch; they are published as they are stored here. */
export class MakeRowsHandler {
  constructor(private readonly numbering: StreamNumbering) {}

  /** Receipts are decoded one at a time: only events about earlier ones must be known beforehand. */
  async handle({ tx, events }: EventBatch): Promise<void> {
    const later = new Map(events.filter(isLater).map((event) => [event, decode(event)]));
    const stores = new Set(events.map((event) => event.streamKey));
    const batch = await RowBatch.open(tx, this.numbering, [...stores]);
    const earlier = await EarlierRows.load(tx, [...later.values()].flatMap(laterReceipt));
    for (const event of events) {
      const one = later.get(event) ?? decode(event);
      const { storeId, storeNo, documentId } = one.value;
      for (const make of makersOf(one, earlier)) {
        const rows = make(numberingOf(one, batch.next(storeId)));
        batch.add({ storeId, storeNo, receiptSeq: event.seq }, rows);
        if (earlier.wants(storeNo, documentId)) earlier.add(storeNo, documentId, rows);
      }
      for (const { receiptSeq } of laterReceipt(one)) batch.addLater(storeNo, receiptSeq, event.seq);
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

type MakeRows = (numbering: RowNumbering) => RowGroup;

/** What an event leads to: rows of the receipt as it stands now, and rows made of earlier ones. */
function makersOf(decoded: Decoded, earlier: EarlierRows): MakeRows[] {
  if (decoded.kind === 'registered') {
    const { value } = decoded;
    return [(numbering) => receiptRows(receiptHeader(value), receiptLines(value), numbering)];
  }
  const { storeNo, documentId, revision, rootSeq } = decoded.value;
  const holding = earlier.holding(storeNo, documentId);
  if (decoded.kind === 'decided') {
    const rows = decidedAnew(holding, decoded.value);
    return [(numbering) => laterRows(rows, numbering)];
  }
  const { value } = decoded;
  const lines = endsDocument(value.revisionKind) ? [] : receiptLines(value);
  const gone = takenBack(holding, lines).map((row) => ({ ...row, revision, root_seq: rootSeq }));
  return [
    (numbering) => receiptRows(receiptHeader(value), lines, numbering),
    (numbering) => laterRows(gone, numbering),
  ];
}
