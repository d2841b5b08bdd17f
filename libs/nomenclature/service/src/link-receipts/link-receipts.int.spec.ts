import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import { documentIdOfKey } from '@potok/retail/document/document-id';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { documentEvent, documentIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';

const FN = '7380440800123456';
const SALE_ID = documentIdOfKey(`fn|${FN}#77`);
const LINES = [
  { article: '10001', quantityMilli: 2000 },
  { article: '10017', quantityMilli: 1000 },
];

let db: TestDatabase;
let replica: Replica;
/** Of the events of store 1, by their number in the test. */
let seq = 0;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
  seq = 0;
  await replica.upsert.handle([
    { productId: 'p-1', name: 'Молоко', article: '10001' },
    { productId: 'p-17', name: 'Хлеб', article: '10017' },
  ]);
});

afterEach(() => db.drop());

function receipt(
  document: Partial<CanonicalDocument>,
  lines: readonly Partial<CanonicalLine>[] = LINES,
  documentId?: string,
): StreamEvent {
  seq += 1;
  const named = documentId === undefined ? {} : { documentId };
  return documentEvent({ seq, lines, document: { ...document, ...named }, head: named });
}

function sale(change: Partial<CanonicalDocument> = {}): StreamEvent {
  const identities = [{ scheme: 'fn', series: FN, number: 77 }];
  return receipt({ identities, fiscal: { fpd: '0012345678' }, ...change }, LINES, SALE_ID);
}

function returning(
  returnOf: CanonicalDocument['returnOf'],
  lines: readonly Partial<CanonicalLine>[] = [{ article: '10001', quantityMilli: 1000 }],
): StreamEvent {
  return receipt({ operation: 'return', ...(returnOf === undefined ? {} : { returnOf }) }, lines);
}

const BY_FISCAL = { method: 'scanned', fiscal: { fn: FN, fd: 77 } } as const;

async function last() {
  const event = (await replica.decided(1)).at(-1);
  return { meaning: event?.value.meaning, lines: event?.value.lines };
}

describe('a return', () => {
  it.each([false, true])(
    'by the number of its sale knows sale and line, in one batch with it: %s',
    async (together) => {
      const events = [sale(), returning(BY_FISCAL)];
      if (together) await replica.decide(events);
      else for (const event of events) await replica.decide([event]);
      expect(await last()).toMatchObject({
        meaning: { purpose: 'customerReturn', saleDocumentId: SALE_ID, linkedBy: 'fiscal' },
        lines: [{ stockEffect: 'in', saleLineNo: 1 }],
      });
      expect((await last()).meaning?.findings).toBeUndefined();
    },
  );

  it('by the id of a foreign system, and by a further number of the sale', async () => {
    const webhook = { scheme: 'evotor', series: 'store', opaqueId: '20170228-D58C' };
    const identities = [webhook, { scheme: 'fn', series: FN, number: 78 }];
    await replica.decide([
      receipt({ identities }),
      returning({ method: 'manual', vendor: { system: 'evotor', id: '20170228-D58C' } }),
    ]);
    expect((await last()).meaning).toMatchObject({ saleDocumentId: documentIdOf(1, 1), linkedBy: 'vendor' });
    await replica.decide([returning({ method: 'scanned', fiscal: { fn: FN, fd: 78 } })]);
    expect((await last()).meaning).toMatchObject({ saleDocumentId: documentIdOf(1, 1), linkedBy: 'fiscal' });
  });

  it('of more than was sold is noticed, over all returns of the sale, and never refused', async () => {
    await replica.decide([sale(), returning(BY_FISCAL)]);
    await replica.decide([
      returning(BY_FISCAL, [{ article: '10001', quantityMilli: 1500, originalLineNo: 1 }]),
      returning(BY_FISCAL, [{ article: '10017', quantityMilli: 1000 }]),
    ]);
    const events = await replica.decided(1);
    expect(events[2]?.value.meaning?.findings).toEqual([
      { code: 'returnedMoreThanSold', lineNo: 1, quantityMilli: 500 },
    ]);
    expect(events[2]?.value.lines).toMatchObject([{ stockEffect: 'in', quantityMilli: 1500 }]);
    expect(events[3]?.value.meaning?.findings).toBeUndefined();
  });

  it('that is revised is counted once, as it is now', async () => {
    await replica.decide([sale(), returning(BY_FISCAL, [{ article: '10001', quantityMilli: 2000 }])]);
    const revision = { revision: 2, repost: 'lines' as const };
    const document = { operation: 'return', returnOf: BY_FISCAL } as const;
    const lines = [{ article: '10001', quantityMilli: 500 }];
    await replica.decide([documentEvent({ seq: 3, documentSeq: 2, revision, document, lines })]);
    expect((await last()).meaning?.findings).toBeUndefined();
    seq = 3;
    await replica.decide([returning(BY_FISCAL, [{ article: '10001', quantityMilli: 1600 }])]);
    expect((await last()).meaning?.findings).toEqual([
      { code: 'returnedMoreThanSold', lineNo: 1, quantityMilli: 100 },
    ]);
  });

  it('of a sale that is not here, and one that names none', async () => {
    await replica.decide([returning(BY_FISCAL), returning({ method: 'none' }), returning(undefined)]);
    const events = await replica.decided(1);
    expect(events.map(({ value }) => value.meaning)).toEqual([
      { purpose: 'customerReturn', findings: [{ code: 'saleNotFound', lineNo: null }] },
      { purpose: 'customerReturn' },
      { purpose: 'customerReturn' },
    ]);
  });
});

describe('a receipt that comes before the one that it names', () => {
  const identities = [{ scheme: 'fn', series: FN, number: 90 }];

  it('is linked when that one is there, in whichever replica, once', async () => {
    await replica.decide([returning(BY_FISCAL, [{ article: '10001', quantityMilli: 2500 }])]);
    expect(await replica.linkWaiting()).toBe(0);
    await replica.decide([sale()]);
    const other = new Replica(db.connect());
    expect((await Promise.all([replica.linkWaiting(), other.linkWaiting()])).sort()).toEqual([0, 1]);
    expect((await replica.decided(1)).slice(2)).toMatchObject([
      {
        verb: 'decidedAnew',
        value: {
          receiptSeq: 1,
          decisionNo: 1,
          reason: 'linked',
          meaning: { purpose: 'customerReturn', saleDocumentId: SALE_ID, linkedBy: 'fiscal' },
          lines: [{ lineNo: 1, saleLineNo: 1, stockEffect: 'in' }],
        },
      },
    ]);
    expect((await last()).meaning?.findings).toEqual([
      { code: 'returnedMoreThanSold', lineNo: 1, quantityMilli: 500 },
    ]);
    await replica.decide([returning(BY_FISCAL)]);
    expect((await last()).meaning?.findings).toMatchObject([{ quantityMilli: 1000 }]);
  });

  it('and is a correction, is decided by the rules then and waits for no person', async () => {
    const document = {
      form: 'correction',
      operation: 'return',
      correctsFpd: '12345678',
      identities,
    } as const;
    await replica.decide([receipt(document)]);
    expect((await last()).meaning).toMatchObject({ undecided: true });
    await replica.decide([sale()]);
    expect(await replica.linkWaiting()).toBe(1);
    const { meaning, lines } = await last();
    expect(meaning).toEqual({ purpose: 'correction', saleDocumentId: SALE_ID, linkedBy: 'fpd' });
    expect(lines).toMatchObject([
      { stockEffect: 'in', saleLineNo: 1 },
      { stockEffect: 'in', saleLineNo: 2 },
    ]);
    const filter = { stores: '*' as const, storeId: null, productId: null, why: null, operation: null };
    const amounts = { amountFromKopecks: null, amountToKopecks: null };
    const queue = await replica.lines.undecided({ ...filter, ...amounts }, { after: null, limit: 10 });
    expect(queue.lines).toEqual([]);
  });

  it('keeps what a person has decided meanwhile', async () => {
    const document = {
      form: 'correction',
      operation: 'return',
      correctsFpd: '12345678',
      identities,
    } as const;
    await replica.decide([receipt(document)]);
    const decision = { documentId: documentIdOf(1, 1), stockEffect: 'none' as const, lines: [], reason: 'x' };
    const person = { id: 'person-1', kind: 'person', scopes: ['*'], stores: '*', registers: '*' } as const;
    expect(await replica.manual.handle([decision], person)).toMatchObject([{ outcome: 'decided' }]);
    await replica.decide([sale()]);
    expect(await replica.linkWaiting()).toBe(1);
    expect((await last()).lines).toMatchObject([{ stockEffect: 'none' }, { stockEffect: 'none' }]);
  });
});

describe('a receipt that mends an error', () => {
  it('is linked to it by its ФПД and counts against no return', async () => {
    await replica.decide([sale()]);
    const mends = { correctsFpd: '12345678' };
    await replica.decide([
      receipt({ operation: 'return', ...mends }),
      receipt(mends, [{ article: '10017' }]),
    ]);
    const [, back, anew] = await replica.decided(1);
    expect(back?.value).toMatchObject({
      meaning: { purpose: 'mendsError', saleDocumentId: SALE_ID, linkedBy: 'fpd' },
      lines: [{ saleLineNo: 1, stockEffect: 'in' }, { saleLineNo: 2 }],
    });
    expect(anew?.value).toMatchObject({
      meaning: { purpose: 'mendsError', saleDocumentId: SALE_ID },
      lines: [{ saleLineNo: 2, stockEffect: 'out' }],
    });
    await replica.decide([returning(BY_FISCAL, [{ article: '10001', quantityMilli: 2000 }])]);
    expect((await last()).meaning?.findings).toBeUndefined();
  });
});

describe('a correction', () => {
  const identities = [{ scheme: 'fn', series: FN, number: 90 }];
  const basis = { kind: 'reversal', basisDate: '2026-03-02', basisNumber: '77' } as const;

  it('of a receipt of the stated day is linked by its number and posts by the ordinary rules', async () => {
    await replica.decide([sale()]);
    const document = { form: 'correction', operation: 'return', identities, correction: basis } as const;
    await replica.decide([receipt(document)]);
    expect(await last()).toMatchObject({
      meaning: { purpose: 'correction', saleDocumentId: SALE_ID, linkedBy: 'basis' },
      lines: [{ stockEffect: 'in', saleLineNo: 1 }, { stockEffect: 'in' }],
    });
  });

  it('whose number is that of an order of another day waits for a person', async () => {
    await replica.decide([sale()]);
    const correction = { ...basis, basisDate: '2026-02-20' };
    await replica.decide([receipt({ form: 'correction', operation: 'return', identities, correction })]);
    expect(await last()).toMatchObject({
      meaning: { purpose: 'correction', undecided: true },
      lines: [{ stockEffect: 'unknown' }, { stockEffect: 'unknown' }],
    });
  });
});

describe("another organisation's receipt", () => {
  it('is told by 1018 once the chain is known: neither our goods nor our revenue', async () => {
    const document = { fiscal: { sellerInn: '7728168971' } };
    await replica.decide([receipt(document)]);
    await db.database.query(`INSERT INTO legal_entity_copy VALUES ('ooo-romashka', 1, '7707083893')`);
    await replica.decide([receipt(document), receipt({ fiscal: { sellerInn: '7707083893' } })]);
    const [unknown, other, own] = await replica.decided(1);
    expect(unknown?.value.meaning).toBeUndefined();
    expect(other?.value).toMatchObject({
      meaning: { seller: 'other' },
      lines: [{ stockEffect: 'none', recognition: 'agent' }, {}],
    });
    expect(own?.value).toMatchObject({ lines: [{ stockEffect: 'out', recognition: 'sale' }, {}] });
  });
});

describe('what a product is', () => {
  it('decides about the line: a gift card is an advance, whatever the till says', async () => {
    await replica.upsert.handle([
      { productId: 'p-gift', name: 'Карта 1000', article: 'gift', kind: 'giftCard' },
    ]);
    await replica.decide([receipt({}, [{ article: 'gift' }, { article: '10017' }])]);
    expect((await last()).lines).toMatchObject([
      { stockEffect: 'none', recognition: 'advance' },
      { stockEffect: 'out', recognition: 'sale' },
    ]);
  });
});
