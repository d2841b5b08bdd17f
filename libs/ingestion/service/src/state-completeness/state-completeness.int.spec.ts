import { present } from '@potok/kernel/assert';
import { validateCompletenessStatedV1 } from '@potok/ingestion-contracts/generated/validators';
import {
  COMPLETENESS_TABLES,
  latestOf,
  sentShift,
  statements,
  statingHandler,
  noteRevised,
} from '../testing/completeness-fixture';
import { IntakeFixture } from '../testing/intake-fixture';
import { sentReceipt } from '../testing/sent-documents';

let fixture: IntakeFixture;

beforeAll(async () => {
  fixture = await IntakeFixture.create();
});
afterAll(async () => {
  await fixture.drop();
});

beforeEach(async () => {
  await fixture.test.database.query(`TRUNCATE ${COMPLETENESS_TABLES} RESTART IDENTITY`);
});

function without(documents: readonly unknown[], ...missing: readonly number[]): unknown[] {
  return documents.filter((_, index) => !missing.includes(index));
}

it('states a shift as complete when all of it is here, in a valid event', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture);
  await fixture.take(intake, sentShift({ shift: 31, from: 100, receipts: 5 }));
  expect(await handler.stores()).toEqual([1]);
  expect(await handler.state(1)).toBe(1);
  const [stated] = await statements(fixture);
  expect(validateCompletenessStatedV1(stated)).toBe(true);
  expect(stated).toMatchObject({
    registerId: 'store-1-1',
    statementNo: 1,
    streamSeq: 1,
    status: 'complete',
    completeUpTo: '2026-03-02T09:15:07.000Z',
    completeUpToBasis: 'closeReport',
    holesOpen: 0,
    documentsSeq: 7,
  });
  expect(stated?.series[0]).toMatchObject({ since: 100, lastNumber: 106, expected: 7, have: 7 });
  expect(stated?.series[0]?.shifts).toMatchObject([
    {
      number: 31,
      status: 'complete',
      basis: 'closeReport',
      expected: 5,
      have: 5,
      report: { differences: [] },
    },
  ]);
  expect(await handler.stores()).toEqual([]);
});

it('names a hole, asks for it, and closes both when the document comes', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture, { tailGraceMs: 0, resendAfterMs: 0 });
  const documents = sentShift({ shift: 31, from: 100, receipts: 5 });
  await fixture.take(intake, without(documents, 3));
  await handler.state(1);
  const incomplete = await latestOf(fixture);
  expect(incomplete).toMatchObject({ status: 'incomplete', holesOpen: 1, expected: 7, have: 6 });
  expect(incomplete.holes).toMatchObject([
    {
      from: 103,
      to: 103,
      class: 'receipts',
      reason: 'missing',
      receiptsMin: 1,
      shiftNumber: 31,
      evidence: 'between receipt 2 of shift 31 and receipt 4 of shift 31',
    },
  ]);
  expect(incomplete.holes[0]?.resendRequestedAt).not.toBeNull();
  expect(incomplete.shifts).toMatchObject([{ status: 'incomplete', report: { result: 'pending' } }]);
  await fixture.take(intake, documents.slice(3, 4));
  await handler.state(1);
  expect(await latestOf(fixture)).toMatchObject({ status: 'complete', holes: [], have: 7 });
  const { rows } = await fixture.test.database.query(
    'SELECT from_number, reason, closed_at IS NOT NULL AS closed FROM completeness_hole',
  );
  expect(rows).toEqual([{ from_number: 103n, reason: 'received', closed: true }]);
});

it('asks for a hole only after its time, without anything else arriving', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture, { tailGraceMs: 0, resendAfterMs: 300 });
  await fixture.take(intake, without(sentShift({ shift: 31, from: 100, receipts: 5 }), 3));
  await handler.state(1);
  expect((await latestOf(fixture)).holes[0]?.resendRequestedAt).toBeNull();
  expect(await handler.stores()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(await handler.stores()).toEqual([1]);
  expect(await handler.state(1)).toBe(1);
  expect((await latestOf(fixture)).holes[0]?.resendRequestedAt).not.toBeNull();
  expect(await handler.stores()).toEqual([]);
});

it('closes a hole between two receipts that follow each other by itself, and says why', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture);
  const documents = sentShift({ shift: 31, from: 100, receipts: 5 });
  const later = sentReceipt(110, { shift: { number: 31, receiptNumber: 6 } });
  await fixture.take(intake, [...documents.slice(0, 6), later]);
  await handler.state(1);
  expect(await latestOf(fixture)).toMatchObject({ status: 'open', holesOpen: 0 });
  const { rows } = await fixture.test.database.query(
    'SELECT from_number, to_number, reason FROM completeness_hole',
  );
  expect(rows).toEqual([{ from_number: 106n, to_number: 109n, reason: 'betweenConsecutiveReceipts' }]);
});

it('counts numbers in quarantine as received', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture);
  const documents = sentShift({ shift: 31, from: 100, receipts: 3 });
  const unreadable = { ...sentReceipt(102), totalKopecks: undefined };
  await fixture.take(intake, [documents[0], documents[1], unreadable, documents[3], documents[4]]);
  await handler.state(1);
  const stated = await latestOf(fixture);
  expect(stated).toMatchObject({ holesOpen: 0, have: 5, status: 'complete' });
  expect(stated.shifts).toMatchObject([{ status: 'complete', have: 2, report: { result: 'pending' } }]);
});

it('names a difference of one kopeck between a close report and its documents', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture);
  const total = { origin: 'fiscalShift1194' as const, operation: 'sale', receiptCount: 2, cashKopecks: 0 };
  const closeReport = (totalKopecks: number) => ({ receiptCount: 2, totals: [{ ...total, totalKopecks }] });
  await fixture.take(intake, [
    ...sentShift({ shift: 31, from: 100, receipts: 2, closeReport: closeReport(51_960) }),
    ...sentShift({ shift: 32, from: 104, receipts: 2, closeReport: closeReport(51_961) }),
  ]);
  await handler.state(1);
  const [stated] = await statements(fixture);
  expect(stated?.reportsDiffering).toBe(1);
  expect(stated?.series[0]?.shifts.map(({ report }) => report)).toEqual([
    { result: 'full', differences: [] },
    {
      result: 'full',
      differences: [
        {
          origin: 'fiscalShift1194',
          operation: 'sale',
          measure: 'totalKopecks',
          stated: 51_961,
          counted: 51_960,
        },
      ],
    },
  ]);
});

it('states everything once when two work at once, and the streams have no holes', async () => {
  const intake = fixture.intake();
  fixture.organisation.series('store-2-1', 'two').credential('dev-1', { system: 'all' });
  const handlers = [statingHandler(fixture), statingHandler(fixture)];
  const documents = [1, 2, 3, 4, 5, 6].map((shift) => sentShift({ shift, from: shift * 10, receipts: 8 }));
  for (const [index, shift] of documents.entries()) {
    const others = sentShift({ shift: index + 1, from: (index + 1) * 10, receipts: 8, series: 'two' });
    await fixture.take(intake, [...shift, ...others]);
    await Promise.all(handlers.flatMap((handler) => [handler.state(1), handler.state(2)]));
  }
  for (const handler of handlers) await Promise.all([handler.state(1), handler.state(2)]);
  const all = await statements(fixture);
  for (const storeNo of [1, 2]) {
    const own = all.filter((statement) => statement.storeNo === storeNo);
    expect(own.map(({ streamSeq }) => streamSeq)).toEqual(own.map((_, index) => index + 1));
    expect(own.map(({ statementNo }) => statementNo)).toEqual(own.map((_, index) => index + 1));
    expect(own.at(-1)).toMatchObject({ status: 'complete', holesOpen: 0 });
    expect(own.at(-1)?.series[0]).toMatchObject({ have: 60, expected: 60 });
    const settled = own
      .flatMap(({ series }) => series[0]?.shifts ?? [])
      .filter(({ status }) => status === 'complete');
    expect(settled.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  }
});

it('follows documents that are moved to the register that their numbers belong to', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture);
  fixture.organisation.series('store-1-1', 'moving');
  const shifts = [1, 2].flatMap((shift) =>
    sentShift({ shift, from: shift * 10, receipts: 8, series: 'moving' }),
  );
  await fixture.take(
    intake,
    shifts.filter((_, index) => index !== 13),
  );
  await handler.state(1);
  expect(await latestOf(fixture, 'moving')).toMatchObject({ have: 19, holesOpen: 1 });
  fixture.organisation.series('store-1-2', 'moving');
  const moved = (await fixture.events()).map(({ document }) => ({
    before: document,
    after: { ...document, registerId: 'store-1-2', registerNo: 102 },
  }));
  await noteRevised(intake, moved);
  await handler.state(1);
  const latest = new Map((await statements(fixture)).map((statement) => [statement.registerId, statement]));
  expect(latest.get('store-1-1')).toMatchObject({ status: 'complete', holesOpen: 0, series: [] });
  expect(latest.get('store-1-2')).toMatchObject({ status: 'incomplete', holesOpen: 1 });
  expect(latest.get('store-1-2')?.series).toMatchObject([{ have: 19, expected: 20, since: 10 }]);
  const { rows } = await fixture.test.database.query(
    'SELECT register_no, count(*) AS shifts FROM completeness_shift GROUP BY register_no',
  );
  expect(rows).toEqual([{ register_no: 102, shifts: 2n }]);
});

it('counts a close report that differs until it is mended, and compares again when a copy is chosen instead', async () => {
  const intake = fixture.intake();
  const handler = statingHandler(fixture);
  const closeReport = {
    receiptCount: 1,
    totals: [{ origin: 'fiscalShift1194' as const, operation: 'sale', totalKopecks: 25_981 }],
  };
  await fixture.take(intake, sentShift({ shift: 31, from: 100, receipts: 1, closeReport }));
  await handler.state(1);
  await fixture.take(intake, sentShift({ shift: 32, from: 103, receipts: 1 }));
  await handler.state(1);
  expect((await statements(fixture)).at(-1)).toMatchObject({ reportsDiffering: 1, status: 'complete' });
  const document = present((await fixture.events())[1], 'the receipt').document;
  const after = { ...document, totalKopecks: 25_981 };
  await noteRevised(intake, [{ before: document, after }]);
  await handler.state(1);
  expect((await statements(fixture)).at(-1)).toMatchObject({ reportsDiffering: 0 });
});
