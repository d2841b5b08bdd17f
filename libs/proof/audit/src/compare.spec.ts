import { createHash } from 'node:crypto';
import type { LogRecord } from '@potok/platform-kafka/log';
import type { SentRecord } from '@potok/proof-simulator/sender/run-log';
import type { DocumentFacts } from '@potok/proof-simulator/truth/document-facts';
import { compareArchive } from './compare-archive';
import { compareBalances, expectedBalances } from './compare-balances';
import { compareDocuments, findInvented } from './compare-documents';
import { DocumentsBook } from './documents-book';
import { expectationsOf } from './expectations';
import { Faults } from './faults';
import { MovementsBook } from './movements-book';
import type { PlatformView } from './platform-view';
import { ReceiptsBook } from './receipts-book';
import { BalancesBook, ProductsBook } from './state-books';

const documentId = '5f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d';
const series = '7380440000000001';

const facts: DocumentFacts = {
  key: 'store-0001/1',
  kind: 'sale',
  storeId: 'store-0001',
  registerId: 'store-0001-1',
  identities: [`fn|${series}|7`],
  expected: 'accepted',
  code: null,
  heldFirst: false,
  role: 'sale',
  lineCount: 2,
  lines: [
    [1, 'p-1', 'store-0001', -2000],
    [2, 'unmatched|barcode|4699901000011', 'store-0001', -1000],
  ],
  receipt: null,
  closeReport: null,
};
const sent: SentRecord = {
  facts,
  outcome: 'accepted',
  code: null,
  acknowledgedAtMs: Date.parse('2026-03-02T09:00:00Z'),
  attempts: 1,
};

const document = JSON.stringify({ identities: [{ scheme: 'fn', series, number: 7 }] });
const documentHash = createHash('sha256').update(document).digest('hex');

interface Numbers {
  readonly seq?: number;
  readonly documentId?: string;
}

function record(value: object, type: string, embedded = ''): LogRecord {
  const text = JSON.stringify(value);
  const whole = embedded === '' ? text : `${text.slice(0, -1)},"document":${embedded}}`;
  return {
    topic: '',
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: null,
    value: Buffer.from(whole),
    headers: { ce_type: Buffer.from(type) },
  };
}

function envelope({ seq = 1, documentId: id = documentId }: Numbers): object {
  return {
    eventId: `${id}/1`,
    storeId: 'store-0001',
    streamEpoch: 1,
    streamSeq: seq,
    recordedAt: '2026-03-02T09:00:01.000Z',
    documentId: id,
    revision: 1,
  };
}

const registered = (numbers: Numbers = {}, embedded = document): LogRecord =>
  record(
    { ...envelope(numbers), documentHash: createHash('sha256').update(embedded).digest('hex') },
    'retail.register.document-registered.v1',
    embedded,
  );

const decided = (numbers: Numbers = {}): LogRecord =>
  record(
    {
      ...envelope(numbers),
      documentHash,
      lines: [
        { lineNo: 1, productId: 'p-1' },
        { lineNo: 2, productId: 'unmatched-abc' },
      ],
    },
    'retail.sales.receipt-registered.v1',
    document,
  );

type PostedLine = readonly [lineNo: number, productId: string, quantityMilli: number];

function movement(movementSeq: number, [lineNo, productId, quantityMilli]: PostedLine): object {
  return {
    movementId: `${documentId}/1/${String(lineNo)}`,
    movementSeq,
    lineNo,
    productId,
    locationId: 'store-0001',
    debit: 'customers',
    credit: 'stock',
    quantityMilli,
    reverses: null,
  };
}

const posted = (movements: readonly object[], numbers: Numbers = {}): LogRecord =>
  record({ ...envelope(numbers), kind: 'receipt', movements }, 'retail.stock.movements-posted.v1');

const bothLines = [movement(1, [1, 'p-1', 2000]), movement(2, [2, 'unmatched-abc', 1000])];

const unmatchedProduct = record(
  { productId: 'unmatched-abc', unmatchedKey: { kind: 'barcode', key: '4699901000011', measure: '0' } },
  'retail.nomenclature.product.v1',
);

class Setting {
  readonly faults = new Faults();
  readonly documents = new DocumentsBook(this.faults);
  readonly receipts = new ReceiptsBook(this.documents, this.faults);
  readonly movements = new MovementsBook(this.faults);
  readonly products = new ProductsBook(this.faults);

  constructor() {
    this.products.take(unmatchedProduct);
  }

  whole(): this {
    this.documents.take(registered());
    this.receipts.take(decided());
    this.movements.take(posted(bothLines));
    return this;
  }

  compare(records: readonly SentRecord[] = [sent]) {
    const expectations = expectationsOf(records);
    const findings = compareDocuments(expectations, this, this.faults);
    findInvented(expectations, this, this.faults);
    return findings;
  }
}

describe('the audit of documents', () => {
  it('finds nothing where everything stands once', () => {
    const setting = new Setting().whole();
    expect(setting.compare()).toMatchObject({
      linesUnmatched: 1,
      prompt: [{ documentId, acknowledgedAtMs: sent.acknowledgedAtMs }],
    });
    expect(setting.faults.describe()).toEqual([]);
  });

  it.each<[string, (setting: Setting) => void]>([
    ['documents', () => undefined],
    [
      'receipts',
      ({ documents, movements }) => {
        documents.take(registered());
        movements.take(posted(bothLines));
      },
    ],
    [
      'movements',
      ({ documents, receipts }) => {
        documents.take(registered());
        receipts.take(decided());
      },
    ],
    [
      'one line of the movements',
      ({ documents, receipts, movements }) => {
        documents.take(registered());
        receipts.take(decided());
        movements.take(posted(bothLines.slice(0, 1)));
      },
    ],
  ])('names a document lost that is absent from %s', (_, prepare) => {
    const setting = new Setting();
    prepare(setting);
    setting.compare();
    expect(setting.faults.count('lost')).toBe(1);
  });

  it('names a usable document lost that was refused', () => {
    const setting = new Setting();
    setting.compare([{ ...sent, outcome: 'rejected', code: 'registerUnknown' }]);
    expect(setting.faults.count('lost')).toBe(1);
  });

  it('names a document doubled that has two ids, two decisions, or two movements of a line', () => {
    const other = '6f0c1d0e-58a3-5d0e-9f0b-0d2f3a4b5c6d';
    const twoIds = new Setting().whole();
    twoIds.documents.take(registered({ seq: 2, documentId: other }));
    const twoDecisions = new Setting().whole();
    twoDecisions.receipts.take(decided({ seq: 2 }));
    const twoMovements = new Setting().whole();
    twoMovements.movements.take(posted([movement(3, [1, 'p-1', 2000])], { seq: 2 }));
    for (const setting of [twoIds, twoDecisions, twoMovements]) {
      setting.compare();
      expect(setting.faults.count('doubled')).toBe(1);
    }
  });

  it('names what nobody sent, and what moves although it should not', () => {
    const invented = new Setting().whole();
    invented.documents.take(
      registered(
        { seq: 2, documentId: 'x' },
        JSON.stringify({ identities: [{ scheme: 'fn', series, number: 8 }] }),
      ),
    );
    invented.compare();
    expect(invented.faults.count('doubled')).toBe(1);
    const moving = new Setting().whole();
    moving.compare([{ ...sent, facts: { ...facts, kind: 'prepayment', lines: [] } }]);
    expect(moving.faults.count('doubled')).toBe(1);
  });

  it('demands that both names of a full copy lead to one document', () => {
    const copy: DocumentFacts = {
      ...facts,
      key: 'copy',
      expected: 'bound',
      identities: [...facts.identities, 'evotor|e|1'],
    };
    const setting = new Setting().whole();
    setting.compare([sent, { ...sent, facts: copy }]);
    expect(setting.faults.count('lost')).toBe(1);
  });
});

describe('the audit of streams', () => {
  it('accepts identical repeats and names holes, other bytes and other hashes', () => {
    const repeated = new Setting().whole();
    repeated.documents.take(registered());
    expect(repeated.faults.describe()).toEqual([]);
    const hole = new Setting();
    hole.documents.take(registered({ seq: 2 }));
    expect(hole.faults.count('stream')).toBe(1);
    const otherBytes = new Setting().whole();
    otherBytes.documents.take(registered({ documentId: 'y' }));
    expect(otherBytes.faults.count('stream')).toBe(1);
    const otherDocument = new Setting();
    otherDocument.documents.take(registered());
    otherDocument.receipts.take(
      record({ ...envelope({}), documentHash, lines: [] }, 'retail.sales.receipt-registered.v1', '{}'),
    );
    expect(otherDocument.faults.count('stream')).toBe(1);
  });

  it('names personal values', () => {
    const setting = new Setting();
    setting.documents.take(
      registered({}, JSON.stringify({ identities: [], cashier: 'Канарейкина-1-1 Анна' })),
    );
    expect(setting.faults.count('personalData')).toBe(1);
  });
});

describe('the audit of balances', () => {
  const expected = expectedBalances(expectationsOf([sent]), [
    { storeId: 'store-0001', locationId: 'store-0001', productId: 'p-1', quantityMilli: 5000 },
  ]);
  const { products } = new Setting();
  const keyOf = (productId: string): string => products.keyOf(productId);

  it.each<[number, Record<string, number>]>([
    [0, { 'store-0001|store-0001|p-1': 3000, 'store-0001|store-0001|unmatched-abc': -1000 }],
    [0, { 'store-0001|store-0001|p-1': 3000, 'store-0001|store-0001|unmatched-abc': -1000, 'a|b|c': 0 }],
    [1, { 'store-0001|store-0001|p-1': 3000 }],
    [1, { 'store-0001|store-0001|p-1': 3001, 'store-0001|store-0001|unmatched-abc': -1000 }],
    [1, { 'store-0001|store-0001|p-1': 3000, 'store-0001|store-0001|unmatched-abc': -1000, 'a|b|c': 1 }],
  ])('names %i keys of %j', (mismatches, balances) => {
    const faults = new Faults();
    compareBalances(
      expected,
      { name: 'the topic', balances: new Map(Object.entries(balances)) },
      { faults, keyOf },
    );
    expect(faults.count('balance')).toBe(mismatches);
  });

  it('takes the highest version of a row', () => {
    const book = new BalancesBook();
    const row = { storeId: 's', locationId: 'l', productId: 'p' };
    for (const [version, quantityMilli] of [
      [2, 20],
      [3, 30],
      [1, 10],
    ]) {
      book.take(record({ ...row, version, quantityMilli }, ''));
    }
    expect(Object.fromEntries(book.balances)).toEqual({ 's|l|p': 30 });
  });
});

describe('the audit of the archive', () => {
  it('names a document that is not confirmed', async () => {
    const view: Partial<PlatformView> = {
      confirmedNumbers: async () => Promise.resolve((number: number) => number !== 7),
    };
    const faults = new Faults();
    await compareArchive(expectationsOf([sent]), view as PlatformView, faults);
    expect(faults.count('lost')).toBe(1);
  });
});
