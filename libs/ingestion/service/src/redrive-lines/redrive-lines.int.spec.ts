import { SilentLogger } from '@potok/platform-telemetry/logger';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { SeriesStatusQuery } from '../query-series/series-status.query';
import { SeriesTable } from '../storage/series-table';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt, SERIES } from '../testing/sent-documents';
import { RedriveLinesHandler } from './redrive-lines.handler';
import { UnassignedWorker } from './unassigned-worker';

const UNKNOWN = '7380440800999999';

let fixture: IntakeFixture;
let intake: Intake;
let redrive: RedriveLinesHandler;
let worker: UnassignedWorker;
let statuses: SeriesStatusQuery;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  intake = fixture.intake();
  redrive = new RedriveLinesHandler(intake.database, intake.service, intake.quarantine);
  statuses = new SeriesStatusQuery(intake.database, new SeriesTable());
  worker = new UnassignedWorker({
    database: intake.database,
    directory: new OrganisationDirectory(fixture.organisation),
    redrive,
    everyMs: 1_000,
    entriesPerRound: 100,
    logger: new SilentLogger(),
  });
});
afterEach(async () => {
  await fixture.drop();
});

function ofSeries(series: string, number: number) {
  return sentReceipt(number, { identities: [{ scheme: 'fn', series, number }] });
}

const range = { scheme: 'fn', from: 0, to: 1_000_000 };

it('holds documents of a series that nobody registered, and takes them in by itself once it is registered', async () => {
  const outcomes = await fixture.take(intake, [
    ofSeries(UNKNOWN, 5),
    ofSeries(UNKNOWN, 6),
    ofSeries(UNKNOWN, 700),
  ]);
  expect(outcomes.map((outcome) => ('code' in outcome ? outcome.code : ''))).toEqual(
    Array(3).fill('seriesUnassigned'),
  );
  expect(await statuses.ofRange({ ...range, series: UNKNOWN })).toMatchObject({
    confirmed: [],
    held: [
      { from: 5, to: 6 },
      { from: 700, to: 700 },
    ],
    highest: 700,
  });
  expect(await worker.runOnce()).toBe(0);
  fixture.organisation.series('store-1-2', UNKNOWN, { fromNumber: 0, toNumber: 100 });
  expect(await worker.runOnce()).toBe(2);
  expect((await fixture.events()).map(({ document }) => document.registerId)).toEqual([
    'store-1-2',
    'store-1-2',
  ]);
  expect(await statuses.ofRange({ ...range, series: UNKNOWN })).toMatchObject({
    confirmed: [{ from: 5, to: 6 }],
    held: [{ from: 700, to: 700 }],
  });
  expect(await worker.runOnce()).toBe(0);
});

it('drives a held line again only when what stood in the way is gone', async () => {
  await fixture.take(intake, [ofSeries(UNKNOWN, 5)]);
  const [row] = await intake.quarantine.store.list(intake.database, { limit: 1 });
  const entryId = row?.id ?? 0;
  expect(await redrive.redrive([entryId], 'admin')).toEqual([
    { entryId: String(entryId), outcome: 'heldAgain', detail: 'seriesUnassigned /identities' },
  ]);
  fixture.organisation.series('store-1-1', UNKNOWN);
  expect(await redrive.redrive([entryId], 'admin')).toMatchObject([{ outcome: 'applied' }]);
  expect(await redrive.redrive([entryId], 'admin')).toEqual([]);
  expect(await fixture.events()).toHaveLength(1);
});

it('a conflict stays open however often it is driven again', async () => {
  await fixture.take(intake, [sentReceipt(1), sentReceipt(1, { totalKopecks: 1 })]);
  const [row] = await intake.quarantine.store.list(intake.database, { limit: 1 });
  expect(await redrive.redrive([row?.id ?? 0], 'admin')).toMatchObject([{ outcome: 'heldAgain' }]);
  expect(await statuses.ofRange({ ...range, series: SERIES })).toMatchObject({
    confirmed: [{ from: 1, to: 1 }],
    conflicts: [{ from: 1, to: 1 }],
  });
});

it('answers confirmed numbers as ranges, spans among them', async () => {
  const span = { scheme: 'frontol', series: 'base-1' };
  fixture.organisation.series('store-1-1', 'base-1', { scheme: 'frontol' });
  const numbers = [1, 2, 3, 7, 8, 20];
  await fixture.take(
    intake,
    numbers.map((number) => sentReceipt(number)),
  );
  await fixture.take(intake, [sentReceipt(30, { identities: [{ ...span, span: { from: 10, to: 14 } }] })]);
  expect((await statuses.ofRange({ ...range, series: SERIES })).confirmed).toEqual([
    { from: 1, to: 3 },
    { from: 7, to: 8 },
    { from: 20, to: 20 },
  ]);
  expect((await statuses.ofRange({ ...range, series: SERIES, from: 2, to: 7 })).confirmed).toEqual([
    { from: 2, to: 3 },
    { from: 7, to: 7 },
  ]);
  expect((await statuses.ofRange({ ...range, ...span })).confirmed).toEqual([{ from: 10, to: 14 }]);
  const overlapping = sentReceipt(31, { identities: [{ ...span, span: { from: 12, to: 16 } }] });
  expect((await fixture.take(intake, [overlapping]))[0]).toMatchObject({ kind: 'held', code: 'conflict' });
});

it('answers ids without order one by one', async () => {
  fixture.organisation.series('store-1-1', 'shop', { scheme: 'moysklad', numbering: 'opaque' });
  const shop = { scheme: 'moysklad', series: 'shop' };
  const good = sentReceipt(1, { identities: [{ ...shop, opaqueId: 'a' }] });
  const bad = sentReceipt(2, { identities: [{ ...shop, opaqueId: 'b' }], operation: undefined });
  await fixture.take(intake, [good, bad]);
  expect(await statuses.ofOpaque(shop, ['a', 'b', 'c'])).toEqual({
    statuses: [
      { id: 'a', status: 'confirmed' },
      { id: 'b', status: 'held' },
      { id: 'c', status: 'unknown' },
    ],
  });
});

it('a series of an agent needs no registration', async () => {
  const identities = [{ scheme: 'agent', series: 'store-1-2/3', number: 9 }];
  expect(await fixture.take(intake, [sentReceipt(1, { identities })])).toEqual([{ kind: 'registered' }]);
  const foreign = [{ scheme: 'agent', series: 'store-2-1/3', number: 9 }];
  expect((await fixture.take(intake, [sentReceipt(1, { identities: foreign })]))[0]).toMatchObject({
    kind: 'rejected',
    code: 'registerNotInScope',
  });
});
