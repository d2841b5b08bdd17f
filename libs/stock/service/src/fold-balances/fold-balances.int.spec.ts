import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { seededRandom } from '@potok/platform-testing/seeded-random';
import { waitFor } from '@potok/platform-testing/wait-for';
import { CHUNK_BYTES } from '@potok/platform-postgres/binary-rows';
import { ChunkPool } from '@potok/platform-postgres/chunk-pool';
import type { Transactor, Tx } from '@potok/platform-postgres/tx';
import { RelaySignal } from '@potok/platform-publication/relay-signal';
import { StoredStreamNumbering } from '@potok/platform-publication/stream-numbering';
import type { MovementDraft } from '@potok/stock-domain/movement';
import { movementsTopic } from '@potok/stock-contracts/topics';
import { ensureMovementWeeks } from '../maintain-movements/movement-weeks';
import { stockMigrations } from '../migrations/stock-migrations';
import { LedgerBatch } from '../storage/ledger-batch';
import type { LedgerDesk } from '../storage/ledger-batch';
import { KnownNames } from '../storage/ledger-names';
import type { PostingDraft } from '../storage/posting';
import { RecentPostings } from '../storage/recent-postings';
import { UnfoldedDeltas } from '../storage/unfolded-deltas';
import { FoldBalancesHandler } from './fold-balances.handler';

const STORES = [1, 2, 3].map((storeNo) => ({ storeId: `store-${String(storeNo)}`, storeNo }));
const OPTIONS = { movementsMax: 20, catchUpMovements: 1, intervalMs: 0, waitMaxMs: 0 };

let db: TestDatabase;

/** What a process keeps in its memory. */
function newDesk(): LedgerDesk {
  return {
    numbering: new StoredStreamNumbering(movementsTopic, { nowMs: () => Date.now() }, new RelaySignal()),
    chunks: new ChunkPool(CHUNK_BYTES, 16),
    knownNames: new KnownNames(),
    unfolded: new UnfoldedDeltas(),
    recent: new RecentPostings(0),
  };
}

beforeEach(async () => {
  db = await createTestDatabase({ migrations: stockMigrations });
  await ensureMovementWeeks(db.database, Date.now());
});

afterEach(() => db.drop());

const POSTING: PostingDraft = {
  kind: 'receipt',
  documentId: 'd-1',
  revision: 1,
  decisionNo: 0,
  receiptSeq: null,
  causeEpoch: null,
  causeSeq: null,
  rootSeq: null,
  ledgerAtMs: Date.parse('2026-03-02T09:00:00.000Z'),
  businessDay: 20_514,
  causeRecordedAtMs: null,
  traceparent: null,
};

function draft(productNo: number, quantityMilli: number, sold: boolean): MovementDraft {
  return {
    lineNo: 1,
    leg: 0,
    productNo,
    locationNo: 1,
    debit: sold ? 'customers' : 'stock',
    credit: sold ? 'stock' : 'customers',
    quantityMilli,
    amountKopecks: 0,
    costKopecks: null,
    reverses: null,
  };
}

async function post(desk: LedgerDesk, storeNo: number, drafts: readonly MovementDraft[]): Promise<void> {
  const stores = STORES.filter((store) => store.storeNo === storeNo);
  await db.database.tx(async (tx) => {
    const batch = await LedgerBatch.open(tx, desk, stores);
    batch.post(`store-${String(storeNo)}`, POSTING, drafts);
    await batch.save();
  });
}

/** Balances by table, and the sums of all movements beside them: by SQL alone. */
async function differences(): Promise<readonly object[]> {
  const { rows } = await db.database.query(
    `SELECT store_no, product_no, b.quantity_milli AS balance, m.quantity_milli AS movements
     FROM balance b FULL JOIN (
       SELECT store_no, product_no, location_no,
              sum(quantity_milli * (CASE WHEN debit = 1 THEN 1 ELSE -1 END))::bigint AS quantity_milli
       FROM movement GROUP BY store_no, product_no, location_no) m USING (store_no, product_no, location_no)
     WHERE b.quantity_milli IS DISTINCT FROM m.quantity_milli`,
  );
  return rows;
}

async function foldEverything(fold: FoldBalancesHandler): Promise<void> {
  while ((await fold.fold('all')).more);
}

describe('the fold', () => {
  it('comes to the sums of the movements, known or read, whoever of several processes posts and folds', async () => {
    const random = seededRandom(20_261_124);
    const desks = [newDesk(), newDesk()];
    const folds = desks.map((desk) => new FoldBalancesHandler(db.database, OPTIONS, desk.unfolded));
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    for (let step = 0; step < 60; step += 1) {
      const drafts = Array.from({ length: 1 + Math.floor(random() * 9) }, () =>
        draft(1 + Math.floor(random() * 5), 1 + Math.floor(random() * 5000), random() < 0.7),
      );
      await post(pick(desks), pick(STORES).storeNo, drafts);
      if (random() < 0.4) await pick(folds).fold('all');
    }
    await foldEverything(pick(folds));
    expect(await differences()).toEqual([]);
  });

  it('does not count what was rolled back, nor what a lost answer left unknown', async () => {
    const desk = newDesk();
    const fold = new FoldBalancesHandler(db.database, OPTIONS, desk.unfolded);
    await post(desk, 1, [draft(1, 5000, true)]);
    const failing = db.database.tx(async (tx) => {
      const batch = await LedgerBatch.open(tx, desk, STORES.slice(0, 1));
      batch.post('store-1', POSTING, [draft(1, 7000, true), draft(2, 1000, true)]);
      await batch.save();
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await post(desk, 1, [draft(1, 100, true)]);
    await foldEverything(fold);
    expect(await differences()).toEqual([]);
    const { rows } = await db.database.query('SELECT product_no, quantity_milli FROM balance');
    expect(rows).toEqual([{ product_no: 1, quantity_milli: -5100n }]);
  });

  it('is done by one of two that fold at once: the other passes the store over', async () => {
    await post(newDesk(), 1, [draft(1, 5000, true), draft(2, 700, true)]);
    // Both have chosen what to fold before either has folded.
    let chosen = 0;
    const whileBothChoose = (tx: Tx): Tx => ({
      copyBinary: (target, rows) => tx.copyBinary(target, rows),
      copyOut: (query, onRow) => tx.copyOut(query, onRow),
      savepoint: (body) => tx.savepoint(body),
      afterCommit: (action) => {
        tx.afterCommit(action);
      },
      query: async <R extends object>(sql: string, parameters?: readonly unknown[]) => {
        const answer = await tx.query<R>(sql, parameters);
        if (!sql.includes('store_ledger')) return answer;
        chosen += 1;
        await waitFor(() => chosen > 1, { what: 'the other one' });
        return answer;
      },
    });
    const slowly: Transactor = {
      query: (sql, parameters) => db.database.query(sql, parameters),
      tx: (body, options) => db.database.tx((tx) => body(whileBothChoose(tx)), options),
    };
    const fold = () => new FoldBalancesHandler(slowly, OPTIONS, newDesk().unfolded).fold('all');
    const outcomes = await Promise.all([fold(), fold()]);
    expect(outcomes.map(({ movements }) => movements).sort()).toEqual([0, 2]);
    expect(await differences()).toEqual([]);
  });

  it('reads no movement when it knows the sums', async () => {
    const desk = newDesk();
    const fold = new FoldBalancesHandler(db.database, OPTIONS, desk.unfolded);
    await post(desk, 1, [draft(1, 5000, true)]);
    // What was posted here is folded from memory: a movement changed behind the ledger's back makes no difference.
    await db.database.query('UPDATE movement SET quantity_milli = 9');
    await foldEverything(fold);
    const { rows } = await db.database.query('SELECT quantity_milli FROM balance');
    expect(rows).toEqual([{ quantity_milli: -5000n }]);
  });
});
