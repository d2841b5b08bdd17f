import { completenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import type { CompletenessStatedV1 } from '@potok/ingestion-contracts/completeness-stated.v1';
import { completenessTopic } from '@potok/ingestion-contracts/topics';
import type { StreamEvent } from '@potok/platform-kafka/stream-event';
import { createTestDatabase } from '@potok/platform-testing/test-database';
import type { TestDatabase } from '@potok/platform-testing/test-database';
import { reportingMigrations } from '../migrations/reporting-migrations';
import { shiftsReport } from '../query-reports/shifts-report';
import { ReportsQuery } from '../query-reports/reports.query';
import { ApplyCompletenessHandler } from './apply-completeness.handler';

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase({ migrations: reportingMigrations });
  await db.database.query(
    "INSERT INTO store_copy (store_id, store_no, name) VALUES ('store-0007', 7, 'Магазин № 7')",
  );
  await db.database.query(
    `INSERT INTO register_copy (register_id, register_no, store_id)
     VALUES ('store-0007-1', 21, 'store-0007'), ('store-0007-2', 22, 'store-0007')`,
  );
});

afterEach(() => db.drop());

function stated(seq: number, change: Partial<CompletenessStatedV1>): StreamEvent {
  const example = completenessStatedV1.example as CompletenessStatedV1;
  const value = { ...example, streamSeq: seq, statementNo: seq, ...change };
  return {
    topic: completenessTopic.name,
    partition: 0,
    offset: seq,
    streamKey: value.storeId,
    epoch: 1,
    seq,
    eventId: `${value.registerId}/${String(seq)}/completeness/0`,
    type: 'retail.register.completeness-stated.v1',
    value: Buffer.from(JSON.stringify(value)),
    traceparent: null,
  };
}

function apply(events: readonly StreamEvent[]): Promise<void> {
  return db.database.tx((tx) => new ApplyCompletenessHandler().handle({ tx, events }));
}

async function shifts() {
  const everything = {
    ...{ from: '2026-03-01', to: '2026-03-31', storeIds: null, legalEntityIds: null, registerIds: null },
    ...{ cashierRefs: null, productIds: null, categoryCodes: null, operations: null, purposes: null },
  };
  const page = await new ReportsQuery(db.database).page(everything, shiftsReport, { after: 0, limit: 10 });
  if (!page.ok) throw new Error(page.error.field);
  return page.value;
}

describe('what is said of registers', () => {
  it('stands beside every figure and every shift: the last statement counts, whatever the order', async () => {
    await apply([stated(11, {}), stated(12, { numbersMissing: 3 })]);
    await apply([stated(10, { status: 'complete', numbersMissing: 0 })]);
    const { asOf, rows } = await shifts();
    expect(asOf.incompleteRegisters).toEqual([
      {
        registerId: 'store-0007-1',
        status: 'incomplete',
        completeUpTo: '2026-03-02T09:15:00.000Z',
        numbersMissing: 3,
      },
      { registerId: 'store-0007-2', status: 'unknown', completeUpTo: null, numbersMissing: 0 },
    ]);
    expect(rows).toMatchObject([
      {
        ...{
          storeId: 'store-0007',
          registerId: 'store-0007-1',
          series: 'fn:7380440800123456',
          shiftNumber: 31,
        },
        ...{ openedAt: '2026-03-02T05:58:00.000Z', closedAt: '2026-03-02T18:05:00.000Z' },
        ...{ receipts: 0, reportedReceipts: 72, shiftStatus: 'incomplete', reportResult: 'pending' },
        reportDifferences: 0,
      },
    ]);
  });

  it('no longer names a register of which everything is here', async () => {
    await apply([stated(11, {})]);
    await apply([stated(12, { status: 'complete' })]);
    expect((await shifts()).asOf.incompleteRegisters.map(({ registerId }) => registerId)).toEqual([
      'store-0007-2',
    ]);
  });
});
