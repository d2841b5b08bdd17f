import type { ManualDecision } from '@potok/nomenclature-contracts/decisions-http';
import type { Principal } from '@potok/platform-auth/principal';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import type { UndecidedFilter } from '../query-lines/lines-to-decide.query';
import { documentEvent, documentIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';
import { readDecisions } from './decisions.query';

const PERSON: Principal = { id: 'person-1', kind: 'person', scopes: ['*'], stores: '*', registers: '*' };
const EVERYTHING: UndecidedFilter = {
  stores: '*',
  storeId: null,
  productId: null,
  amountFromKopecks: null,
  amountToKopecks: null,
  why: null,
  operation: null,
};
const PAGE = { after: null, limit: 100 };
const CORRECTION = { form: 'correction', correction: { kind: 'missedSale' } } as const;
const [FIRST, SECOND] = [documentIdOf(1, 1), documentIdOf(1, 2)];

let db: TestDatabase;
let replica: Replica;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
  await replica.upsert.handle([
    { productId: 'p-1', name: 'Молоко', barcodes: [{ barcode: '4600682000013' }] },
    { productId: 'p-2', name: 'Хлеб', article: '10017' },
  ]);
  await db.database.query(
    `INSERT INTO store_copy VALUES
       ('store-1', 1, 'store-1', '[{"locationId":"store-1","locationNo":1},{"locationId":"store-1-back","locationNo":11}]')`,
  );
});

afterEach(() => db.drop());

function decide(decision: Partial<ManualDecision>, principal = PERSON) {
  return replica.manual.handle(
    [{ documentId: FIRST, lines: [], reason: 'нашли накладную', ...decision }],
    principal,
  );
}

async function lastEvent() {
  return (await replica.decided(1)).at(-1);
}

describe('a correction that nothing explains', () => {
  const lines = [
    { barcode: '4600682000013', amountKopecks: 17_980 },
    { article: '10017', amountKopecks: 8000 },
    { subject: 4, amountKopecks: 500 },
  ];

  beforeEach(() =>
    replica.decide([
      documentEvent({ seq: 1, lines, document: CORRECTION }),
      documentEvent({ seq: 2, lines: [{ article: '10017' }], document: { operation: 'buy' } }),
      documentEvent({ seq: 3, lines: [{ article: '10017' }] }),
    ]),
  );

  it('stands before a person: its goods, not its services, with sums', async () => {
    expect((await replica.decided(1))[0]).toMatchObject({
      value: {
        meaning: {
          purpose: 'correction',
          undecided: true,
          findings: [{ code: 'correctionNotLinked', lineNo: null }],
        },
        lines: [{ stockEffect: 'unknown' }, { stockEffect: 'unknown' }, { stockEffect: 'none' }],
      },
    });
    const all = await replica.lines.undecided(EVERYTHING, PAGE);
    expect(all).toMatchObject({
      sums: { lines: 3, receipts: 2, amountKopecks: 35_880 },
      lines: [
        { documentId: FIRST, lineNo: 1, why: 'correction', operation: 'sale', productId: 'p-1' },
        { documentId: FIRST, lineNo: 2, productId: 'p-2', productName: 'Хлеб' },
        { documentId: SECOND, why: 'buying', operation: 'buy' },
      ],
    });
    const some = await replica.lines.undecided({ ...EVERYTHING, productId: 'p-2', why: 'correction' }, PAGE);
    expect(some.sums).toEqual({ lines: 1, receipts: 1, amountKopecks: 8000 });
    expect((await replica.lines.undecided({ ...EVERYTHING, amountFromKopecks: 9000 }, PAGE)).sums.lines).toBe(
      2,
    );
    const first = await replica.lines.undecided(EVERYTHING, { after: null, limit: 1 });
    expect(first.next).toBe('1-1-1');
    const hidden = await replica.lines.undecided({ ...EVERYTHING, stores: ['store-2'] }, PAGE);
    expect(hidden).toEqual({ lines: [], sums: { lines: 0, receipts: 0, amountKopecks: 0 }, next: null });
  });

  it('is decided once: by an event of its stream, kept with who decided and why; a repeat changes nothing', async () => {
    const wanted = { stockEffect: 'out' as const, recognition: 'sale' as const };
    expect(await decide(wanted)).toMatchObject([{ outcome: 'decided', decisionNo: 1, streamSeq: 4 }]);
    expect(await lastEvent()).toMatchObject({
      verb: 'decidedAnew',
      value: {
        receiptSeq: 1,
        reason: 'manual',
        decidedBy: 'person-1',
        ledgerAt: '2026-03-02T09:15:00.000Z',
        businessDate: '2026-03-02',
        meaning: { purpose: 'correction' },
        lines: [
          { lineNo: 1, productId: 'p-1', stockEffect: 'out', recognition: 'sale' },
          { lineNo: 2, productId: 'p-2', stockEffect: 'out' },
        ],
      },
    });
    expect((await lastEvent())?.value.meaning).toEqual({ purpose: 'correction' });
    expect(await decide(wanted)).toMatchObject([{ outcome: 'unchanged', decisionNo: 1 }]);
    expect(await replica.decided(1)).toHaveLength(4);
    expect((await replica.lines.undecided(EVERYTHING, PAGE)).sums.receipts).toBe(1);
    expect(await readDecisions(db.database, FIRST, '*')).toMatchObject([
      { decisionNo: 1, decidedBy: 'person-1', reason: 'нашли накладную' },
    ]);
  });

  it('is decided line by line, and again: the last word counts', async () => {
    await decide({ lines: [{ lineNo: 1, stockEffect: 'out' }] });
    expect((await lastEvent())?.value.meaning).toMatchObject({ undecided: true });
    await decide({ lines: [{ lineNo: 1, stockEffect: 'none' }], stockEffect: 'in' });
    expect(await lastEvent()).toMatchObject({
      value: {
        decisionNo: 2,
        lines: [
          { lineNo: 1, stockEffect: 'none' },
          { lineNo: 2, stockEffect: 'in' },
        ],
      },
    });
    const revision = { revision: 2, repost: 'none' as const };
    await replica.decide([documentEvent({ seq: 4, documentSeq: 1, lines, revision, document: CORRECTION })]);
    expect(await lastEvent()).toMatchObject({
      verb: 'revised',
      value: {
        meaning: { purpose: 'correction' },
        lines: [{ stockEffect: 'none' }, { stockEffect: 'in' }, {}],
      },
    });
    await decide({ lines: [{ lineNo: 1, stockEffect: 'out' }] });
    expect(await lastEvent()).toMatchObject({
      value: { revision: 2, decisionNo: 1, lines: [{ lineNo: 1 }] },
    });
  });

  it('stands before a person again when a revision brings other lines', async () => {
    await decide({ stockEffect: 'out' });
    const revision = { revision: 2, repost: 'lines' as const };
    await replica.decide([
      documentEvent({ seq: 4, documentSeq: 1, lines: lines.slice(0, 1), revision, document: CORRECTION }),
    ]);
    const queue = await replica.lines.undecided({ ...EVERYTHING, why: 'correction' }, PAGE);
    expect(queue.lines.map(({ documentId, lineNo }) => [documentId, lineNo])).toEqual([[FIRST, 1]]);
  });

  it('is linked by a person', async () => {
    const saleDocumentId = documentIdOf(1, 3);
    await decide({ saleDocumentId, stockEffect: 'none' });
    expect((await lastEvent())?.value.meaning).toEqual({
      purpose: 'correction',
      saleDocumentId,
      linkedBy: 'person',
    });
  });

  it.each<[string, Partial<ManualDecision>, Principal | undefined]>([
    ['receiptUnknown', { documentId: documentIdOf(9, 9) }, undefined],
    ['receiptUnknown', {}, { ...PERSON, stores: ['store-2'] }],
    ['decidedMeanwhile', { expectedDecisionNo: 3 }, undefined],
    ['productUnknown', { lines: [{ lineNo: 1, productId: 'p-404' }] }, undefined],
    ['lineIncomplete', { lines: [{ lineNo: 9, stockEffect: 'out' }] }, undefined],
    ['saleUnknown', { saleDocumentId: documentIdOf(9, 9) }, undefined],
    ['lineRepeats', { lines: [{ lineNo: 1 }, { lineNo: 1 }] }, undefined],
  ])('is left as it is: %s', async (code, decision, principal) => {
    expect(await decide(decision, principal)).toMatchObject([{ outcome: 'refused', code }]);
    expect(await replica.decided(1)).toHaveLength(3);
  });

  it('that was withdrawn is not decided any more', async () => {
    const revision = { revision: 2, repost: 'lines' as const, kind: 'withdrawn' as const };
    await replica.decide([documentEvent({ seq: 4, documentSeq: 1, lines, revision })]);
    expect((await replica.lines.undecided(EVERYTHING, PAGE)).sums.receipts).toBe(1);
    expect(await decide({ stockEffect: 'out' })).toMatchObject([{ code: 'receiptEnded' }]);
  });
});

describe('a correction without lines', () => {
  beforeEach(() =>
    replica.decide([documentEvent({ seq: 1, document: { ...CORRECTION, totalKopecks: 12_000 } })]),
  );

  it('waits as a whole, and gets the lines that a person knows', async () => {
    expect(await replica.lines.undecided(EVERYTHING, PAGE)).toMatchObject({
      lines: [{ lineNo: 0, productId: null, amountKopecks: 12_000 }],
    });
    const line = { lineNo: 1, productId: 'p-2', quantityMilli: 3000, amountKopecks: 12_000 };
    await decide({ lines: [{ ...line, stockEffect: 'out', locationId: 'store-1-back' }] });
    expect(await lastEvent()).toMatchObject({
      value: {
        meaning: { purpose: 'correction' },
        locationNo: 11,
        lines: [{ ...line, stockEffect: 'out', recognition: 'sale', matchedBy: 'person' }],
      },
    });
    expect((await replica.lines.undecided(EVERYTHING, PAGE)).lines).toEqual([]);
  });

  it('is settled as a whole when it moved nothing', async () => {
    expect(await decide({ stockEffect: 'none' })).toMatchObject([{ outcome: 'decided' }]);
    expect(await lastEvent()).toMatchObject({ value: { lines: [], meaning: { purpose: 'correction' } } });
    expect(await decide({ stockEffect: 'none' })).toMatchObject([{ outcome: 'unchanged' }]);
    expect((await replica.lines.undecided(EVERYTHING, PAGE)).lines).toEqual([]);
  });
});

describe('a line that no product explains', () => {
  const lines = [{ article: 'nobody-knows', quantityMilli: 2000, amountKopecks: 5000 }];

  beforeEach(() =>
    replica.decide([
      documentEvent({ seq: 1, lines, document: CORRECTION }),
      documentEvent({ seq: 2, lines }),
    ]),
  );

  it('is listed with what the register sent', async () => {
    const filter = { ...EVERYTHING, kind: 'article' };
    expect(await replica.lines.unmatched(filter, PAGE)).toMatchObject({
      sums: { lines: 2, receipts: 2, amountKopecks: 10_000 },
      lines: [{ documentId: FIRST, kind: 'article', key: 'nobody-knows' }, { documentId: SECOND }],
    });
    expect((await replica.lines.unmatched({ ...filter, kind: 'barcode' }, PAGE)).lines).toEqual([]);
  });

  it('gets its product from a person and waits no more', async () => {
    await decide({ documentId: SECOND, lines: [{ lineNo: 1, productId: 'p-2' }] });
    expect(await lastEvent()).toMatchObject({
      value: { lines: [{ productId: 'p-2', quantityMilli: 2000, stockEffect: 'out', matchedBy: 'person' }] },
    });
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
    expect(await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 })).toMatchObject({ decided: 1 });
  });

  it('is shown with the product that its code has come to while its effect is open', async () => {
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
    await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 });
    expect((await replica.lines.undecided(EVERYTHING, PAGE)).lines).toMatchObject([{ productId: 'p-9' }]);
    const unmatched = { ...EVERYTHING, kind: null };
    expect((await replica.lines.unmatched(unmatched, PAGE)).lines).toEqual([]);
  });

  it('keeps the effect that a person gave it when its code is learned', async () => {
    await decide({ stockEffect: 'out', recognition: 'none' });
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
    await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 });
    const anew = (await replica.decided(1)).filter(({ value }) => value.documentId === FIRST).at(-1);
    expect(anew).toMatchObject({
      value: { decisionNo: 2, lines: [{ productId: 'p-9', stockEffect: 'out', recognition: 'none' }] },
    });
  });
});

describe('two persons at once', () => {
  it('decide one after the other: the second sees what the first decided', async () => {
    await replica.decide([documentEvent({ seq: 1, lines: [{ article: '10017' }], document: CORRECTION })]);
    const other = new Replica(db.connect());
    const decision = { documentId: FIRST, lines: [], reason: 'сразу двое', expectedDecisionNo: 0 };
    const results = await Promise.all([
      replica.manual.handle([{ ...decision, stockEffect: 'out' }], PERSON),
      other.manual.handle([{ ...decision, stockEffect: 'in' }], { ...PERSON, id: 'person-2' }),
    ]);
    expect(
      results
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['decided', 'refused']);
    expect(await replica.decided(1)).toHaveLength(2);
  });
});
