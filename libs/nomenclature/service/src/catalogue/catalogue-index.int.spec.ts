import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { matchLine } from '@potok/nomenclature-domain/match-line';
import type { LineCodes, MatchPlace } from '@potok/nomenclature-domain/match-line';
import { DEFAULT_RULE_SET } from '@potok/nomenclature-domain/default-rule-set';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { interrupted } from '../testing/interrupted-tx';
import { documentEvent } from '../testing/register-events';
import { Replica } from '../testing/replica';
import { CatalogueIndex } from './catalogue-index';

const BEFORE = '2026-03-01T00:00:00.000Z';
const TURN = '2026-03-02T00:00:00.000Z';
const AFTER = '2026-03-03T00:00:00.000Z';

let db: TestDatabase;
let writer: Replica;
let index: CatalogueIndex;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  writer = new Replica(db.database);
  index = new CatalogueIndex();
});

afterEach(() => db.drop());

async function teach(...products: readonly object[]): Promise<number> {
  const answer = await writer.upsert.handle(products.map((product) => ({ name: 'Any', ...product })));
  expect(answer.rejected).toEqual([]);
  return answer.catalogueVersion;
}

function refresh(wanted: CatalogueIndex = index): Promise<number> {
  return db.database.tx((tx) => wanted.refresh(tx));
}

function found(codes: LineCodes, ledgerAt = AFTER, where: Partial<MatchPlace> = {}): string | null {
  const place = { storeId: 'store-1', ledgerAtMs: Date.parse(ledgerAt), systems: ['fn'], ...where };
  return matchLine(codes, place, index)?.target.productId ?? null;
}

/** An index that went through every version says the same as one that starts now. */
async function expectLikeFresh(codes: readonly LineCodes[]): Promise<void> {
  const followed = codes.map((code) => found(code));
  index = new CatalogueIndex();
  await refresh();
  expect(codes.map((code) => found(code))).toEqual(followed);
}

describe('the catalogue in memory', () => {
  it('follows an article from one product to another', async () => {
    await teach({ productId: 'p-1', article: 'A' });
    await refresh();
    expect(found({ article: 'A' })).toBe('p-1');
    await teach({ productId: 'p-1', article: 'B' });
    const version = await teach({ productId: 'p-2', article: 'A' });
    expect(await refresh()).toBe(version);
    expect([found({ article: 'A' }), found({ article: 'B' })]).toEqual(['p-2', 'p-1']);
    await teach({ productId: 'p-2', archived: true });
    await teach({ productId: 'p-3', article: 'A' });
    await refresh();
    expect(found({ article: 'A' })).toBe('p-3');
    await expectLikeFresh([{ article: 'A' }, { article: 'B' }]);
  });

  it('ends the validity of a barcode and begins that of another product', async () => {
    await teach({ productId: 'p-1', barcodes: [{ barcode: 'X' }] });
    await refresh();
    expect([found({ barcode: 'X' }, BEFORE), found({ barcode: 'X' })]).toEqual(['p-1', 'p-1']);
    await teach({ productId: 'p-1', barcodes: [{ barcode: 'X', validTo: TURN }] });
    await refresh();
    expect([found({ barcode: 'X' }, BEFORE), found({ barcode: 'X' }, TURN)]).toEqual(['p-1', null]);
    await teach({ productId: 'p-2', barcodes: [{ barcode: 'X', validFrom: TURN }] });
    await refresh();
    expect([found({ barcode: 'X' }, BEFORE), found({ barcode: 'X' }, TURN)]).toEqual(['p-1', 'p-2']);
    await expectLikeFresh([{ barcode: 'X' }]);
  });

  it("takes a store's own barcode before the chain's, in that store only", async () => {
    await teach({ productId: 'p-1', barcodes: [{ barcode: 'X' }] });
    await teach({ productId: 'p-2', barcodes: [{ barcode: 'X', scope: 'store:store-1' }] });
    await refresh();
    expect(found({ barcode: 'X' }, AFTER)).toBe('p-2');
    expect(found({ barcode: 'X' }, AFTER, { storeId: 'store-2' })).toBe('p-1');
  });

  it("finds a sender's code in its own system first, in others while they agree about it", async () => {
    const of = (systems: string[]) => found({ externalCode: '00-1' }, AFTER, { systems });
    await teach({ productId: 'p-1', externalCodes: [{ system: 'erp', code: '00-1' }] });
    await refresh();
    expect(found({ externalCode: '00-1' })).toBe('p-1');
    await teach({ productId: 'p-2', externalCodes: [{ system: 'till', code: '00-1' }] });
    await refresh();
    expect(found({ externalCode: '00-1' })).toBeNull();
    expect(of(['fn', 'till'])).toBe('p-2');
    expect(of(['erp'])).toBe('p-1');
    expect(of(['frontol'])).toBeNull();
    await teach({ productId: 'p-2', externalCodes: [{ system: 'erp', code: '00-1' }] });
    await refresh();
    expect(found({ externalCode: '00-1' })).toBe('p-2');
    await expectLikeFresh([{ externalCode: '00-1' }]);
  });

  it('is read whole in pages, of one version and of many', async () => {
    await db.database.query(
      `INSERT INTO product (product_id, status, name, article, catalogue_version, recorded_at)
       SELECT 'p-' || i, 'active', 'Any', 'a-' || i, 1 + i / 1000, now() FROM generate_series(1, 21000) i`,
    );
    await db.database.query(
      `INSERT INTO barcode (scope, barcode, valid_from, valid_to, product_no, numerator, denominator, catalogue_version)
       SELECT 'chain', 'b-' || i, s.valid_from::timestamptz, s.valid_to::timestamptz, p.product_no, 1, 1,
              CASE WHEN i <= 12000 THEN 7 ELSE i / 1000 END
       FROM generate_series(1, 21000) i JOIN product p ON p.product_id = 'p-' || i
       CROSS JOIN (VALUES ('-infinity', '${BEFORE}'), ('${TURN}', 'infinity')) s(valid_from, valid_to)`,
    );
    await db.database.query('UPDATE catalogue SET version = 30');
    expect(await refresh()).toBe(30);
    const early = '2020-01-01T00:00:00.000Z';
    for (let at = 1; at <= 21_000; at += 1) {
      const [barcode, product] = [`b-${String(at)}`, `p-${String(at)}`];
      const answers = [found({ barcode }), found({ barcode }, early), found({ article: `a-${String(at)}` })];
      if (answers.some((answer) => answer !== product)) throw new Error(`${barcode}: ${answers.join(' ')}`);
    }
  });

  it('forgets a barcode that a product should never have had, and lets another one have it', async () => {
    const validities = [
      { barcode: 'X', validTo: BEFORE },
      { barcode: 'X', validFrom: TURN },
      { barcode: 'Y' },
    ];
    await teach({ productId: 'p-1', barcodes: validities });
    await refresh();
    const wanted = { productId: 'p-1', barcode: 'X', scope: 'chain' };
    expect(await writer.forgetting.handle({ ...wanted, validFrom: TURN })).toBe(2);
    await refresh();
    const early = '2020-01-01T00:00:00.000Z';
    expect([found({ barcode: 'X' }, early), found({ barcode: 'X' })]).toEqual(['p-1', null]);
    await expectLikeFresh([{ barcode: 'X' }, { barcode: 'Y' }]);
    expect(await writer.forgetting.handle({ ...wanted, validFrom: undefined })).toBe(3);
    expect(await writer.forgetting.handle({ ...wanted, validFrom: undefined })).toBeNull();
    expect(await writer.forgetting.handle({ ...wanted, productId: 'p-9', validFrom: undefined })).toBeNull();
    await teach({ productId: 'p-2', barcodes: [{ barcode: 'X', validFrom: TURN }] });
    await refresh();
    expect([found({ barcode: 'X' }, early), found({ barcode: 'X' }), found({ barcode: 'Y' })]).toEqual([
      null,
      'p-2',
      'p-1',
    ]);
    await expectLikeFresh([{ barcode: 'X' }, { barcode: 'Y' }]);
  });

  it("refuses a validity that overlaps another of the product's own, unless it takes its place", async () => {
    const teaching = (barcode: object) =>
      writer.upsert.handle([{ productId: 'p-1', name: 'Any', barcodes: [{ barcode: 'X', ...barcode }] }]);
    await teaching({ validFrom: BEFORE });
    const overlap = await teaching({ validFrom: TURN, coefficient: { numerator: 6, denominator: 1 } });
    expect(overlap.rejected).toMatchObject([{ code: 'barcodeTaken', field: 'barcodes' }]);
    expect(overlap.rejected[0]?.message).toContain('this product itself');
    expect((await teaching({ validFrom: BEFORE, validTo: TURN })).rejected).toEqual([]);
    expect(
      (await teaching({ validFrom: TURN, coefficient: { numerator: 6, denominator: 1 } })).rejected,
    ).toEqual([]);
  });

  it('never leads to a product that it has not read, when a version comes while it loads', async () => {
    await teach({ productId: 'p-1', article: 'A', barcodes: [{ barcode: 'X' }] });
    const other = new Replica(db.connect());
    const code = { system: 'erp', code: '00-2' };
    const newer = { productId: 'p-2', name: 'Any', barcodes: [{ barcode: 'Y' }], externalCodes: [code] };
    const version = await db.database.tx((tx) =>
      index.refresh(
        interrupted(tx, {
          when: 'after',
          statement: 'FROM product',
          happens: async () => {
            expect(await other.upsert.handle([newer])).toMatchObject({ created: 1 });
          },
        }),
      ),
    );
    expect([found({ barcode: 'X' }), found({ barcode: 'Y' }), found({ externalCode: '00-2' })]).toEqual([
      'p-1',
      null,
      null,
    ]);
    expect(await refresh()).toBe(version + 1);
    expect([found({ barcode: 'Y' }), found({ externalCode: '00-2' })]).toEqual(['p-2', 'p-2']);
  });
});

describe('the rules', () => {
  it('of a new version are taken by the next transaction, in every replica', async () => {
    const replicas = [writer, new Replica(db.connect())];
    const lines = [{ name: 'Any', paymentMethod: 4, subject: 1 }];
    for (const [at, replica] of replicas.entries())
      await replica.decide([documentEvent({ seq: 1 + at, lines })]);
    const rules = { ...DEFAULT_RULE_SET, stockEffect: [{ when: {}, then: 'none', source: 'a test' }] };
    await db.database.query('INSERT INTO rule_set (version, rules) VALUES (7, $1::jsonb)', [
      JSON.stringify(rules),
    ]);
    for (const [at, replica] of replicas.entries())
      await replica.decide([documentEvent({ seq: 3 + at, lines })]);
    const events = await writer.decided(1);
    expect(
      events.map(({ value }) => [value.ruleVersion, value.lines.map(({ stockEffect }) => stockEffect)]),
    ).toEqual([
      [DEFAULT_RULE_SET.version, ['out']],
      [DEFAULT_RULE_SET.version, ['out']],
      [7, ['none']],
      [7, ['none']],
    ]);
  });
});
