import { AppliedWatch } from './applied-watch';
import { BiBook } from './bi-book';
import { DocumentsBook } from './documents-book';
import { Faults } from './faults';
import { freshnessOf } from './freshness';
import { MovementsBook } from './movements-book';
import { ReceiptsBook } from './receipts-book';

const documentId = '6f1f4a2e-0000-5000-8000-000000000001';
const prompt = [{ documentId, acknowledgedAtMs: 10_000 }];

const row = (eventId: string, timestampMs: number) => ({
  topic: 'bi.receipt-lines.v1',
  partition: 0,
  offset: 0,
  timestampMs,
  key: Buffer.from(eventId),
  value: Buffer.from('{}'),
  headers: { ce_id: Buffer.from(eventId) },
});

describe('freshness', () => {
  it('is null for every stage that was not seen', () => {
    const faults = new Faults();
    const receipts = new ReceiptsBook(new DocumentsBook(faults), faults);
    const stages = {
      receipts,
      movements: new MovementsBook(faults),
      rows: new BiBook(),
      reports: new AppliedWatch(),
    };
    expect(Object.values(freshnessOf(prompt, stages))).toEqual([null, null, null, null, null, null]);
  });

  it('of reports is when they were first seen to hold the event or a later one', () => {
    const watch = new AppliedWatch();
    watch.note('s-1', 4, 11_000);
    watch.note('s-1', 4, 12_000);
    watch.note('s-1', 9, 13_000);
    expect([1, 4, 5, 9, 10].map((seq) => watch.heldAtMs('s-1', seq))).toEqual([
      11_000,
      11_000,
      13_000,
      13_000,
      null,
    ]);
    expect(watch.heldAtMs('s-2', 1)).toBeNull();
  });

  it('of BI is when the first row of the document came, not a later decision', () => {
    const rows = new BiBook();
    rows.take(row(`${documentId}/1/decided/1/1`, 11_500));
    rows.take(row(`${documentId}/1/decided/0/1`, 12_500));
    rows.take(row(`${documentId}/1/decided/0/2`, 13_500));
    expect(rows.appendedAtMs.get(documentId)).toBe(12_500);
  });
});
