import { validateDocumentRevisedV1 } from '@potok/ingestion-contracts/generated/validators';
import type { DocumentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import { documentIdOf } from '@potok/ingestion-domain/identities';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt, SERIES } from '../testing/sent-documents';

let fixture: IntakeFixture;
let intake: Intake;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  fixture.organisation.store(3, { timeZone: 'Asia/Yekaterinburg', dayCutover: '05:00' }).register(3, 1);
  intake = fixture.intake();
});
afterEach(async () => {
  await fixture.drop();
});

const range = {
  scheme: 'fn',
  series: SERIES,
  fromNumber: 0,
  toNumber: null,
  reason: 'the drive went to store 2',
};

function idOf(number: number): string {
  return documentIdOf({ kind: 'number', scheme: 'fn', series: SERIES, number });
}

function receipts(count: number) {
  return Array.from({ length: count }, (_, index) => sentReceipt(index + 1));
}

/** Until no job runs. */
async function goThrough(...replicas: readonly Intake[]): Promise<void> {
  await Promise.all(
    replicas.map(async ({ decisions }) => {
      while (await decisions.remapStep.handle());
    }),
  );
}

async function startRemap(wanted: Partial<typeof range> & { readonly toNumber?: null | number } = {}) {
  const started = await intake.decisions.remaps.start({ ...range, ...wanted }, 'person-1');
  if (!started.ok) throw new Error(started.error.code);
  return started.value;
}

async function eventsOf(storeNo: number): Promise<DocumentRevisedV1[]> {
  return (await fixture.events()).filter((event) => event.storeNo === storeNo);
}

describe('documents of a range that belongs to another store', () => {
  it('are withdrawn from the old stream and whole on the new one; each event names the other end', async () => {
    await fixture.take(intake, receipts(3));
    fixture.organisation.series('store-2-1', SERIES, { fromNumber: 0 });
    await startRemap();
    await goThrough(intake);
    const left = (await eventsOf(1)).filter(({ revision }) => revision === 2);
    const arrived = await eventsOf(2);
    expect(arrived.map(({ streamSeq, revision }) => [streamSeq, revision])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(left[0]).toMatchObject({
      revisionKind: 'withdrawn',
      repost: 'lines',
      storeId: 'store-1',
      movedTo: { storeId: 'store-2', storeNo: 2, registerId: 'store-2-1', revision: 3 },
      document: { storeId: 'store-1', registerId: 'store-1-1' },
    });
    expect(arrived[0]).toMatchObject({
      documentId: idOf(1),
      revisionKind: 'remapped',
      repost: 'lines',
      movedFrom: { storeId: 'store-1', storeNo: 1, registerId: 'store-1-1', revision: 2 },
      document: { storeId: 'store-2', storeNo: 2, registerId: 'store-2-1', registerNo: 201 },
    });
    expect(arrived[0]?.document.lines[0]).toMatchObject({ stockLocationId: 'store-2', stockLocationNo: 2 });
    for (const event of [...left, ...arrived]) expect(validateDocumentRevisedV1(event)).toBe(true);
    const history = await intake.decisions.histories.byId(idOf(1));
    expect(history?.decisions).toMatchObject([
      { kind: 'remap', decidedBy: 'person-1', reason: range.reason },
    ]);
    const shown = await intake.decisions.remaps.show(1);
    expect(shown).toMatchObject({ ok: true, value: { state: 'done', moved: 3, unmoved: 0 } });
  });

  it('take over the zone and the day of the store; what the document states stays', async () => {
    await fixture.take(intake, [sentReceipt(1, { occurredAtLocal: '2026-03-02T03:10:00' })]);
    fixture.organisation.series('store-3-1', SERIES, { fromNumber: 0 });
    await startRemap();
    await goThrough(intake);
    expect((await eventsOf(3))[0]?.document.time).toMatchObject({
      occurredAtLocal: '2026-03-02T03:10:00',
      occurredAt: '2026-03-01T22:10:00.000Z',
      ledgerAt: '2026-03-01T22:10:00.000Z',
      timeZone: 'Asia/Yekaterinburg',
      localDate: '2026-03-02',
      businessDate: '2026-03-01',
      businessDateRule: 'cutover',
    });
  });

  it('move by their number alone: the rest of the series stays, and another register of the store is one event', async () => {
    await fixture.take(intake, receipts(6));
    fixture.organisation
      .series('store-1-1', SERIES, { fromNumber: 0, toNumber: 2 })
      .series('store-1-2', SERIES, { fromNumber: 3, toNumber: 4 })
      .series('store-2-1', SERIES, { fromNumber: 5, toNumber: null });
    await startRemap();
    await goThrough(intake);
    const revised = (await fixture.events()).filter(({ revision }) => revision > 1) as DocumentRevisedV1[];
    expect(
      revised.map(({ documentId, storeNo, revisionKind, repost }) => [
        documentId,
        storeNo,
        revisionKind,
        repost,
      ]),
    ).toEqual([
      [idOf(3), 1, 'remapped', 'none'],
      [idOf(4), 1, 'remapped', 'none'],
      [idOf(5), 1, 'withdrawn', 'lines'],
      [idOf(6), 1, 'withdrawn', 'lines'],
      [idOf(5), 2, 'remapped', 'lines'],
      [idOf(6), 2, 'remapped', 'lines'],
    ]);
    expect(revised[0]?.movedFrom).toEqual({
      storeId: 'store-1',
      storeNo: 1,
      registerId: 'store-1-1',
      revision: 1,
    });
    expect(await intake.decisions.remaps.show(1)).toMatchObject({ value: { moved: 4, unmoved: 2 } });
  });

  it('move in bounded steps by any replica, each document once, while copies keep arriving', async () => {
    await fixture.take(intake, receipts(450));
    fixture.organisation.credential('dev-1', { stores: ['store-1', 'store-2'] });
    fixture.organisation.series('store-2-1', SERIES, { fromNumber: 0 });
    await startRemap();
    const replicas = [fixture.intake(), fixture.intake()];
    const live = fixture.intake();
    await Promise.all([
      goThrough(...replicas),
      (async () => {
        for (let number = 10; number <= 450; number += 40)
          await fixture.take(live, [sentReceipt(number, { orderId: `order-${String(number)}` })]);
      })(),
    ]);
    for (const storeNo of [1, 2]) {
      const seqs = (await eventsOf(storeNo)).map(({ streamSeq }) => streamSeq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
    const remapped = (await eventsOf(2)).filter(({ revisionKind }) => revisionKind === 'remapped');
    expect(new Set(remapped.map(({ documentId }) => documentId)).size).toBe(450);
    expect(remapped).toHaveLength(450);
    const { rows } = await intake.database.query<{ count: bigint }>(
      `SELECT count(*) AS count FROM (SELECT DISTINCT ON (document_id) store_no FROM document
         ORDER BY document_id, revision DESC) AS latest WHERE store_no = 2`,
    );
    expect(Number(rows[0]?.count)).toBe(450);
    const orders = (await fixture.events()).filter(({ document }) => document.orderId !== undefined);
    expect(new Set(orders.map(({ documentId }) => documentId)).size).toBe(12);
  });

  it('later copies find the document in its new store, and a second remap moves nothing', async () => {
    await fixture.take(intake, receipts(2));
    fixture.organisation.credential('dev-1', { stores: ['store-1', 'store-2'] });
    fixture.organisation.series('store-2-1', SERIES, { fromNumber: 0 });
    await startRemap();
    await goThrough(intake);
    expect(await fixture.take(intake, [sentReceipt(1), sentReceipt(1, { channel: 'store' })])).toEqual([
      { kind: 'repeat' },
      { kind: 'revised' },
    ]);
    const last = (await eventsOf(2)).at(-1);
    expect(last).toMatchObject({
      documentId: idOf(1),
      revision: 4,
      revisionKind: 'enriched',
      storeId: 'store-2',
    });
    const again = await startRemap();
    expect(again.remapNo).toBe('2');
    await goThrough(intake);
    expect(await intake.decisions.remaps.show(2)).toMatchObject({
      value: { state: 'done', moved: 0, unmoved: 2 },
    });
  });

  it('goes through spans and opaque ids as well, and leaves what counts no more', async () => {
    fixture.organisation
      .series('store-1-1', 'db-1', { scheme: 'frontol' })
      .series('store-1-1', 'shop-a', { scheme: 'evotor', numbering: 'opaque' });
    const span = [{ scheme: 'frontol', series: 'db-1', span: { from: 5, to: 9 } }];
    const opaque = [{ scheme: 'evotor', series: 'shop-a', opaqueId: 'x-1' }];
    await fixture.take(intake, [
      sentReceipt(1, { identities: span }),
      sentReceipt(2, { identities: opaque }),
      sentReceipt(3, { identities: [{ scheme: 'frontol', series: 'db-1', number: 3 }] }),
    ]);
    const withdrawn = documentIdOf({ kind: 'number', scheme: 'frontol', series: 'db-1', number: 3 });
    const ask = { by: 'person-1', reason: 'a test receipt', traceparent: null };
    await intake.decisions.withdrawing.handle({ ...ask, documentId: withdrawn });
    fixture.organisation
      .series('store-2-1', 'db-1', { scheme: 'frontol' })
      .series('store-2-1', 'shop-a', { scheme: 'evotor', numbering: 'opaque' });
    await startRemap({ scheme: 'frontol', series: 'db-1' });
    await startRemap({ scheme: 'evotor', series: 'shop-a' });
    await goThrough(intake);
    expect((await eventsOf(2)).map(({ documentId }) => documentId)).toEqual([
      documentIdOf({ kind: 'span', scheme: 'frontol', series: 'db-1', from: 5, to: 9 }),
      documentIdOf({ kind: 'opaque', scheme: 'evotor', series: 'shop-a', opaqueId: 'x-1' }),
    ]);
  });

  it('is one job a series at a time, may be stopped, and refuses a series that nobody sent', async () => {
    await fixture.take(intake, receipts(1));
    const first = await startRemap();
    expect((await startRemap()).remapNo).toBe(first.remapNo);
    expect(await intake.decisions.remaps.stop(Number(first.remapNo))).toMatchObject({
      value: { state: 'stopped' },
    });
    expect(await intake.decisions.remapStep.handle()).toBe(false);
    expect(await intake.decisions.remaps.start({ ...range, series: 'nobody' }, 'person-1')).toEqual({
      ok: false,
      error: { code: 'seriesUnknown' },
    });
  });
});
