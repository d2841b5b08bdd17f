import { validateDocumentRevisedV1 } from '@potok/ingestion-contracts/generated/validators';
import { identityKey, documentIdOf } from '@potok/ingestion-domain/identities';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt, SERIES } from '../testing/sent-documents';
import type { Merger } from './merge-documents.handler';

let fixture: IntakeFixture;
let intake: Intake;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  fixture.organisation.series('store-1-1', 'shop-a', { scheme: 'evotor', numbering: 'opaque' });
  intake = fixture.intake();
});
afterEach(async () => {
  await fixture.drop();
});

const fiscalName = { scheme: 'fn', series: SERIES, number: 1 };
const webhookName = { scheme: 'evotor', series: 'shop-a', opaqueId: 'a-17' };
const fiscalId = documentIdOf({ kind: 'number', ...fiscalName });
const webhookId = documentIdOf({ kind: 'opaque', ...webhookName });

const fiscal = sentReceipt(1);
const webhook = sentReceipt(1, { identities: [webhookName], fiscal: undefined, channel: 'online' });
const both = sentReceipt(1, { identities: [webhookName, fiscalName], orderId: 'order-5' });

function merger(overrides: Partial<Merger> = {}): Merger {
  const ids = { survivorId: fiscalId, mergedId: webhookId };
  return { ...ids, by: 'person-1', reason: 'one sale, two sources', traceparent: null, ...overrides };
}

async function openConflicts(kind: 'joinsTwoDocuments' | null = null) {
  const all = { storeIds: null, kind, documentId: null, beforeNo: null, limit: 10 };
  return (await intake.decisions.conflicts.list({ ...all, state: 'open' })).conflicts;
}

describe('a copy that names two documents', () => {
  it('is listed with the documents that it joins', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    const [held] = await fixture.take(intake, [both]);
    expect(held).toMatchObject({ kind: 'held', code: 'joinsTwoDocuments' });
    const [conflict] = await openConflicts('joinsTwoDocuments');
    expect(new Set(conflict?.joinedIds)).toEqual(new Set([fiscalId, webhookId]));
    const view = await intake.decisions.conflicts.show(1);
    if (!view.ok) throw new Error(view.error.code);
    expect(view.value.others).toHaveLength(1);
    expect(view.value.held).toMatchObject({ orderId: 'order-5' });
    expect(view.value.differences.map(({ field }) => field)).toContain('/channel');
  });

  it('merges: two self-sufficient events, names lead to the survivor, the held copy follows', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    await fixture.take(intake, [both]);
    const merged = await intake.decisions.merging.handle(merger());
    expect(merged).toMatchObject({
      ok: true,
      value: { contradicts: null, survivorRevision: 2, mergedRevision: 2, followed: 1 },
    });
    const events = await fixture.events();
    expect(
      events.map(({ documentId, revision, revisionKind, repost }) => [
        documentId,
        revision,
        revisionKind,
        repost,
      ]),
    ).toEqual([
      [fiscalId, 1, 'original', 'none'],
      [webhookId, 1, 'original', 'none'],
      [webhookId, 2, 'merged', 'lines'],
      [fiscalId, 2, 'enriched', 'none'],
      [fiscalId, 3, 'enriched', 'none'],
    ]);
    expect(events[2]).toMatchObject({ survivorId: fiscalId, document: { channel: 'online' } });
    expect(events[3]).toMatchObject({ mergedId: webhookId, document: { channel: 'online' } });
    expect(events[3]?.document.identities).toHaveLength(2);
    for (const event of events.slice(2)) expect(validateDocumentRevisedV1(event)).toBe(true);
    const [row] = await intake.quarantine.store.list(intake.database, { limit: 10 });
    expect(row?.state).toBe('redriven');
    expect(await openConflicts()).toEqual([]);
  });

  it('later copies under either name find the survivor', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    await intake.decisions.merging.handle(merger());
    const later = [
      sentReceipt(1, { identities: [webhookName], operationId: 'op-1' }),
      sentReceipt(1, { part: { index: 1, of: 1 } }),
      both,
    ];
    const outcomes = await fixture.take(intake, later);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['revised', 'revised', 'revised']);
    const events = await fixture.events();
    expect(new Set(events.slice(4).map(({ documentId }) => documentId))).toEqual(new Set([fiscalId]));
    expect(await fixture.take(intake, [fiscal])).toEqual([{ kind: 'repeat' }]);
    expect(await fixture.take(intake, [webhook])).toEqual([{ kind: 'variant' }]);
  });

  it('the survivor takes over the names alone where the two contradict, and the merged one is no alarm', async () => {
    const otherTotal = { ...webhook, totalKopecks: 30_000, payments: [] };
    await fixture.take(intake, [fiscal, otherTotal]);
    const merged = await intake.decisions.merging.handle(merger());
    expect(merged).toMatchObject({ ok: true, value: { contradicts: 'totalKopecks' } });
    const survivor = (await fixture.events()).at(-1);
    expect(survivor).toMatchObject({
      documentId: fiscalId,
      revisionKind: 'bound',
      repost: 'none',
      document: { totalKopecks: 25_980 },
    });
    expect(survivor?.document.channel).toBeUndefined();
    expect(await fixture.take(intake, [otherTotal])).toEqual([{ kind: 'variant' }]);
    expect(await openConflicts()).toEqual([]);
  });

  it('answers the same merger again, and takes in what came in between', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    const first = await intake.decisions.merging.handle(merger());
    const again = await intake.decisions.merging.handle(merger({ by: 'person-2' }));
    expect(again).toEqual(first);
    expect((await fixture.events()).length).toBe(4);
  });

  it('refuses what cannot be merged', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    const { merging } = intake.decisions;
    expect(await merging.handle(merger({ mergedId: fiscalId }))).toEqual({
      ok: false,
      error: { code: 'sameDocument' },
    });
    const unknown = documentIdOf({ kind: 'number', scheme: 'fn', series: SERIES, number: 99 });
    expect(await merging.handle(merger({ mergedId: unknown }))).toEqual({
      ok: false,
      error: { code: 'documentUnknown', documentId: unknown },
    });
    await merging.handle(merger());
    expect(await merging.handle(merger({ survivorId: webhookId, mergedId: fiscalId }))).toMatchObject({
      ok: false,
      error: { code: 'documentCountsNoMore', documentId: webhookId, revisionKind: 'merged' },
    });
  });

  it('may be decided against: the documents stay apart, and the copy is no alarm any more', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    await fixture.take(intake, [both]);
    const keep = { verb: 'keep', by: 'person-1', reason: 'another sale', overrule: false } as const;
    const decided = await intake.decisions.deciding.handle({ ...keep, conflictNo: 1, traceparent: null });
    expect(decided).toMatchObject({ ok: true, value: { kind: 'keep' } });
    const outcomes = [...(await fixture.take(intake, [both])), ...(await fixture.take(intake, [both]))];
    expect(outcomes.map(({ kind }) => kind)).toEqual(['variant', 'repeat']);
    const rows = await intake.quarantine.store.list(intake.database, { limit: 10 });
    expect(rows.map(({ state }) => state)).toEqual(['dismissed']);
    expect((await fixture.events()).length).toBe(2);
    expect(identityKey({ kind: 'number', ...fiscalName })).toContain(SERIES);
  });

  it('is merged by two persons at once, in opposite directions: one of them wins', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    const other = fixture.intake();
    const answers = await Promise.all([
      intake.decisions.merging.handle(merger()),
      other.decisions.merging.handle(merger({ survivorId: webhookId, mergedId: fiscalId, by: 'person-2' })),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const kinds = (await fixture.events()).map(({ revisionKind }) => revisionKind);
    expect(kinds.filter((kind) => kind === 'merged')).toHaveLength(1);
  });

  it('is merged while copies of both arrive: every document is numbered without holes', async () => {
    await fixture.take(intake, [fiscal, webhook]);
    const replicas = [fixture.intake(), fixture.intake()] as const;
    await Promise.all([
      intake.decisions.merging.handle(merger()),
      fixture.take(replicas[0], [sentReceipt(1, { identities: [webhookName], operationId: 'op-1' })]),
      fixture.take(replicas[1], [sentReceipt(1, { orderId: 'order-9' })]),
    ]);
    const events = await fixture.events();
    expect(events.map(({ streamSeq }) => streamSeq)).toEqual(events.map((_, index) => index + 1));
    for (const id of [fiscalId, webhookId]) {
      const revisions = events.filter(({ documentId }) => documentId === id).map(({ revision }) => revision);
      expect(revisions).toEqual(revisions.map((_, index) => index + 1));
    }
    const last = events.filter(({ documentId }) => documentId === webhookId).at(-1);
    expect(last?.revisionKind).toBe('merged');
    const [copy] = await fixture.take(intake, [sentReceipt(1, { identities: [webhookName], subtype: 'x' })]);
    expect(copy?.kind).toBe('revised');
    expect((await fixture.events()).at(-1)?.documentId).toBe(fiscalId);
  });
});
