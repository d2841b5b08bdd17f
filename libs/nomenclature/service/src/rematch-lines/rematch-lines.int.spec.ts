import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import type { LinesDecidedV1 } from '@potok/nomenclature-contracts/lines-decided.v1';
import { checkDigitOf, weighedCodeWithoutWeight } from '@potok/retail/gs1';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { ProductsQuery } from '../query-products/products.query';
import { documentEvent, documentIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';
import type { RematchOutcome } from './rematch-lines.handler';
import { readRematchStatus } from './rematch-status.query';

const TOMATOES = '2100123';

let db: TestDatabase;
let replica: Replica;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
});

afterEach(() => db.drop());

function weighed(part: string, grams: number): string {
  const digits = part + String(grams).padStart(5, '0');
  return digits + String(checkDigitOf(digits));
}

function learn(barcode: string, more: object = {}) {
  const barcodes = [{ barcode, ...more }];
  return replica.upsert.handle([{ productId: 'p-1', name: 'Помидоры', weighed: true, barcodes }]);
}

function rematch(storeNo = 1): Promise<RematchOutcome> {
  return replica.rematch.handle({ storeId: `store-${String(storeNo)}`, storeNo });
}

async function decidedAnew(...storeNos: readonly number[]): Promise<LinesDecidedV1[]> {
  const events = await replica.decided(...storeNos);
  return events.flatMap((event) => (event.verb === 'decidedAnew' ? [event.value] : []));
}

async function waiting(): Promise<number> {
  return (await readRematchStatus(db.database)).unmatchedLines;
}

describe('weighed barcodes of one unknown thing', () => {
  const lines = [152, 98, 2040].map((quantityMilli) => ({
    barcode: weighed(TOMATOES, quantityMilli),
    quantityMilli,
    measureCode: 11,
  }));

  beforeEach(() =>
    replica.decide([
      documentEvent({ seq: 1, lines: [...lines, { barcode: weighed('2100124', 500), measureCode: 11 }] }),
      documentEvent({ storeNo: 2, seq: 1, lines: lines.slice(0, 1) }),
    ]),
  );

  it('wait under one key, whatever their weight', async () => {
    const unmatched = await new ProductsQuery(db.database).unmatched(10);
    expect(unmatched).toMatchObject([
      { kind: 'barcode', key: TOMATOES, lines: 4, stores: 2 },
      { kind: 'barcode', key: '2100124', lines: 1, stores: 1 },
    ]);
  });

  it.each([
    ['the part that names the product', TOMATOES],
    ['the code with weight zero', weighedCodeWithoutWeight(TOMATOES)],
  ])('are all decided anew when %s is learned', async (_, code) => {
    await learn(code);
    expect(await rematch(1)).toEqual({ decided: 3, more: false });
    expect(await rematch(2)).toEqual({ decided: 1, more: false });
    const [first, second] = await decidedAnew(1, 2);
    expect(first).toMatchObject({ receiptSeq: 1, decisionNo: 1, catalogueVersion: 1, rootSeq: 1 });
    expect(
      first?.lines.map(({ lineNo, productId, quantityMilli }) => [lineNo, productId, quantityMilli]),
    ).toEqual([
      [1, 'p-1', 152],
      [2, 'p-1', 98],
      [3, 'p-1', 2040],
    ]);
    expect(second?.lines).toHaveLength(1);
    expect(await waiting()).toBe(1);
  });

  it('of one weight alone explain the line of that weight only, and the others later', async () => {
    await learn(weighed(TOMATOES, 98));
    expect(await rematch()).toEqual({ decided: 1, more: false });
    await learn(TOMATOES);
    expect(await rematch()).toEqual({ decided: 2, more: false });
    const anew = await decidedAnew(1);
    expect(
      anew.map(({ decisionNo, lines: decided }) => [decisionNo, decided.map(({ lineNo }) => lineNo)]),
    ).toEqual([
      [1, [2]],
      [2, [1, 3]],
    ]);
  });
});

describe('a re-match', () => {
  it('finds nothing to do twice, in whichever replica', async () => {
    await replica.decide([documentEvent({ seq: 1, lines: [{ barcode: 'X' }] })]);
    await learn('X');
    const other = new Replica(db.connect());
    const store = { storeId: 'store-1', storeNo: 1 };
    const outcomes = await Promise.all([replica.rematch.handle(store), other.rematch.handle(store)]);
    expect(outcomes.map(({ decided }) => decided).sort()).toEqual([0, 1]);
    expect(await rematch()).toEqual({ decided: 0, more: false });
    expect(await decidedAnew(1)).toHaveLength(1);
  });

  it('keeps the line waiting that validity or scope excludes, until they are widened', async () => {
    await replica.decide([documentEvent({ seq: 1, lines: [{ barcode: 'X' }] })]);
    await learn('X', { scope: 'store:store-2' });
    expect(await rematch()).toEqual({ decided: 0, more: false });
    const validFrom = '2020-01-01T00:00:00.000Z';
    await learn('X', { validFrom, validTo: '2021-01-01T00:00:00.000Z' });
    expect(await rematch()).toEqual({ decided: 0, more: false });
    await learn('X', { validFrom, validTo: null });
    expect(await rematch()).toEqual({ decided: 1, more: false });
  });

  it('takes the effect that was decided with the line, and the coefficient of the code', async () => {
    const sold = [{ barcode: 'X' }, { barcode: 'X', state: 'voided' as const }];
    await replica.decide([documentEvent({ seq: 1, lines: sold })]);
    await learn('X', { coefficient: { numerator: 6, denominator: 1 } });
    await rematch();
    expect((await decidedAnew(1))[0]).toMatchObject({
      eventId: `${documentIdOf(1, 1)}/1/decided/1`,
      reason: 'barcodeLearned',
      lines: [
        { lineNo: 1, quantityMilli: 6000, stockEffect: 'out', recognition: 'sale', matchedBy: 'barcode' },
        { lineNo: 2, quantityMilli: 6000, stockEffect: 'none', recognition: 'none' },
      ],
    });
  });

  it('counts thirds of a pack by their own numbers, not by the quantity beside them', async () => {
    const sold = [{ barcode: 'X', quantityMilli: 333, fraction: { numerator: 1, denominator: 3 } }];
    await replica.decide([documentEvent({ seq: 1, lines: sold })]);
    await learn('X', { coefficient: { numerator: 12, denominator: 1 } });
    await rematch();
    expect((await decidedAnew(1))[0]?.lines).toMatchObject([{ productId: 'p-1', quantityMilli: 4000 }]);
  });

  it('asks the rules again where the product is no goods, but not what a person has decided', async () => {
    await replica.decide([1, 2].map((seq) => documentEvent({ seq, lines: [{ article: 'gift' }] })));
    const person = { id: 'person-1', kind: 'person', scopes: ['*'], stores: '*', registers: '*' } as const;
    const lines = [{ lineNo: 1, stockEffect: 'in' as const }];
    await replica.manual.handle([{ documentId: documentIdOf(1, 2), lines, reason: 'x' }], person);
    await replica.upsert.handle([{ productId: 'p-g', name: 'Карта', article: 'gift', kind: 'giftCard' }]);
    expect(await rematch()).toEqual({ decided: 2, more: false });
    const anew = (await decidedAnew(1)).filter(({ reason }) => reason === 'barcodeLearned');
    expect(anew.map(({ lines: decided }) => decided)).toMatchObject([
      [{ productId: 'p-g', stockEffect: 'none', recognition: 'advance' }],
      [{ productId: 'p-g', stockEffect: 'in', recognition: 'sale' }],
    ]);
  });

  it('goes through more lines than one transaction holds, each once', async () => {
    const sold = Array.from({ length: 450 }, () => ({ barcode: 'X' }));
    await replica.decide([1, 2, 3].map((seq) => documentEvent({ seq, lines: sold })));
    await learn('X');
    expect([await rematch(), await rematch(), await rematch()]).toEqual([
      { decided: 500, more: true },
      { decided: 500, more: true },
      { decided: 350, more: false },
    ]);
    expect(await waiting()).toBe(0);
    const anew = await decidedAnew(1);
    expect(anew.map(({ receiptSeq, decisionNo, lines }) => [receiptSeq, decisionNo, lines.length])).toEqual([
      [1, 1, 450],
      [2, 1, 50],
      [2, 2, 400],
      [3, 1, 100],
      [3, 2, 350],
    ]);
  });
});

describe('a code that another replica learns in the middle of a decision', () => {
  const event = documentEvent({ seq: 2, lines: [{ barcode: 'X' }] });
  const store = { storeId: 'store-1', storeNo: 1 };
  let other: Replica;

  /** The other replica teaches the code and goes through the store's lines; that may wait for the decision to end. */
  async function decideBeside(when: 'before' | 'after', statement: string): Promise<void> {
    const started: Promise<unknown>[] = [];
    const happens = async () => {
      const barcodes = [{ barcode: 'X' }];
      await other.upsert.handle([{ productId: 'p-1', name: 'Any', barcodes }]);
      const going = other.rematch.handle(store);
      started.push(going);
      if (when === 'before') await going;
    };
    await replica.decide([event], { when, statement, happens });
    await Promise.all(started);
    await other.rematch.handle(store);
  }

  async function matchedBy(): Promise<string[]> {
    const events = await replica.decided(1);
    return events.flatMap(({ value }) => value.lines.map((line) => line.matchedBy));
  }

  beforeEach(async () => {
    other = new Replica(db.connect());
    await replica.decide([documentEvent({ seq: 1, lines: [{ name: 'Any' }] })]);
  });

  it('before it has the lock of the store, is used by it', async () => {
    await decideBeside('before', 'FOR UPDATE');
    expect(await matchedBy()).toEqual(['none', 'barcode']);
    expect(await waiting()).toBe(1);
  });

  it('after it read the catalogue, finds its line waiting', async () => {
    await decideBeside('after', 'SELECT version FROM catalogue');
    expect(await matchedBy()).toEqual(['none', 'none', 'barcode']);
    expect(await waiting()).toBe(1);
  });
});
