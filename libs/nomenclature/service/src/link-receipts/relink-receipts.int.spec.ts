import type { CanonicalDocument, CanonicalLine } from '@potok/retail/document/canonical-document';
import { documentIdOfKey } from '@potok/retail/document/document-id';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { documentEvent, documentIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';

const FN = '7380440800123456';
const SALE_ID = documentIdOfKey(`fn|${FN}#77`);
const OLD_CODE = '4600682000013';
const NEW_CODE = '4600682000099';
const BREAD = '4600682000020';
const PERSON = { id: 'person-1', kind: 'person', scopes: ['*'], stores: '*', registers: '*' } as const;

let db: TestDatabase;
let replica: Replica;
/** Of the events of store 1. */
let seq = 0;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
  seq = 0;
});

afterEach(() => db.drop());

type Line = Partial<CanonicalLine>;

function decide(
  document: Partial<CanonicalDocument>,
  stated: readonly Line[],
  documentId?: string,
): Promise<void> {
  seq += 1;
  const named = documentId === undefined ? {} : { documentId };
  const lines = stated.map((line) => ({ quantityMilli: 2000, ...line }));
  return replica.decide([documentEvent({ seq, lines, document: { ...document, ...named }, head: named })]);
}

function sell(...lines: readonly Line[]): Promise<void> {
  return decide({ identities: [{ scheme: 'fn', series: FN, number: 77 }] }, lines, SALE_ID);
}

function bringBack(...lines: readonly Line[]): Promise<void> {
  return decide({ operation: 'return', returnOf: { method: 'scanned', fiscal: { fn: FN, fd: 77 } } }, lines);
}

/** One product under these barcodes. */
function learn(...codes: readonly string[]) {
  const barcodes = codes.map((barcode) => ({ barcode }));
  return replica.upsert.handle([{ productId: 'p-milk', name: 'Молоко', barcodes }]);
}

function rematch() {
  return replica.rematch.handle({ storeId: 'store-1', storeNo: 1 });
}

/** The return as all events about it leave it: the second receipt of the store. */
async function standing() {
  const events = (await replica.decided(1)).map(({ value }) => value);
  const about = events.filter((event) => event.documentId === documentIdOf(1, 2));
  const meaning = about.findLast((event) => event.meaning !== undefined)?.meaning;
  return { events: about.length, line: about.at(-1)?.lines[0], findings: meaning?.findings };
}

describe('a return without originalLineNo whose lines are matched later', () => {
  it('keeps the line of the sale that it was linked to as an unmatched product', async () => {
    await sell({ barcode: OLD_CODE });
    await bringBack({ barcode: OLD_CODE });
    expect((await standing()).line).toMatchObject({ matchedBy: 'none', saleLineNo: 1 });
    await learn(OLD_CODE);
    expect(await rematch()).toMatchObject({ decided: 2 });
    expect((await standing()).line).toMatchObject({ productId: 'p-milk', saleLineNo: 1 });
    expect(await replica.linkWaiting()).toBe(0);
  });

  it('finds the sale that was matched after it had been sold as an unmatched product', async () => {
    await sell({ barcode: OLD_CODE });
    await learn(OLD_CODE);
    await rematch();
    await bringBack({ barcode: OLD_CODE });
    expect(await standing()).toMatchObject({ events: 1, line: { productId: 'p-milk', saleLineNo: 1 } });
  });

  it('is linked when the sale is matched after the return', async () => {
    await sell({ barcode: OLD_CODE });
    await learn(OLD_CODE);
    await bringBack({ barcode: OLD_CODE });
    expect((await standing()).findings).toEqual([{ code: 'saleNotFound', lineNo: 1 }]);
    expect(await replica.linkWaiting()).toBe(0);
    await rematch();
    expect(await replica.linkWaiting()).toBe(1);
    expect(await standing()).toEqual({
      events: 2,
      line: expect.objectContaining({ productId: 'p-milk', saleLineNo: 1, stockEffect: 'in' }) as object,
      findings: undefined,
    });
    expect(await replica.linkWaiting()).toBe(0);
  });

  it('is linked when its own line is matched, by another code of the product that was sold', async () => {
    await learn(OLD_CODE);
    await sell({ barcode: OLD_CODE });
    await bringBack({ barcode: NEW_CODE });
    expect((await standing()).findings).toEqual([{ code: 'saleNotFound', lineNo: 1 }]);
    await learn(OLD_CODE, NEW_CODE);
    await rematch();
    expect(await replica.linkWaiting()).toBe(1);
    expect(await standing()).toMatchObject({ line: { productId: 'p-milk', saleLineNo: 1 } });
    expect((await standing()).findings).toBeUndefined();
  });

  it('is linked when a person says which product was sold', async () => {
    await learn(NEW_CODE);
    await sell({ barcode: OLD_CODE });
    await bringBack({ barcode: NEW_CODE });
    const lines = [{ lineNo: 1, productId: 'p-milk' }];
    await replica.manual.handle([{ documentId: SALE_ID, lines, reason: 'x' }], PERSON);
    expect(await replica.linkWaiting()).toBe(1);
    expect((await standing()).line).toMatchObject({ saleLineNo: 1 });
  });

  it('is looked at once after each decision, and says nothing where nothing is found', async () => {
    await learn(NEW_CODE);
    await sell({ barcode: OLD_CODE });
    await bringBack({ barcode: NEW_CODE });
    await replica.upsert.handle([{ productId: 'p-2', name: 'Хлеб', barcodes: [{ barcode: OLD_CODE }] }]);
    await rematch();
    expect(await replica.linkWaiting()).toBe(0);
    const { rows } = await db.database.query('SELECT 1 FROM partly_linked_receipt');
    expect([rows.length, (await standing()).events]).toEqual([1, 1]);
  });

  it('counts what came back once, also of lines that had been found at first', async () => {
    await replica.upsert.handle([{ productId: 'p-2', name: 'Хлеб', barcodes: [{ barcode: BREAD }] }]);
    await sell({ barcode: BREAD }, { barcode: OLD_CODE });
    await learn(OLD_CODE);
    await bringBack({ barcode: BREAD }, { barcode: OLD_CODE });
    expect((await standing()).findings).toEqual([{ code: 'saleNotFound', lineNo: 2 }]);
    await rematch();
    expect(await replica.linkWaiting()).toBe(1);
    expect((await standing()).findings).toBeUndefined();
    const { rows } = await db.database.query(
      'SELECT sale_line_no, sum(quantity_milli)::bigint AS back FROM returned_line GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([
      { sale_line_no: 1, back: 2000n },
      { sale_line_no: 2, back: 2000n },
    ]);
  });

  it('counts in base units of the pack that both turn out to be', async () => {
    await sell({ barcode: OLD_CODE });
    await bringBack({ barcode: OLD_CODE, quantityMilli: 1000 });
    const barcodes = [{ barcode: OLD_CODE, coefficient: { numerator: 6, denominator: 1 } }];
    await replica.upsert.handle([{ productId: 'p-milk', name: 'Молоко', barcodes }]);
    await rematch();
    await bringBack({ barcode: OLD_CODE, quantityMilli: 1500 });
    const [last] = (await replica.decided(1)).slice(-1);
    expect(last?.value.meaning?.findings).toEqual([
      { code: 'returnedMoreThanSold', lineNo: 1, quantityMilli: 3000 },
    ]);
  });
});
