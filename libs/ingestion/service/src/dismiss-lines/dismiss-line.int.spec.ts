import { present } from '@potok/kernel/assert';
import { PgQuarantineStore } from '@potok/platform-quarantine/pg-quarantine-store';
import { SeriesStatusQuery } from '../query-series/series-status.query';
import { SeriesTable } from '../storage/series-table';
import { COMPLETENESS_TABLES, latestOf, statingHandler } from '../testing/completeness-fixture';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt, SERIES } from '../testing/sent-documents';
import { DismissLineHandler } from './dismiss-line.handler';

let fixture: IntakeFixture;
let intake: Intake;

beforeAll(async () => {
  fixture = await IntakeFixture.create();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  await fixture.test.database.query(`TRUNCATE ${COMPLETENESS_TABLES} RESTART IDENTITY`);
  intake = fixture.intake();
});

async function dismiss(reason: string) {
  const { database, quarantine } = intake;
  const [row] = await quarantine.store.list(database, { reason, state: 'open', limit: 1 });
  const named = present(row, 'an open entry');
  const dismissal = { entryId: named.id, by: 'person-1', reason: 'a till under test' };
  return database.tx((tx) => new DismissLineHandler(quarantine).dismiss(tx, named, dismissal));
}

function status() {
  const query = new SeriesStatusQuery(intake.database, new SeriesTable());
  return query.ofRange({ scheme: 'fn', series: SERIES, from: 0, to: 100 });
}

it('the number of a dismissed held line is missing again, and said to be', async () => {
  const stating = statingHandler(fixture);
  await fixture.take(intake, [sentReceipt(1), sentReceipt(2, { operation: undefined }), sentReceipt(3)]);
  await stating.state(1);
  expect(await status()).toMatchObject({
    confirmed: [
      { from: 1, to: 1 },
      { from: 3, to: 3 },
    ],
    held: [{ from: 2 }],
  });
  expect((await latestOf(fixture)).holes).toEqual([]);
  expect(await dismiss('operationUnknown')).toEqual({
    ...{ kind: 'done', closed: true, consequence: 'numbersReleased' },
  });
  expect(await status()).toMatchObject({ held: [] });
  await stating.state(1);
  expect((await latestOf(fixture)).holes).toMatchObject([{ from: 2, to: 2 }]);
});

it('numbers stay held while another line about the same document is open', async () => {
  const line = (totalKopecks: number) => sentReceipt(2, { operation: undefined, totalKopecks });
  await fixture.take(intake, [line(1), line(2)]);
  expect(await dismiss('operationUnknown')).toMatchObject({ closed: true, consequence: 'lineUnused' });
  expect(await status()).toMatchObject({ held: [{ from: 2, to: 2 }] });
  expect(await dismiss('operationUnknown')).toMatchObject({ consequence: 'numbersReleased' });
});

it('nothing counted on a rejected line', async () => {
  const foreign = [{ scheme: 'agent', series: 'store-2-1/3', number: 9 }];
  const [outcome] = await fixture.take(intake, [sentReceipt(1, { identities: foreign })]);
  expect(outcome).toMatchObject({ kind: 'rejected', code: 'registerNotInScope' });
  expect(await dismiss('registerNotInScope')).toMatchObject({ closed: true, consequence: 'lineUnused' });
});

it('a copy that contradicts a document is decided as a conflict, not dismissed', async () => {
  await fixture.take(intake, [sentReceipt(1), sentReceipt(1, { totalKopecks: 1 })]);
  expect(await dismiss('conflict')).toMatchObject({ kind: 'decidedElsewhere' });
  expect(await status()).toMatchObject({ conflicts: [{ from: 1, to: 1 }] });
  const [row] = await intake.quarantine.store.list(intake.database, { limit: 1 });
  expect(row).toMatchObject({ state: 'open', closedReason: null });
});

it("leaves a consumer's record to its service", async () => {
  const entry = {
    source: 'ingestion.inbox',
    reason: 'unreadable',
    detail: null,
    subjectKey: null,
    bytes: null,
  };
  await intake.database.tx((tx) => new PgQuarantineStore().add(tx, [{ ...entry, origin: {} }]));
  expect(await dismiss('unreadable')).toBeNull();
});
