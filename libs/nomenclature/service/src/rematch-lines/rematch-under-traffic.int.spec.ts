import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { randomWhole, seededRandom } from '@potok/platform-testing/seeded-random';
import { nomenclatureMigrations } from '../migrations/nomenclature-migrations';
import { documentEvent, documentIdOf, storeIdOf } from '../testing/register-events';
import { Replica } from '../testing/replica';
import type { DecidedEvent } from '../testing/replica';
import { readRematchStatus } from './rematch-status.query';

const STORES = [1, 2, 3, 4] as const;
const PRODUCERS = 4;
const BATCHES = 25;
const LEDGER_AT = '2026-03-02T09:15:00.000Z';

/** A code that lines carry: when it is taught, and what keeps it from explaining a line. */
interface Code {
  readonly kind: 'barcode' | 'article';
  readonly code: string;
  readonly productId: string;
  readonly taught: 'before' | 'during' | 'after' | 'never';
  readonly onlyStore: number | null;
  readonly endsBeforeTraffic: boolean;
}

function codes(): Code[] {
  const times = ['before', 'during', 'during', 'after', 'during', 'never'] as const;
  return Array.from({ length: 90 }, (_, index) => ({
    kind: index % 3 === 2 ? 'article' : 'barcode',
    code: `code-${String(index)}`,
    productId: `p-${String(index)}`,
    taught: times[index % times.length] ?? 'never',
    onlyStore: index % 10 === 3 ? 2 : null,
    endsBeforeTraffic: index % 15 === 4,
  }));
}

/** What the finished catalogue makes of a line with this code in this store. */
function explains(code: Code, storeNo: number): boolean {
  if (code.taught === 'never') return false;
  if (code.kind === 'article') return true;
  return (code.onlyStore === null || code.onlyStore === storeNo) && !code.endsBeforeTraffic;
}

function upsertOf({ kind, code, productId, onlyStore, endsBeforeTraffic }: Code): object {
  if (kind === 'article') return { productId, name: `Product ${code}`, article: code };
  const scope = onlyStore === null ? 'chain' : `store:${storeIdOf(onlyStore)}`;
  const validTo = endsBeforeTraffic ? LEDGER_AT : null;
  return { productId, name: `Product ${code}`, barcodes: [{ barcode: code, scope, validTo }] };
}

/** Lines by their place, with the code that they carry. */
type Sold = Map<string, { readonly code: Code; readonly storeNo: number }>;

function placeOf(documentId: string, lineNo: number): string {
  return `${documentId}|${String(lineNo)}`;
}

interface Traffic {
  readonly replicas: readonly Replica[];
  readonly all: readonly Code[];
  readonly sold: Sold;
}

/** One of several consumers: batches of receipts of several stores, one transaction after another. */
async function produce({ replicas, all, sold }: Traffic, producerNo: number): Promise<void> {
  const random = seededRandom(producerNo + 1);
  let seq = producerNo * 10_000;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const events = Array.from({ length: randomWhole(random, 1, 4) }, () => {
      seq += 1;
      const documentSeq = seq;
      const storeNo = randomWhole(random, 1, STORES.length);
      const carried = Array.from(
        { length: randomWhole(random, 1, 6) },
        () => all[randomWhole(random, 0, all.length - 1)],
      ).filter((code) => code !== undefined);
      carried.forEach((code, index) => {
        sold.set(placeOf(documentIdOf(storeNo, documentSeq), index + 1), { code, storeNo });
      });
      const lines = carried.map(({ kind, code }) =>
        kind === 'article' ? { article: code } : { barcode: code },
      );
      return documentEvent({ storeNo, seq: documentSeq, lines });
    });
    await replicas[(producerNo + batch) % replicas.length]?.decide(events);
  }
}

async function teach(replica: Replica | undefined, taught: readonly Code[]): Promise<void> {
  const answer = await replica?.upsert.handle(taught.map(upsertOf));
  expect(answer).toMatchObject({ created: taught.length, rejected: [] });
}

async function teachOneByOne(replica: Replica | undefined, taught: readonly Code[]): Promise<void> {
  for (const code of taught) {
    await teach(replica, [code]);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function drain(replicas: readonly Replica[]): Promise<void> {
  for (;;) {
    for (const { worker } of replicas) worker.wake();
    const status = await Promise.all(replicas.map(({ database }) => readRematchStatus(database)));
    if (status.every(({ rematchStoresBehind }) => rematchStoresBehind === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Products that a line was given, in the order of the stream. */
function productsByLine(
  events: readonly DecidedEvent[],
): Map<string, { productId: string; matched: boolean }[]> {
  const decisions = new Map<string, { productId: string; matched: boolean }[]>();
  for (const { value } of events) {
    for (const { lineNo, productId, matchedBy } of value.lines) {
      const place = placeOf(value.documentId, lineNo);
      decisions.set(place, [...(decisions.get(place) ?? []), { productId, matched: matchedBy !== 'none' }]);
    }
  }
  return decisions;
}

function decisionNos(events: readonly DecidedEvent[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { value } of events) {
    const revision = `${value.documentId}/${String(value.revision)}`;
    numbers.set(revision, [...(numbers.get(revision) ?? []), value.decisionNo]);
  }
  return numbers;
}

let db: TestDatabase;
let replicas: Replica[];
const sold: Sold = new Map();

beforeAll(async () => {
  db = await createTestDatabase({ migrations: nomenclatureMigrations });
  replicas = [new Replica(db.connect({ poolMax: 4 })), new Replica(db.connect({ poolMax: 4 }))];
  const [one, other] = replicas;
  const all = codes();
  const when = (taught: Code['taught']) => all.filter((code) => code.taught === taught);
  await teach(one, when('before'));
  for (const { worker } of replicas) worker.start();
  const producers = Array.from({ length: PRODUCERS }, (_, index) => produce({ replicas, all, sold }, index));
  const half = Math.ceil(when('during').length / 2);
  await Promise.all([
    ...producers,
    teachOneByOne(one, when('during').slice(0, half)),
    teachOneByOne(other, when('during').slice(half)),
  ]);
  await teach(other, when('after'));
  await drain(replicas);
  await Promise.all(replicas.map(({ worker }) => worker.stop()));
});

afterAll(() => db.drop());

describe('a barcode learned before, during and after traffic leaves no line unmatched and none decided twice', () => {
  it('without an error of the workers', () => {
    expect(replicas.flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  it('leaves exactly the lines waiting whose code nobody taught for their store and time', async () => {
    const { rows } = await db.database.query<{ place: string }>(
      `SELECT r.document_id || '|' || l.line_no AS place
       FROM unmatched_line l JOIN receipt r USING (store_no, receipt_seq)`,
    );
    const waiting = [...sold]
      .filter(([, { code, storeNo }]) => !explains(code, storeNo))
      .map(([place]) => place);
    expect(waiting.length).toBeGreaterThan(50);
    expect(rows.map(({ place }) => place).sort()).toEqual(waiting.sort());
  });

  it('numbers every store without a hole, and the decisions about every revision from zero', async () => {
    for (const storeNo of STORES) {
      const events = await replicas[0]?.decided(storeNo);
      expect(events?.map(({ value }) => value.streamSeq)).toEqual(events?.map((_, index) => index + 1));
      expect(events?.length).toBeGreaterThan(0);
    }
    const numbers = decisionNos((await replicas[0]?.decided(...STORES)) ?? []);
    expect(numbers.size).toBe(new Set([...sold.keys()].map((place) => place.split('|')[0])).size);
    for (const given of numbers.values()) expect(given).toEqual(given.map((_, index) => index));
  });

  it('gives every line its product in the end, at once or by one later decision', async () => {
    const decisions = productsByLine((await replicas[0]?.decided(...STORES)) ?? []);
    expect([...decisions.keys()].sort()).toEqual([...sold.keys()].sort());
    const later = { before: 0, during: 0, after: 0, never: 0 };
    for (const [place, { code, storeNo }] of sold) {
      const given = decisions.get(place) ?? [];
      const explained = explains(code, storeNo);
      expect(given.at(-1)).toMatchObject(
        explained ? { productId: code.productId, matched: true } : { matched: false },
      );
      // One decision, or an unmatched product and then the product: never two for one thing.
      expect(given.filter(({ matched }) => matched)).toHaveLength(explained ? 1 : 0);
      expect(given.filter(({ matched }) => !matched).length).toBeLessThanOrEqual(1);
      if (given.length > 1) later[code.taught] += 1;
    }
    expect(later).toMatchObject({ before: 0, never: 0 });
    expect(later.after).toBeGreaterThan(50);
  });

  it('makes one product for one unexplained code, also when two replicas meet it at once', async () => {
    const { rows } = await db.database.query<{ keys: bigint; products: bigint }>(
      `SELECT count(DISTINCT (unmatched_kind, unmatched_key)) AS keys, count(*) AS products
       FROM product WHERE status = 'unmatched'`,
    );
    expect(rows[0]?.products).toBe(rows[0]?.keys);
    expect(rows[0]?.products).toBeGreaterThan(10n);
  });
});
