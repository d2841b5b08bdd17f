import { describeDifference } from '@potok/proof-audit/conservation/difference';
import type { Difference } from '@potok/proof-audit/conservation/difference';
import { proveChain } from '@potok/proof-audit/conservation/prove-chain';
import type { ChainProof } from '@potok/proof-audit/conservation/prove-chain';
import { StageReader } from '@potok/proof-audit/conservation/stage-reader';
import { Database } from '@potok/platform-postgres/database';
import { startOwnBroker } from '@potok/platform-testing/own-broker';
import type { OwnBroker } from '@potok/platform-testing/own-broker';
import { waitFor } from '@potok/platform-testing/wait-for';
import { startPotok } from './testing/running-potok';
import type { RunningPotok } from './testing/running-potok';

const STORE = 'store-1';
const REGISTER = 'store-1-1';
const FN = '7380440800000001';
const BARCODE = '4600682000013';

let broker: OwnBroker;
let potok: RunningPotok;
let device: string;

beforeAll(async () => {
  broker = await startOwnBroker();
  potok = await startPotok(broker.brokers);
  await trade();
});

afterAll(async () => {
  await potok.stop();
  await broker.stop();
});

async function call<T>(request: string, body: unknown, token = potok.adminToken): Promise<T> {
  const [method = '', path = ''] = request.split(' ');
  const response = await fetch(`${potok.address}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request}: ${String(response.status)} ${text}`);
  return JSON.parse(text) as T;
}

/** A sale, a return of a part, an advance, and a receipt whose barcode is learned afterwards. */
async function trade(): Promise<void> {
  await call('PUT /v1/organisation/legal-entities/romashka', { inn: '7707083893', name: 'ООО «Ромашка»' });
  await call(`PUT /v1/organisation/stores/${STORE}`, {
    name: 'Магазин 1',
    legalEntityId: 'romashka',
    timeZone: 'Europe/Moscow',
  });
  await call(`PUT /v1/organisation/registers/${REGISTER}`, { storeId: STORE, name: 'Касса 1' });
  await call('POST /v1/organisation/registrations', { scheme: 'fn', series: FN, registerId: REGISTER });
  const product = { productId: 'p-milk', name: 'Молоко 3,2 %', barcodes: [{ barcode: BARCODE }] };
  await call('POST /v1/nomenclature/products', { products: [product] });
  const { enrolmentCode } = await call<{ enrolmentCode: string }>('POST /v1/organisation/credentials', {
    name: 'Касса 1',
    scope: { registers: [REGISTER] },
  });
  const { token } = await call<{ token: string }>('POST /v1/organisation/credentials/token', {
    enrolmentCode,
  });
  device = token;
  const documents = [
    receipt(1, 'sale', [line(1, BARCODE, 20_000), line(2, '4600682000099', 10_000)]),
    receipt(2, 'return', [line(1, BARCODE, 10_000)]),
    receipt(3, 'sale', [{ ...line(1, BARCODE, 5_000), paymentMethod: 3, subject: 10 }]),
    receipt(4, 'sale', [line(1, BARCODE, 7_000), line(2, BARCODE, 3_000)]),
  ];
  for (const document of documents) await call('POST /v1/ingestion/documents', document, token);
  const learned = { productId: 'p-bread', name: 'Хлеб', barcodes: [{ barcode: '4600682000099' }] };
  await call('POST /v1/nomenclature/products', { products: [learned] });
}

function line(lineNo: number, barcode: string, amountKopecks: number): object {
  return { lineNo, barcode, name: 'Товар', quantityMilli: 2000, amountKopecks };
}

function receipt(number: number, operation: string, lines: readonly object[]): object {
  const totalKopecks = lines.reduce((sum, one) => sum + (one as { amountKopecks: number }).amountKopecks, 0);
  return {
    type: 'receipt',
    identities: [{ scheme: 'fn', series: FN, number }],
    operation,
    occurredAtLocal: '2026-03-02T12:15:00',
    totalKopecks,
    payments: [{ fiscalKind: 'cash', amountKopecks: totalKopecks }],
    lines,
  };
}

function prove(): Promise<ChainProof> {
  const reader = new StageReader(async (_service, path) => {
    const response = await fetch(`${potok.address}${path}`, {
      headers: { authorization: `Bearer ${potok.adminToken}` },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${text}`);
    return text;
  });
  return proveChain({ reader, storeIds: null, progress: () => undefined });
}

type Schema = keyof RunningPotok['urls'];

/** What the proof names while the statement's damage stands; it is mended afterwards. */
async function named(schema: Schema, damage: string, mend: string): Promise<readonly Difference[]> {
  const database = new Database({ url: potok.urls[schema], applicationName: 'test', poolMax: 1 });
  try {
    await database.query(damage);
    const { differences } = await prove();
    await database.query(mend);
    return differences;
  } finally {
    await database.close();
  }
}

describe('the proof of conservation', () => {
  it('finds nothing in what was traded, and says what stands', async () => {
    const proof = await waitFor(
      async () => {
        const found = await prove();
        return found.receipts === 4 && found.differences.length === 0 && found;
      },
      { what: 'a clean proof of four receipts' },
    );
    expect(proof.unproved).toEqual([]);
    expect(proof.days).toEqual([
      {
        storeId: STORE,
        businessDate: '2026-03-02',
        documents: 4,
        receipts: 4,
        lines: 6,
        linesMoving: 5,
        linesMoved: 5,
        reportLines: 6,
        biLines: 6,
        amountKopecks: 55_000,
      },
    ]);
  });

  it('names a movement that was changed, by its document and line, and the balance beside it', async () => {
    const found = await named(
      'stock',
      `UPDATE movement SET quantity_milli = quantity_milli + 1000 WHERE movement_seq = 3`,
      `UPDATE movement SET quantity_milli = quantity_milli - 1000 WHERE movement_seq = 3`,
    );
    expect(found).toEqual([
      expect.objectContaining({
        stage: 'movements',
        against: 'receipts',
        lineNo: 1,
        field: 'stockMilli:p-milk',
        value: '3000',
        expected: '2000',
      }) as Difference,
      expect.objectContaining({ stage: 'balances', field: `stockMilli:${STORE}|p-milk` }) as Difference,
    ]);
    expect(describeDifference(found[0] as Difference)).toMatch(
      /line 1: stockMilli:p-milk: movements 3000, receipts 2000/,
    );
  });

  it('names a balance that was changed', async () => {
    const found = await named(
      'stock',
      `UPDATE balance SET quantity_milli = quantity_milli + 1 WHERE product_no = 1`,
      `UPDATE balance SET quantity_milli = quantity_milli - 1 WHERE product_no = 1`,
    );
    expect(found).toMatchObject([{ stage: 'balances', against: 'movements' }]);
  });

  it('names each line whose row for BI is missing', async () => {
    const found = await named(
      'reporting',
      `ALTER TABLE bi_row_block RENAME TO bi_row_block_kept;
       CREATE TABLE bi_row_block AS SELECT * FROM bi_row_block_kept
       WHERE first_row_seq <> (SELECT max(first_row_seq) FROM bi_row_block_kept)`,
      `DROP TABLE bi_row_block; ALTER TABLE bi_row_block_kept RENAME TO bi_row_block`,
    );
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) {
      expect(one).toMatchObject({ stage: 'bi', against: 'receipts', lineNo: expect.any(Number) as number });
    }
  });

  it('names a line of the report that is off by a kopeck', async () => {
    const where = `WHERE receipt_seq = 2 AND line_no = 1 AND entry > 0`;
    const found = await named(
      'reporting',
      `UPDATE receipt_line SET amount_kopecks = amount_kopecks + 1 ${where}`,
      `UPDATE receipt_line SET amount_kopecks = amount_kopecks - 1 ${where}`,
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        stage: 'report',
        lineNo: 1,
        field: 'amountKopecks',
        value: '-9999',
        expected: '-10000',
      }),
    );
  });

  it('names the day of a sum that is off by a kopeck', async () => {
    const row = `(SELECT ctid FROM daily_facet WHERE revenue_kopecks <> 0 LIMIT 1)`;
    const found = await named(
      'reporting',
      `UPDATE daily_facet SET revenue_kopecks = revenue_kopecks + 1 WHERE ctid = ${row}`,
      `UPDATE daily_facet SET revenue_kopecks = revenue_kopecks - 1 WHERE ctid = ${row}`,
    );
    expect(found).toMatchObject([
      { stage: 'days', businessDate: '2026-03-02', field: 'facetRevenueKopecks', against: 'report' },
    ]);
  });

  it('is clean again once everything is mended', async () => {
    expect((await prove()).differences).toEqual([]);
  });

  it('is clean where receipts state no payments, or others than their totals', async () => {
    const unpaid = { ...receipt(5, 'sale', [line(1, BARCODE, 1_000)]), payments: undefined };
    const payments = [{ fiscalKind: 'cash', amountKopecks: 1_500 }];
    const overpaid = { ...receipt(6, 'sale', [line(1, BARCODE, 1_000)]), payments };
    for (const document of [unpaid, overpaid]) await call('POST /v1/ingestion/documents', document, device);
    await waitFor(
      async () => {
        const found = await prove();
        return found.receipts === 6 && found.differences.length === 0;
      },
      { what: 'a clean proof of six receipts' },
    );
  });
});
