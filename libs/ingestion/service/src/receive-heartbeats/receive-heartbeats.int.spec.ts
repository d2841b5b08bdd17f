import type { HeartbeatAnswer } from '@potok/ingestion-contracts/completeness-http';
import { toInstant } from '@potok/kernel/clock';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { HolesQuery } from '../query-completeness/holes.query';
import { CompletenessQuery } from '../query-completeness/completeness.query';
import { ResendRequestsQuery } from '../request-resend/resend-requests.query';
import { SettleSeriesHandler } from '../settle-series/settle-series.handler';
import { SeriesTable } from '../storage/series-table';
import {
  COMPLETENESS_TABLES,
  latestOf,
  sentShift,
  statements,
  statingHandler,
} from '../testing/completeness-fixture';
import { DEVICE, IntakeFixture } from '../testing/intake-fixture';
import { SERIES } from '../testing/sent-documents';
import { ReceiveHeartbeatsHandler } from './receive-heartbeats.handler';

let fixture: IntakeFixture;
let parts: ReturnType<typeof open>;

function open() {
  const { database } = fixture.test;
  const directory = new OrganisationDirectory(fixture.organisation);
  const holes = new HolesQuery(database, directory);
  const series = new SeriesTable();
  const requests = new ResendRequestsQuery(database, directory);
  const common = { database, directory, series, clock: { nowMs: Date.now } };
  return {
    directory,
    holes,
    heartbeats: new ReceiveHeartbeatsHandler({ ...common, requests, bytesMax: 1_000_000 }),
    settling: new SettleSeriesHandler({ ...common, holes }),
    completeness: new CompletenessQuery({ ...common, silentAfterMs: 60_000, stoppedAfterMs: 3_600_000 }),
    stating: statingHandler(fixture, { tailGraceMs: 0, resendAfterMs: 0 }),
  };
}

beforeAll(async () => {
  fixture = await IntakeFixture.create();
});
afterAll(async () => {
  await fixture.drop();
});
beforeEach(async () => {
  await fixture.test.database.query(`TRUNCATE ${COMPLETENESS_TABLES} RESTART IDENTITY`);
  parts = open();
  await parts.directory.refresh(fixture.test.database);
});

const AT = '2026-03-02T09:30:00.000Z';

async function beat(lastNumber: number, overrides: object = {}): Promise<HeartbeatAnswer> {
  const series = [{ scheme: 'fn', series: SERIES, lastNumber, unsent: 0 }];
  const heartbeat = { registerId: 'store-1-1', deviceTime: AT, series, ...overrides };
  const answer = await parts.heartbeats.receive(Buffer.from(JSON.stringify([heartbeat])), DEVICE);
  await parts.stating.state(1);
  return answer;
}

const openShift = () => sentShift({ shift: 31, from: 100, receipts: 4 }).slice(0, -1);

it('proves the tail by a heartbeat: complete up to the clock of the register', async () => {
  await fixture.take(fixture.intake(), openShift());
  await parts.stating.state(1);
  expect(await latestOf(fixture)).toMatchObject({ status: 'open', basis: 'documents' });
  expect(await beat(104)).toEqual({ accepted: 1, rejected: 0, lines: [], resend: [] });
  expect(await latestOf(fixture)).toMatchObject({
    status: 'complete',
    basis: 'heartbeat',
    completeUpTo: AT,
    statedLastNumber: 104,
    unsent: 0,
  });
});

it('notices a tail that did not come, asks for it in the answer to the next heartbeat, and stops when it came', async () => {
  const documents = openShift();
  await fixture.take(fixture.intake(), documents.slice(0, 3));
  expect((await beat(104)).resend).toEqual([]);
  const stated = await latestOf(fixture);
  expect(stated.holes).toMatchObject([{ from: 103, to: 104, class: 'tail', reason: 'missing' }]);
  expect((await beat(104)).resend).toMatchObject([
    { registerId: 'store-1-1', scheme: 'fn', series: SERIES, from: 103, to: 104 },
  ]);
  await fixture.take(fixture.intake(), documents.slice(3));
  await parts.stating.state(1);
  expect((await beat(104)).resend).toEqual([]);
  expect(await latestOf(fixture)).toMatchObject({ status: 'complete', holes: [], completeUpTo: AT });
});

it('does not ask for what the sender says that it still has', async () => {
  await fixture.take(fixture.intake(), openShift());
  const series = [{ scheme: 'fn', series: SERIES, lastNumber: 109, unsent: 5 }];
  await beat(0, { series });
  expect((await latestOf(fixture)).holes).toMatchObject([{ reason: 'inSpool', resendRequestedAt: null }]);
});

it('says nothing of training drives: they leave no gaps and hold nothing back', async () => {
  const training = '9999078900001234';
  fixture.organisation.series('store-1-1', training);
  await fixture.take(fixture.intake(), [
    ...openShift(),
    ...sentShift({ shift: 1, from: 7, receipts: 1, series: training }),
  ]);
  const series = [SERIES, training].map((name) => ({
    scheme: 'fn',
    series: name,
    lastNumber: 104,
    unsent: 0,
  }));
  await beat(0, { series });
  const [stated] = (await statements(fixture)).slice(-1);
  expect(stated).toMatchObject({
    status: 'complete',
    completeUpTo: AT,
    holesOpen: 0,
    series: [{ series: SERIES }],
  });
});

it('names line and field of a heartbeat that it cannot use, and takes the others', async () => {
  const good = { registerId: 'store-1-2', deviceTime: AT, series: [] };
  const bad = [
    { ...good, registerId: 'store-2-1' },
    { ...good, registerId: 'nobody' },
    { ...good, deviceTime: 'noon' },
    { ...good, deviceTime: '2026-13-99T09:30:00.000Z' },
    { ...good, series: [{ scheme: 'fn', series: SERIES, lastNumber: 1 }] },
    { ...good, series: [{ scheme: 'agent', series: 'store-1-1/1', lastNumber: 1 }] },
    ...['a\u0000b', 'a\ud800b', '   '].map((series) => ({ ...good, series: [{ scheme: 'fn', series }] })),
  ];
  const body = Buffer.from(JSON.stringify([...bad, good]));
  const answer = await parts.heartbeats.receive(body, DEVICE);
  expect(answer).toMatchObject({ accepted: 1, rejected: 9 });
  expect(answer.lines.map(({ line, code, field }) => [line, code, field])).toEqual([
    [1, 'registerNotInScope', '/registerId'],
    [2, 'registerUnknown', '/registerId'],
    [3, 'shapeUnknown', '/deviceTime'],
    [4, 'shapeUnknown', '/deviceTime'],
    [5, 'seriesElsewhere', '/series/0'],
    [6, 'seriesElsewhere', '/series/0'],
    [7, 'shapeUnknown', '/series/0/series'],
    [8, 'shapeUnknown', '/series/0/series'],
    [9, 'shapeUnknown', '/series/0/series'],
  ]);
  await parts.stating.state(1);
  const chain = await parts.completeness.ofChain(
    { after: '', limit: 10 },
    (storeId) => storeId === 'store-1',
  );
  expect(chain).toMatchObject({ registers: 1, silent: 1 });
});

it('closes a hole that a person gives up, with name and words; the shift is unprovable, not complete', async () => {
  const documents = sentShift({ shift: 31, from: 100, receipts: 4 });
  await fixture.take(
    fixture.intake(),
    documents.filter((_, index) => index !== 2),
  );
  await parts.stating.state(1);
  const filter = { storeNos: [1], registerNo: null, class: null, afterHoleId: 0, limit: 10 };
  const [hole] = (await parts.holes.list({ ...filter, state: 'open' })).holes;
  expect(hole).toMatchObject({ from: 102, to: 102, registerId: 'store-1-1', state: 'open' });
  await parts.settling.closeHole(hole?.holeId ?? 0, { reason: 'Касса сгорела' }, 'admin');
  const again = parts.settling.closeHole(hole?.holeId ?? 0, { reason: 'Касса сгорела' }, 'admin');
  await expect(again).rejects.toMatchObject({ problem: { code: 'holeClosed' } });
  await parts.stating.state(1);
  const [closed] = (await parts.holes.list({ ...filter, state: 'closed' })).holes;
  expect(closed).toMatchObject({ reason: 'closedByPerson', closedBy: 'admin', note: 'Касса сгорела' });
  const stated = await latestOf(fixture);
  expect(stated).toMatchObject({ holesOpen: 0, have: 5, expected: 6 });
  expect(stated.shifts).toMatchObject([
    {
      status: 'unprovable',
      basis: 'act',
      report: {
        differences: [{ origin: 'closeReport', measure: 'receiptCount', stated: 4, counted: 3 }],
      },
    },
  ]);
});

it('states of a ФН that died in mid-shift that its last shift is unprovable, closed by the act', async () => {
  await fixture.take(fixture.intake(), openShift());
  await beat(106);
  await parts.settling.endSeries({ scheme: 'fn', series: SERIES }, { how: 'failed' }, 'admin');
  await parts.stating.state(1);
  expect(await latestOf(fixture)).toMatchObject({ status: 'incomplete', holesOpen: 1 });
  const act = 'Акт № 7 от 02.03.2026';
  expect(
    await parts.settling.endSeries({ scheme: 'fn', series: SERIES }, { how: 'failed', act }, 'admin'),
  ).toEqual(['store-1-1']);
  await parts.stating.state(1);
  const stated = await latestOf(fixture);
  expect(stated).toMatchObject({ holesOpen: 0, status: 'unprovable', ended: { how: 'failed', act } });
  expect(stated.shifts).toMatchObject([{ number: 31, status: 'unprovable', basis: 'act', report: null }]);
  const { status } = (await parts.completeness.ofStore('store-1')) ?? {};
  expect(status).toBe('complete');
});

it('can prove nothing of a source without numbers until it is pulled or declared', async () => {
  fixture.organisation.series('store-1-2', 'shop', { scheme: 'evotor', numbering: 'opaque' });
  await parts.directory.refresh(fixture.test.database);
  const name = { scheme: 'evotor', series: 'shop' };
  await beat(0, { registerId: 'store-1-2', series: [name] });
  expect(await latestOf(fixture, 'shop')).toMatchObject({ status: 'unprovable', completeUpTo: null });
  await beat(0, { registerId: 'store-1-2', series: [{ ...name, polledUpTo: AT }] });
  expect(await latestOf(fixture, 'shop')).toMatchObject({ basis: 'pollWindow', completeUpTo: AT });
  const completeUpTo = toInstant(Date.parse(AT) + 60_000);
  await parts.settling.declare(name, { completeUpTo, reason: 'Сверено с кабинетом' }, 'admin');
  await parts.stating.state(1);
  expect(await latestOf(fixture, 'shop')).toMatchObject({ basis: 'declared', completeUpTo });
});
