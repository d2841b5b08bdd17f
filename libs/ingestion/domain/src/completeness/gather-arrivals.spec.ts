import { exampleDocument } from '@potok/retail/document/example';
import type { CanonicalDocument } from '@potok/retail/document/canonical-document';
import { ArrivalGatherer } from './gather-arrivals';
import type { NamedBy } from './gather-arrivals';

const FN = '7380440800123456';

function receipt(number: number, overrides: Partial<CanonicalDocument> = {}): CanonicalDocument {
  return {
    ...exampleDocument,
    identities: [{ scheme: 'fn', series: FN, number }],
    shift: { number: 31, receiptNumber: number - 100 },
    totalKopecks: 1000,
    payments: [{ fiscalKind: 'cash', amountKopecks: 1000 }],
    ...overrides,
  };
}

function byFn(number: number, isNew = true): NamedBy {
  return { identity: { kind: 'number', scheme: 'fn', series: FN, number }, seriesNo: 7, isNew };
}

function byAgent(number: number): NamedBy {
  return {
    identity: { kind: 'number', scheme: 'agent', series: 'store-0007-1/1', number },
    seriesNo: 8,
    isNew: true,
  };
}

const at = { previous: null, receivedAtMs: 5 };
const ledgerMs = Date.parse(exampleDocument.time.ledgerAt);

describe('what a batch of documents comes to', () => {
  it('is one run for receipts that follow each other, with their sums', () => {
    const gatherer = new ArrivalGatherer();
    for (const number of [101, 102, 103]) {
      gatherer.add({ document: receipt(number), named: [byFn(number)], ...at });
    }
    expect(gatherer.rows()).toEqual([
      {
        storeNo: 7,
        registerNo: 21,
        seriesNo: 7,
        receivedAtMs: 5,
        arrival: {
          shifts: [
            {
              number: 31,
              runs: [{ from: 101, to: 103, receiptFrom: 1, ledgerMs }],
              sums: {
                sale: {
                  receiptCount: 3,
                  totalKopecks: 3000,
                  cashKopecks: 3000,
                  electronicKopecks: 0,
                  unpaidCount: 0,
                },
              },
              opened: null,
              closed: null,
            },
          ],
        },
      },
    ]);
  });

  it('breaks the run where 1042 does not go on, and at what is no receipt', () => {
    const gatherer = new ArrivalGatherer();
    gatherer.add({ document: receipt(101), named: [byFn(101)], ...at });
    const other = receipt(102, { type: 'fnEvent', subtype: 'settlementState', shift: { number: 31 } });
    gatherer.add({ document: other, named: [byFn(102)], ...at });
    gatherer.add({
      document: receipt(103, { shift: { number: 31, receiptNumber: 2 } }),
      named: [byFn(103)],
      ...at,
    });
    const runs = gatherer.rows()[0]?.arrival.shifts[0]?.runs;
    expect(runs?.map(({ from, receiptFrom }) => [from, receiptFrom])).toEqual([
      [101, 1],
      [102, null],
      [103, 2],
    ]);
  });

  it('gives the shift and the sums to the ФН, and to other names their numbers alone', () => {
    const gatherer = new ArrivalGatherer();
    gatherer.add({ document: receipt(101), named: [byAgent(4), byFn(101)], ...at });
    const rows = new Map(gatherer.rows().map(({ seriesNo, arrival }) => [seriesNo, arrival.shifts]));
    expect(rows.get(7)).toMatchObject([{ number: 31, sums: { sale: { receiptCount: 1 } } }]);
    expect(rows.get(8)).toMatchObject([{ number: null, runs: [{ from: 4, receiptFrom: null }], sums: {} }]);
  });

  it('counts no receipt that was broken off, failed or printed for training', () => {
    const gatherer = new ArrivalGatherer();
    const uncounted = [
      { businessState: 'cancelled' },
      { fiscalState: 'failed' },
      { fiscalState: 'training' },
    ] as const;
    uncounted.forEach((state, index) => {
      const number = 101 + index;
      gatherer.add({ document: receipt(number, state), named: [byFn(number)], ...at });
    });
    expect(gatherer.rows()[0]?.arrival.shifts[0]?.sums).toEqual({});
  });

  it('takes back what the revision before counted', () => {
    const gatherer = new ArrivalGatherer();
    const previous = receipt(101);
    const document = receipt(101, { totalKopecks: 1500 });
    gatherer.add({ document, previous, named: [byFn(101, false)], receivedAtMs: 5 });
    const shift = gatherer.rows()[0]?.arrival.shifts[0];
    expect(shift?.runs).toEqual([]);
    expect(shift?.sums.sale).toMatchObject({ receiptCount: 0, totalKopecks: 500, cashKopecks: 0 });
  });

  it('ends a ФН by its own closing report, or tells that one of the register has ended', () => {
    const ended = { type: 'fnEvent', subtype: 'ended' } as const;
    const gatherer = new ArrivalGatherer();
    gatherer.add({ document: receipt(140, ended), named: [byFn(140)], ...at });
    gatherer.add({ document: receipt(0, ended), named: [byAgent(9)], ...at });
    const rows = new Map(gatherer.rows().map(({ seriesNo, arrival }) => [seriesNo, arrival]));
    expect(rows.get(7)?.ended).toEqual({ how: 'report', lastNumber: 140, act: null });
    expect(rows.get(8)).toMatchObject({ driveEndedMs: ledgerMs });
  });
});
