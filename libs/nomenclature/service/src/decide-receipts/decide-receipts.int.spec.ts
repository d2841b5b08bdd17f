import { createHash } from 'node:crypto';
import { productsTopic } from '@potok/nomenclature-contracts/topics';
import { productV1 } from '@potok/nomenclature-contracts/product.v1';
import type { ProductV1 } from '@potok/nomenclature-contracts/product.v1';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { exampleDocument } from '@potok/retail/document/example';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { documentEvent, documentIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';
import { readDocument } from './document-reader';

const PARTITIONS = Array.from({ length: productsTopic.partitions }, (_, index) => index);
const MILK = { productId: 'p-1', name: 'Молоко', barcodes: [{ barcode: '4600682000013' }] };
const BREAD = { productId: 'p-2', name: 'Хлеб', article: '10017' };

let db: TestDatabase;
let replica: Replica;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replica = new Replica(db.database);
});

afterEach(() => db.drop());

/** Products that wait for their topic, by id. */
async function pendingProducts(): Promise<Map<string, ProductV1>> {
  const rows = await db.database.tx((tx) => replica.publication.source.pending(tx, PARTITIONS, 1000));
  const values = rows.map(({ value }) => productV1.schema.parse(JSON.parse(String(value))));
  return new Map(values.map((product) => [product.productId, product]));
}

describe('a decision about a receipt', () => {
  it('splices the document in its own bytes, under the hash that ingestion gave it', async () => {
    const tricky = { name: 'Чай «Ёж» "document": \\ \u2028 🫖', article: 'a","document":{' };
    const events = [
      documentEvent({ seq: 1, lines: [{ barcode: '4600682000013' }, tricky] }),
      documentEvent({ storeNo: 2, seq: 1, lines: [] }),
      documentEvent({
        seq: 2,
        documentSeq: 1,
        lines: [tricky],
        revision: { revision: 2, repost: 'none' },
      }),
    ];
    await replica.decide(events);
    const published = await replica.published(1, 2);
    expect(published).toHaveLength(3);
    const sent = new Map(events.map(({ eventId, value }) => [eventId.split('/', 2).join('/'), value]));
    for (const { eventId, value } of published) {
      const { head, documentBytes } = readDocument(value);
      const original = readDocument(sent.get(eventId.split('/', 2).join('/')) ?? Buffer.alloc(0));
      expect(documentBytes.equals(original.documentBytes)).toBe(true);
      expect(head.documentHash).toBe(createHash('sha256').update(documentBytes).digest('hex'));
      expect(head.documentHash).toBe(original.head.documentHash);
    }
  });

  it('names products, effects and the cause, valid by its contract', async () => {
    await replica.upsert.handle([MILK, BREAD]);
    const barcodes = [{ barcode: '14600682000010', coefficient: { numerator: 12, denominator: 1 } }];
    await replica.upsert.handle([{ productId: 'p-1', name: 'Молоко', barcodes }]);
    const lines = [
      { barcode: '4600682000013', quantityMilli: 2000, amountKopecks: 17_980 },
      { article: '10017', state: 'voided' as const },
      { barcode: '14600682000010', quantityMilli: 3000 },
    ];
    await replica.decide([{ ...documentEvent({ seq: 5, lines }), epoch: 3 }]);
    const [event] = await replica.decided(1);
    expect(event).toMatchObject({
      verb: 'registered',
      value: {
        eventId: `${documentIdOf(1, 5)}/1/decided/0`,
        streamSeq: 1,
        rootSeq: 5,
        cause: { topic: 'retail.register.documents.v1', epoch: 3, seq: 5 },
        causeRecordedAt: '2026-03-02T09:15:01.300Z',
        catalogueVersion: 2,
        ledgerAt: exampleDocument.time.ledgerAt,
        lines: [
          { lineNo: 1, productId: 'p-1', quantityMilli: 2000, amountKopecks: 17_980, stockEffect: 'out' },
          { lineNo: 2, productId: 'p-2', matchedBy: 'article', stockEffect: 'none', recognition: 'none' },
          { lineNo: 3, productId: 'p-1', quantityMilli: 36_000, coefficient: { numerator: 12 } },
        ],
      },
    });
    const headers = (await replica.published(1))[0]?.headers;
    expect(headers).toMatchObject({ ce_type: 'retail.sales.receipt-registered.v1', ce_streamseq: '1' });
  });

  it('publishes nothing about documents that are no receipts', async () => {
    const types = [
      'shiftOpened',
      'shiftClosed',
      'cashMovement',
      'nonFiscal',
      'stockDocument',
      'other',
    ] as const;
    await replica.decide(types.map((type, at) => documentEvent({ seq: 1 + at, document: { type } })));
    expect(await replica.published(1)).toEqual([]);
    const receipt = documentEvent({ seq: 9, lines: [{ article: 'x' }] });
    await replica.decide([documentEvent({ seq: 8, document: { type: 'tillEvent' } }), receipt]);
    expect((await replica.decided(1)).map(({ value }) => [value.streamSeq, value.rootSeq])).toEqual([[1, 9]]);
  });
});

describe('a revision of a receipt', () => {
  const lines = [{ barcode: '4600682000013' }, { article: 'nobody-knows' }];

  beforeEach(async () => {
    await replica.upsert.handle([MILK]);
    await replica.decide([documentEvent({ seq: 1, lines }), documentEvent({ seq: 2, lines })]);
  });

  it('that moves nothing names the receipt and what its lines are', async () => {
    const revision = { revision: 2, repost: 'none' as const };
    await replica.decide([documentEvent({ seq: 3, documentSeq: 2, lines, revision })]);
    expect((await replica.decided(1)).at(-1)).toMatchObject({
      verb: 'revised',
      value: {
        eventId: `${documentIdOf(1, 2)}/2/revised/0`,
        receiptSeq: 2,
        revisionKind: 'bound',
        decisionNo: 0,
        lines: [
          { productId: 'p-1', stockEffect: 'out' },
          { matchedBy: 'none', stockEffect: 'out' },
        ],
      },
    });
  });

  it('whose lines differ is decided anew; what waits of the receipt are its lines as they are now', async () => {
    const anew = [{ article: 'new-code', quantityMilli: 3000 }, { barcode: '4600682000013' }];
    const revision = { revision: 2, repost: 'lines' as const };
    await replica.decide([documentEvent({ seq: 3, documentSeq: 1, lines: anew, revision })]);
    expect((await replica.decided(1)).at(-1)).toMatchObject({
      verb: 'revised',
      value: {
        receiptSeq: 1,
        repost: 'lines',
        lines: [
          { matchedBy: 'none', quantityMilli: 3000, stockEffect: 'out' },
          { productId: 'p-1', stockEffect: 'out' },
        ],
      },
    });
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'new-code' }]);
    await replica.upsert.handle([{ productId: 'p-8', name: 'Any', article: 'nobody-knows' }]);
    expect(await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 })).toMatchObject({ decided: 2 });
    const decided = (await replica.decided(1)).filter(({ verb }) => verb === 'decidedAnew');
    expect(decided).toMatchObject([
      { value: { receiptSeq: 1, revision: 2, decisionNo: 1, lines: [{ lineNo: 1, productId: 'p-9' }] } },
      { value: { receiptSeq: 2, revision: 1, decisionNo: 1, lines: [{ lineNo: 2, productId: 'p-8' }] } },
    ]);
  });

  it('that posts nothing carries the lines as they were decided, later decisions included', async () => {
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
    await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 });
    await replica.upsert.handle([
      { productId: 'p-7', name: 'Any', barcodes: [{ barcode: '4600682000020' }] },
    ]);
    const other = [{ barcode: '4600682000020' }, { article: 'nobody-knows' }];
    const revision = { revision: 2, repost: 'none' as const };
    await replica.decide([documentEvent({ seq: 3, documentSeq: 1, lines: other, revision })]);
    expect((await replica.decided(1)).at(-1)).toMatchObject({
      verb: 'revised',
      value: { lines: [{ productId: 'p-1' }, { productId: 'p-9', matchedBy: 'article' }] },
    });
  });

  it.each(['withdrawn', 'merged'] as const)(
    'that is %s leaves nothing to count or to wait for',
    async (kind) => {
      const revision = { revision: 2, repost: 'lines' as const, kind };
      await replica.decide([documentEvent({ seq: 3, documentSeq: 1, lines, revision })]);
      const last = (await replica.decided(1)).at(-1);
      expect(last).toMatchObject({ verb: 'revised', value: { receiptSeq: 1, revisionKind: kind } });
      expect(last?.value.lines.map(({ stockEffect, recognition }) => [stockEffect, recognition])).toEqual([
        ['none', 'none'],
        ['none', 'none'],
      ]);
      await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
      expect(await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 })).toMatchObject({ decided: 1 });
    },
  );

  it('that comes from another store begins here, whole', async () => {
    const revision = { revision: 4, repost: 'lines' as const, kind: 'remapped' as const };
    const movedFrom = { storeId: 'store-1', storeNo: 1, registerId: 'store-1-1', revision: 3 };
    await replica.decide([
      documentEvent({ storeNo: 2, seq: 1, documentSeq: 1, lines, revision, head: { movedFrom } }),
    ]);
    expect(await replica.decided(2)).toMatchObject([
      {
        verb: 'registered',
        value: { revision: 4, revisionKind: 'remapped', movedFrom, lines: [{ productId: 'p-1' }, {}] },
      },
    ]);
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
    expect(await replica.rematch.handle({ storeId: 'store-2', storeNo: 2 })).toMatchObject({ decided: 1 });
    expect((await replica.decided(2)).at(-1)).toMatchObject({ verb: 'decidedAnew', value: { revision: 4 } });
  });

  it('in the batch of its receipt finds it there', async () => {
    await replica.decide([
      documentEvent({ storeNo: 2, seq: 1, lines }),
      documentEvent({ storeNo: 2, seq: 2, lines: [] }),
      documentEvent({
        storeNo: 2,
        seq: 3,
        documentSeq: 2,
        lines: [],
        revision: { revision: 2, repost: 'none' },
      }),
    ]);
    expect((await replica.decided(2)).at(-1)).toMatchObject({ verb: 'revised', value: { receiptSeq: 2 } });
  });

  it('adds no waiting lines: a later explanation decides each line of the receipt once', async () => {
    const revision = { revision: 2, repost: 'none' as const };
    await replica.decide([documentEvent({ seq: 3, documentSeq: 1, lines, revision })]);
    await replica.upsert.handle([{ productId: 'p-9', name: 'Any', article: 'nobody-knows' }]);
    expect(await replica.rematch.handle({ storeId: 'store-1', storeNo: 1 })).toMatchObject({ decided: 2 });
    const anew = (await replica.decided(1)).filter(({ verb }) => verb === 'decidedAnew');
    expect(anew.map(({ value }) => [value.documentId, value.revision, value.lines.length])).toEqual([
      [documentIdOf(1, 1), 2, 1],
      [documentIdOf(1, 2), 1, 1],
    ]);
  });
});

describe('an unmatched product', () => {
  it('is made once for concurrent batches, and published', async () => {
    const replicas = [replica, new Replica(db.connect({ poolMax: 4 })), new Replica(db.connect())];
    const lines = [{ barcode: '4607059921346', name: 'Смешарики' }, { article: 'a-1' }, { name: 'Пакет' }];
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (storeNo) => {
        await replicas[storeNo % replicas.length]?.decide([documentEvent({ storeNo, seq: 1, lines })]);
      }),
    );
    const products = await pendingProducts();
    expect([...products.values()].map(({ unmatchedKey }) => unmatchedKey?.key).sort()).toEqual([
      '4607059921346',
      'a-1',
      'Пакет',
    ]);
    const decided = await replica.decided(1, 2, 3, 4, 5, 6);
    const named = decided.flatMap(({ value }) => value.lines);
    expect(named).toHaveLength(18);
    for (const { productId, productNo } of named) {
      expect(products.get(productId)).toMatchObject({ productNo, status: 'unmatched', version: 1 });
    }
    expect([...products.values()].map(({ name }) => name).sort()).toEqual([
      'Без названия',
      'Пакет',
      'Смешарики',
    ]);
  });

  it('that a rolled back batch made is made again by the next', async () => {
    const event = documentEvent({ seq: 1, lines: [{ article: 'a-1' }] });
    const unfinished = replica.decide([event, { ...event, value: Buffer.from('{}') }]);
    await expect(unfinished).rejects.toThrow();
    const failing = documentEvent({ seq: 9, lines: [], revision: { revision: 2, repost: 'none' } });
    await expect(replica.decide([event, failing])).rejects.toThrow('the receipt that is revised');
    expect((await pendingProducts()).size).toBe(0);
    await replica.decide([event]);
    const [product] = (await pendingProducts()).values();
    expect((await replica.decided(1))[0]).toMatchObject({
      value: { lines: [{ productNo: product?.productNo }] },
    });
  });
});
