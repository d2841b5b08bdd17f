import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { CompletenessQuery } from '../query-completeness/completeness.query';
import { HolesQuery } from '../query-completeness/holes.query';
import { SeriesTable } from '../storage/series-table';
import {
  COMPLETENESS_TABLES,
  latestOf,
  sentShift,
  statements,
  statingHandler,
} from '../testing/completeness-fixture';
import { IntakeFixture } from '../testing/intake-fixture';
import { SERIES } from '../testing/sent-documents';
import { SettleSeriesHandler } from './settle-series.handler';
import { SettlingsQuery } from './settlings.query';

const OTHER_SERIES = '7380440800000002';
let fixture: IntakeFixture;
let parts: ReturnType<typeof open>;

function open() {
  const { database } = fixture.test;
  const directory = new OrganisationDirectory(fixture.organisation);
  const common = { database, directory, series: new SeriesTable(), clock: { nowMs: Date.now } };
  return {
    directory,
    stating: statingHandler(fixture),
    settling: new SettleSeriesHandler({ ...common, holes: new HolesQuery(database, directory) }),
    settlings: new SettlingsQuery(database),
    completeness: new CompletenessQuery({ ...common, silentAfterMs: 60_000, stoppedAfterMs: 60_000 }),
  };
}

beforeAll(async () => {
  fixture = await IntakeFixture.create();
  fixture.organisation.series('store-1-1', OTHER_SERIES);
});
afterAll(async () => {
  await fixture.drop();
});
beforeEach(async () => {
  await fixture.test.database.query(`TRUNCATE ${COMPLETENESS_TABLES} RESTART IDENTITY`);
  parts = open();
  await parts.directory.refresh(fixture.test.database);
});

it('says that a beginning is unknown, and names what is lost once a person states it', async () => {
  const intake = fixture.intake();
  const handler = parts.stating;
  await fixture.take(intake, sentShift({ shift: 1, from: 2, receipts: 5 }).slice(3));
  await handler.state(1);
  expect(await latestOf(fixture)).toMatchObject({ since: 5, beginning: 'unknown', receiptsBefore: 2 });
  expect((await statements(fixture)).at(-1)).toMatchObject({ beginningsUnknown: 1, heldBackBy: null });
  const settling = parts.settling;
  await settling.begin({ scheme: 'fn', series: SERIES }, { fromNumber: 1, reason: 'new ФН' }, 'someone');
  await handler.state(1);
  expect(await latestOf(fixture)).toMatchObject({
    ...{ since: 1, beginning: 'declared', completeUpTo: null, status: 'incomplete' },
    holes: [{ from: 1, to: 4, class: 'someReceipts', receiptsMin: 2, receiptsMax: 2 }],
  });
  expect((await statements(fixture)).at(-1)).toMatchObject({ beginningsUnknown: 0 });
  const { decisions } = await parts.settlings.list({
    ...{ name: { scheme: 'fn', series: SERIES }, beforeDecisionNo: 100, limit: 10 },
  });
  expect(decisions).toMatchObject([
    { kind: 'beginningStated', decidedBy: 'someone', body: { fromNumber: 1, reason: 'new ФН' } },
  ]);
});

it('shows the ФН that has stopped silently and holds its register back; ended by an act it does so no more', async () => {
  const intake = fixture.intake();
  const handler = parts.stating;
  const later = (document: RegisterDocument) => ({ ...document, occurredAtLocal: '2026-03-02T12:18:00' });
  await fixture.take(intake, sentShift({ shift: 31, from: 100, receipts: 3 }).slice(0, 3));
  await fixture.take(intake, sentShift({ shift: 1, from: 2, receipts: 3, series: OTHER_SERIES }).map(later));
  await handler.state(1);
  const stopped = '2026-03-02T09:15:07.000Z';
  const before = (await statements(fixture)).at(-1);
  expect(before).toMatchObject({
    ...{ completeUpTo: stopped, completeUpToBasis: 'documents', status: 'open' },
    heldBackBy: { series: SERIES, completeUpTo: stopped, lastDocumentAt: stopped },
  });
  const held = await parts.completeness.ofChain({ after: '', limit: 10 }, () => true);
  expect(held).toMatchObject({ heldBack: 1 });
  expect(held.notComplete.slice(0, 1)).toMatchObject([
    { registerId: 'store-1-1', heldBack: true, heldBackBy: { series: SERIES } },
  ]);
  const act = { how: 'lost', act: 'act 7' } as const;
  await parts.settling.endSeries({ scheme: 'fn', series: SERIES }, act, 'someone');
  await handler.state(1);
  expect((await statements(fixture)).at(-1)).toMatchObject({
    ...{ completeUpTo: '2026-03-02T09:18:00.000Z', completeUpToBasis: 'closeReport', heldBackBy: null },
  });
  expect(await parts.completeness.ofChain({ after: '', limit: 10 }, () => true)).toMatchObject({
    heldBack: 0,
  });
});

it('rests on the act where the only ФН of a register has stopped and was ended', async () => {
  const handler = parts.stating;
  await fixture.take(fixture.intake(), sentShift({ shift: 31, from: 100, receipts: 3 }).slice(0, 3));
  const act = { how: 'lost', act: 'act 7' } as const;
  await parts.settling.endSeries({ scheme: 'fn', series: SERIES }, act, 'someone');
  await handler.state(1);
  expect((await statements(fixture)).at(-1)).toMatchObject({
    ...{ completeUpTo: '2026-03-02T09:15:07.000Z', completeUpToBasis: 'act' },
  });
});
