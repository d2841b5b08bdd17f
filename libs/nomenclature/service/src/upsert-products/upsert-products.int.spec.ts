import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { ProductsQuery } from '../query-products/products.query';
import { documentEvent } from '../testing/register-events';
import { Replica } from '../testing/replica';

const MAY = '2026-05-01T00:00:00.000Z';
const JUNE = '2026-06-01T00:00:00.000Z';

let db: TestDatabase;
let replica: Replica;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
});

afterEach(() => db.drop());

function upsert(...rows: readonly unknown[]) {
  return replica.upsert.handle(rows);
}

function product(productId: string) {
  return new ProductsQuery(db.database).byId(productId);
}

function withBarcode(productId: string, code: object) {
  return { productId, name: `Product ${productId}`, barcodes: [{ barcode: 'X', ...code }] };
}

describe('an upsert of products', () => {
  it('reports every bad row with row, code, field and message while the good rows apply', async () => {
    await upsert({ productId: 'p-1', name: 'Owner', article: 'A', barcodes: [{ barcode: 'X' }] });
    const answer = await upsert(
      { productId: 'p-2', name: 'Good', article: 'B' },
      { productId: 'p 3', name: 'Bad id' },
      { productId: 'p-4', name: '' },
      'no object',
      { productId: 'p-5', name: 'Taken', article: 'A' },
      { productId: 'p-6', name: 'Taken too', barcodes: [{ barcode: 'X' }] },
      { productId: 'p-7', name: 'Inverted', barcodes: [{ barcode: 'Y', validFrom: JUNE, validTo: MAY }] },
      { productId: 'p-2', name: 'Again' },
      { productId: 'p-8', name: 'Deep', barcodes: [{ barcode: 'Z' }, { barcode: '' }] },
      { productId: 'p-9', name: 'Good too', barcodes: [{ barcode: 'W' }] },
    );
    expect(answer).toMatchObject({ created: 2, changed: 0, unchanged: 0, barcodesLearned: 1 });
    expect(answer.rejected.map(({ row, productId, code, field }) => [row, productId, code, field])).toEqual([
      [1, 'p 3', 'fieldInvalid', 'productId'],
      [2, 'p-4', 'fieldInvalid', 'name'],
      [3, null, 'fieldInvalid', null],
      [4, 'p-5', 'articleTaken', 'article'],
      [5, 'p-6', 'barcodeTaken', 'barcodes'],
      [6, 'p-7', 'validityInverted', 'barcodes'],
      [7, 'p-2', 'productRepeats', 'productId'],
      [8, 'p-8', 'fieldInvalid', 'barcodes/1/barcode'],
    ]);
    for (const { message } of answer.rejected) expect(message).not.toBe('');
    expect(answer.rejected[4]?.message).toContain('p-1');
    expect(await product('p-2')).toMatchObject({ name: 'Good', article: 'B' });
    expect(await product('p-5')).toBeNull();
  });

  it('reports what PostgreSQL could not store like any other bad row', async () => {
    const answer = await upsert(
      { productId: 'p-1', name: 'Nul \u0000' },
      { productId: 'p-2', name: 'Measure', measureCode: 3_000_000_000 },
      withBarcode('p-3', { validFrom: '0000-01-01T00:00:00.000Z' }),
      withBarcode('p-4', { validFrom: '2026-02-30T00:00:00.000Z' }),
      { productId: 'p-5', name: 'Good' },
    );
    expect(answer).toMatchObject({ created: 1 });
    expect(answer.rejected.map(({ row, code, field }) => [row, code, field])).toEqual([
      [0, 'fieldInvalid', 'name'],
      [1, 'fieldInvalid', 'measureCode'],
      [2, 'fieldInvalid', 'barcodes/0/validFrom'],
      [3, 'fieldInvalid', 'barcodes/0/validFrom'],
    ]);
  });

  it('is idempotent: a repeat changes nothing and makes no version', async () => {
    const rows = [
      { productId: 'p-1', name: 'All', article: 'A', unit: 'kilogram', weighed: true, priceKopecks: 100 },
      {
        ...withBarcode('p-2', {
          coefficient: { numerator: 6, denominator: 1 },
          validFrom: MAY,
          validTo: JUNE,
        }),
      },
      { productId: 'p-3', name: 'Foreign', externalCodes: [{ system: 'erp', code: '7' }], archived: true },
    ];
    expect(await upsert(...rows)).toMatchObject({ created: 3, catalogueVersion: 1 });
    const before = await Promise.all(rows.map(({ productId }) => product(productId)));
    expect(await upsert(...rows)).toEqual({
      created: 0,
      changed: 0,
      unchanged: 3,
      barcodesLearned: 0,
      catalogueVersion: 1,
      rejected: [],
    });
    expect(await Promise.all(rows.map(({ productId }) => product(productId)))).toEqual(before);
  });

  it('leaves absent fields as they are', async () => {
    const whole = {
      productId: 'p-1',
      name: 'Milk',
      article: 'A',
      unit: 'litre',
      measureCode: 112,
      weighed: true,
      marked: true,
      vatRate: '10',
      categoryCode: 'c',
      categoryName: 'Dairy',
      brand: 'b',
      priceKopecks: 8990,
      barcodes: [{ barcode: 'X' }],
      externalCodes: [{ system: 'erp', code: '1' }],
    };
    await upsert(whole);
    expect(await upsert({ productId: 'p-1', name: 'Milk 3.2 %' })).toMatchObject({ changed: 1 });
    expect(await product('p-1')).toMatchObject({
      ...whole,
      name: 'Milk 3.2 %',
      status: 'active',
      version: 2,
      catalogueVersion: 2,
      barcodes: [{ barcode: 'X', scope: 'chain', validFrom: null, validTo: null }],
    });
    await upsert({
      productId: 'p-1',
      name: 'Milk',
      unit: 'piece',
      marked: false,
      barcodes: [{ barcode: 'Y' }],
    });
    expect(await product('p-1')).toMatchObject({
      unit: 'piece',
      marked: false,
      weighed: true,
      vatRate: '10',
    });
    expect((await product('p-1'))?.barcodes.map(({ barcode }) => barcode)).toEqual(['X', 'Y']);
  });

  it('counts a version of the catalogue for each request that changed something', async () => {
    expect(await upsert({ productId: 'p-1', name: 'One' })).toMatchObject({ catalogueVersion: 1 });
    expect(await upsert({ productId: 'p-1', name: '' })).toMatchObject({ catalogueVersion: 1 });
    const both = await Promise.all([
      upsert({ productId: 'p-2', name: 'Two' }),
      new Replica(db.connect()).upsert.handle([{ productId: 'p-3', name: 'Three' }]),
    ]);
    expect(both.map(({ catalogueVersion }) => catalogueVersion).sort()).toEqual([2, 3]);
  });
});

describe('a barcode', () => {
  it('is taken where its time overlaps within a scope, and only there', async () => {
    await upsert(withBarcode('p-1', { validFrom: MAY, validTo: JUNE }));
    const answer = await upsert(
      withBarcode('p-2', { validFrom: null, validTo: '2026-05-01T00:00:00.001Z' }),
      withBarcode('p-3', { validTo: MAY }),
      withBarcode('p-4', { validFrom: JUNE }),
      withBarcode('p-5', { scope: 'store:store-1' }),
      withBarcode('p-6', { scope: 'store:store-2', validFrom: MAY }),
      withBarcode('p-7', { scope: 'store:store-2', validFrom: JUNE }),
    );
    expect(answer.created).toBe(4);
    expect(answer.rejected.map(({ row, code }) => [row, code])).toEqual([
      [0, 'barcodeTaken'],
      [5, 'barcodeTaken'],
    ]);
    expect(answer.rejected.map(({ message }) => /p-\d/.exec(message)?.[0])).toEqual(['p-1', 'p-6']);
  });

  it('stands once in a row, however it is spelt', async () => {
    const barcodes = [{ barcode: '4600682000013' }, { barcode: '04600682000013' }];
    expect((await upsert({ productId: 'p-1', name: 'Twice', barcodes })).rejected).toMatchObject([
      { row: 0, code: 'barcodeTaken', field: 'barcodes' },
    ]);
  });
});

describe('an article', () => {
  const waiting = [{ article: 'A' }];

  it('of an archived product is free, and taken when the product comes back', async () => {
    await upsert({ productId: 'p-1', name: 'Old', article: 'A', archived: true });
    expect(await upsert({ productId: 'p-2', name: 'New', article: 'A' })).toMatchObject({ created: 1 });
    const back = await upsert(
      { productId: 'p-1', name: 'Old', archived: false },
      { productId: 'p-3', name: 'x' },
    );
    expect(back).toMatchObject({
      created: 1,
      rejected: [{ row: 0, code: 'articleTaken', field: 'article' }],
    });
    const repeated = await upsert({ productId: 'p-1', name: 'Older', article: 'A' });
    expect(repeated).toMatchObject({ changed: 1, rejected: [] });
  });

  it('explains waiting lines also when its archived product comes back', async () => {
    await upsert({ productId: 'p-1', name: 'Old', article: 'A', archived: true });
    await replica.decide([documentEvent({ seq: 1, lines: waiting })]);
    await upsert({ productId: 'p-1', name: 'Old', archived: false });
    expect(await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 })).toMatchObject({ decided: 1 });
  });
});
