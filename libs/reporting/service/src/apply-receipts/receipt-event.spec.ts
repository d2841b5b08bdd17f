import { eventTypeOf } from '@potok/kernel/contract';
import { linesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { exampleReceipt, receiptRegisteredV1 } from '@potok/nomenclature-contracts/receipt-registered.v1';
import { receiptRevisedV1 } from '@potok/nomenclature-contracts/receipt-revised.v1';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { decodeEvent, stateOf } from './receipt-event';
import type { WholeReceiptEvent } from './receipt-event';
import type { RevisionBody } from './selected-event';

function eventOf(type: string, body: unknown): StreamEvent {
  const value = Buffer.from(JSON.stringify(body));
  const place = { topic: receiptRegisteredV1.topic.name, partition: 0, offset: 0, epoch: 1, seq: 4102 };
  return { ...place, eventId: 'e', type, value, streamKey: 'store-0007', traceparent: null };
}

const { document } = exampleReceipt;
const returned = {
  ...exampleReceipt,
  meaning: { purpose: 'customerReturn', saleDocumentId: document.documentId, linkedBy: 'fiscal' },
  document: {
    ...document,
    operation: 'return',
    operationId: 'op-1',
    returnOf: { method: 'scanned' },
    cashierRef: 'c-01',
    shift: { number: 3, receiptNumber: 17, sourceNumber: 'A' },
    roundingKopecks: 5,
    vatTotals: [{ rate: '10', amountKopecks: 100 }],
    payments: [
      {
        fiscalKind: 'electronic',
        instrument: 'card',
        amountKopecks: 900,
        cashOutKopecks: 7,
        tenderedKopecks: 1,
      },
    ],
    lines: document.lines.map((line) => ({
      ...line,
      name: 'Сыр «Гауда»',
      vat: { rate: '10', amountKopecks: 12, origin: 'stated' },
      discounts: [
        { origin: 'till', amountKopecks: 3 },
        { origin: 'coupon', amountKopecks: 4 },
      ],
    })),
  },
};

describe('an event of a receipt', () => {
  it.each([
    ['a receipt', eventTypeOf(receiptRegisteredV1), exampleReceipt],
    ['a return with all that reports count', eventTypeOf(receiptRegisteredV1), returned],
    [
      'a revision',
      eventTypeOf(receiptRevisedV1),
      { ...returned, revision: 2, revisionKind: 'withdrawn', receiptSeq: 7 },
    ],
  ])('gives of %s the same facts as if all of it were read', (_, type, body) => {
    const decoded = decodeEvent(eventOf(type, body));
    if (decoded.kind === 'decision') throw new Error('a receipt is no decision');
    const whole: WholeReceiptEvent = { ...decoded, body: JSON.parse(JSON.stringify(body)) as RevisionBody };
    expect(stateOf(decoded, 7, 1)).toEqual(stateOf(whole, 7, 1));
  });

  it('gives the lines and the meaning of a decision', () => {
    const body = { ...(linesDecidedV1.example as LinesDecidedV1), streamSeq: 4102 };
    const decoded = decodeEvent(eventOf(eventTypeOf(linesDecidedV1), body));
    expect(decoded).toMatchObject({ kind: 'decision', body: { receiptSeq: 4102 } });
    expect(body).toMatchObject(JSON.parse(JSON.stringify(decoded.body)) as object);
    expect(decoded.body.lines).toHaveLength(1);
  });

  it('is refused without its document or its lines', () => {
    const type = eventTypeOf(receiptRegisteredV1);
    const { document: _, ...withoutDocument } = exampleReceipt;
    expect(() => decodeEvent(eventOf(type, withoutDocument))).toThrow('document');
    expect(() => decodeEvent(eventOf(type, { ...exampleReceipt, lines: 'none' }))).toThrow('lines');
    expect(() => decodeEvent({ ...eventOf(type, {}), value: Buffer.from('{"a":') })).toThrow(
      'not a readable event',
    );
  });
});
