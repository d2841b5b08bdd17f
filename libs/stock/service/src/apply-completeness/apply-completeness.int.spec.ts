import { completenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { CompletenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { balancesAnswer, explanation } from '@potok/stock-contracts/stock-http';
import { stockMigrations } from '../migrations/stock-migrations';
import { BalancesQuery } from '../query-balances/balances.query';
import { MovementsQuery } from '../query-movements/movements.query';
import { ApplyCompletenessHandler } from './apply-completeness.handler';

const STORE = 'store-0007';
const SILENT = { registerId: 'store-0007-2', status: 'unknown', completeUpTo: null, numbersMissing: 0 };

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: stockMigrations });
  await db.database.query("INSERT INTO store_ledger (store_no, store_id) VALUES (7, 'store-0007')");
  await db.database.query("INSERT INTO product_name (product_no, product_id) VALUES (1, 'p-1')");
  await db.database.query(
    `INSERT INTO register_copy (register_id, version, store_id, archived)
     VALUES ('store-0007-1', 1, 'store-0007', false), ('store-0007-2', 1, 'store-0007', false),
       ('store-0007-3', 1, 'store-0007', true), ('store-0008-1', 1, 'store-0008', false)`,
  );
});

afterEach(() => db.drop());

function stated(statementNo: number, change: Partial<CompletenessStatedV1>): StreamEvent {
  const example = completenessStatedV1.example as CompletenessStatedV1;
  const value = { ...example, streamSeq: statementNo, statementNo, ...change };
  return {
    ...{ topic: completenessTopic.name, partition: 0, offset: statementNo, streamKey: value.storeId },
    ...{ epoch: 1, seq: statementNo, eventId: `${value.registerId}/${String(statementNo)}/completeness/0` },
    ...{ type: 'retail.register.completeness-stated.v1', value: Buffer.from(JSON.stringify(value)) },
    traceparent: null,
  };
}

function apply(events: readonly StreamEvent[]): Promise<void> {
  return db.database.tx((tx) => new ApplyCompletenessHandler().handle({ tx, events }));
}

async function balancesAsOf() {
  const everything = { locationId: null, productId: null, asOfMovementSeq: null, knownAtMs: null };
  const question = { ...everything, storeId: STORE, after: null, limit: 10 };
  const answer = await new BalancesQuery(db.database).find(question);
  if (!answer.ok) throw new Error(answer.error);
  return balancesAnswer.parse(answer.value).asOf;
}

async function movementsAsOf() {
  const question = { storeId: STORE, productId: 'p-1', locationId: null, upToSeq: null, afterSeq: 0 };
  const answer = await new MovementsQuery(db.database).find({ ...question, limit: 10 });
  if (!answer.ok) throw new Error(answer.error);
  return explanation.shape.asOf.parse(answer.value.asOf);
}

describe('what is said of the registers of a store', () => {
  it('stands beside its balances and movements: the last statement counts, whatever the order', async () => {
    await apply([stated(12, { numbersMissing: 3 }), stated(11, {})]);
    await apply([stated(10, { status: 'complete', numbersMissing: 0 })]);
    const named = {
      registerId: 'store-0007-1',
      status: 'incomplete',
      completeUpTo: '2026-03-02T09:15:00.000Z',
      numbersMissing: 3,
    };
    expect((await balancesAsOf()).incompleteRegisters).toEqual([named, SILENT]);
    expect((await movementsAsOf()).incompleteRegisters).toEqual([named, SILENT]);
  });

  it.each([
    ['complete', '2026-03-02T09:15:00.000Z', false],
    ['complete', null, false],
    ['open', '2026-03-02T09:15:00.000Z', false],
    ['open', null, true],
    ['incomplete', '2026-03-02T09:15:00.000Z', true],
    ['unprovable', null, true],
  ] as const)('%s up to %s names the register: %s', async (status, completeUpTo, isNamed) => {
    await apply([stated(11, { status: 'incomplete' })]);
    await apply([stated(12, { status, completeUpTo, numbersMissing: 0 })]);
    const named = { registerId: 'store-0007-1', status, completeUpTo, numbersMissing: 0 };
    expect((await balancesAsOf()).incompleteRegisters).toEqual(isNamed ? [named, SILENT] : [SILENT]);
  });

  it('refuses what is no statement', async () => {
    const event = stated(11, {});
    await expect(apply([{ ...event, value: Buffer.from('{"registerId":"store-0007-1"}') }])).rejects.toThrow(
      'not a row of the topic',
    );
  });
});
