import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { matchLine } from '@potok/nomenclature-domain/match-line';
import { isGtin, normalisedBarcode } from '@potok/retail/gs1';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { Replica } from '../testing/replica';

const FILE = path.join(
  process.env['POTOK_TEST_DATA'] ?? path.resolve(__dirname, '../../../../../../shared/data'),
  'products-ru.tsv.gz',
);
const PRESENT = fs.existsSync(FILE);
const WHY = PRESENT ? '' : ' (skipped: products-ru.tsv.gz is absent; POTOK_TEST_DATA names its folder)';
const BATCH = 1000;
const PLACE = { storeId: 'store-1', ledgerAtMs: Date.parse('2026-03-02T09:15:00.000Z'), systems: [] };

interface Good {
  readonly productId: string;
  readonly name: string;
  readonly barcode: string;
  readonly categoryCode: string;
  readonly categoryName: string;
  readonly brand: string;
}

function readGoods(): Good[] {
  const [, ...rows] = gunzipSync(fs.readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
  return rows.map((row) => {
    const [id = '', barcode = '', name = '', categoryCode = '', categoryName = '', , brand = ''] =
      row.split('\t');
    return { productId: `p-${id}`, name, barcode, categoryCode, categoryName, brand: brand.trim() };
  });
}

/** The row as an accounting system sends it: what is empty is absent. */
function upsertOf({ productId, name, barcode, categoryCode, categoryName, brand }: Good): object {
  return {
    productId,
    name,
    ...(categoryCode === '' ? {} : { categoryCode }),
    ...(categoryName === '' ? {} : { categoryName }),
    ...(brand === '' ? {} : { brand }),
    barcodes: barcode === '' ? [] : [{ barcode }],
  };
}

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
});

afterAll(() => db.drop());

describe('an import of real goods', () => {
  const itWhereDataIs = PRESENT ? it : it.skip;

  itWhereDataIs(
    `takes 50,000 rows in batches; then every valid barcode leads to its product${WHY}`,
    async () => {
      const replica = new Replica(db.database);
      const goods = readGoods();
      expect(goods.length).toBe(50_000);
      const owners = new Map<string, string>();
      let created = 0;
      const refused: string[] = [];
      for (let from = 0; from < goods.length; from += BATCH) {
        const batch = goods.slice(from, from + BATCH);
        const answer = await replica.upsert.handle(batch.map(upsertOf));
        created += answer.created;
        refused.push(...answer.rejected.map(({ row, code }) => `${String(from + row)} ${code}`));
      }
      const expectedRefusals = goods.flatMap(({ productId, barcode }, row) => {
        const code = normalisedBarcode(barcode);
        const owner = code === '' ? productId : (owners.get(code) ?? productId);
        if (owner !== productId) return [`${String(row)} barcodeTaken`];
        if (code !== '') owners.set(code, productId);
        return [];
      });
      expect(refused).toEqual(expectedRefusals);
      expect(created).toBe(goods.length - refused.length);
      await db.database.tx((tx) => replica.catalogue.refresh(tx));
      const valid = goods.filter(({ barcode }) => isGtin(barcode));
      expect(valid.length).toBeGreaterThan(10_000);
      const lost = valid.filter(({ barcode }) => {
        const match = matchLine({ barcode }, PLACE, replica.catalogue);
        return match?.target.productId !== owners.get(normalisedBarcode(barcode));
      });
      expect(lost).toEqual([]);
      expect(await replica.upsert.handle(goods.slice(0, BATCH).map(upsertOf))).toMatchObject({
        created: 0,
        changed: 0,
      });
    },
  );
});
