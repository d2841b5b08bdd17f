import {
  validateDocumentRegisteredV1,
  validateDocumentRevisedV1,
} from '@potok/ingestion-contracts/generated/validators';
import { readLine } from '@potok/ingestion-domain/read-line';
import { IntakeFixture, lineOf } from '../testing/intake-fixture';
import { bytesOf, sentReceipt, SERIES } from '../testing/sent-documents';
import { documentBytesIn } from './event-values';

let fixture: IntakeFixture;

beforeAll(async () => {
  fixture = await IntakeFixture.create();
});
afterAll(async () => {
  await fixture.drop();
});

const TABLES = `series, identity, identity_span, identity_opaque, held_identity, document, event_block, observation,
  repeat_count, archive_block, subject, quarantine, publication_stream, conflict, decision, overruled_core,
  completeness_arrival`;

beforeEach(async () => {
  await fixture.test.database.query(`TRUNCATE ${TABLES} RESTART IDENTITY`);
});

async function countOf(table: string): Promise<number> {
  const { rows } = await fixture.test.database.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM ${table}`,
  );
  return Number(rows[0]?.count);
}

describe('the intake', () => {
  it('registers documents: numbered without holes, valid against the contract, canonical bytes hashed', async () => {
    const intake = fixture.intake();
    const outcomes = await fixture.take(intake, [sentReceipt(1), sentReceipt(2), sentReceipt(3)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['registered', 'registered', 'registered']);
    const events = await fixture.events();
    expect(events.map(({ streamSeq }) => streamSeq)).toEqual([1, 2, 3]);
    for (const event of events) {
      expect(validateDocumentRegisteredV1(event)).toBe(true);
      expect(event.rootSeq).toBe(event.streamSeq);
    }
    expect(events[0]?.document).toMatchObject({
      storeId: 'store-1',
      storeNo: 1,
      registerNo: 101,
      fiscalState: 'fiscal',
      time: {
        occurredAt: '2026-03-02T09:15:07.000Z',
        businessDate: '2026-03-02',
        businessDateRule: 'cutover',
      },
      findings: [],
    });
  });

  it('counts identical bytes as a repeat and does nothing else', async () => {
    const intake = fixture.intake();
    await fixture.take(intake, [sentReceipt(1)]);
    expect(await fixture.take(intake, [sentReceipt(1), sentReceipt(1)])).toEqual([
      { kind: 'repeat' },
      { kind: 'repeat' },
    ]);
    expect((await fixture.events()).length).toBe(1);
    const { rows } = await intake.database.query<{ count: bigint }>('SELECT count FROM repeat_count');
    expect(rows.map(({ count }) => Number(count))).toEqual([2]);
    expect(await countOf('archive_block')).toBe(1);
  });

  it('takes one document that stands twice in a batch once', async () => {
    const intake = fixture.intake();
    const other = { ...sentReceipt(1), unknownMember: 1 };
    const outcomes = await fixture.take(intake, [sentReceipt(1), sentReceipt(1), other]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['registered', 'repeat', 'variant']);
    expect((await fixture.events()).length).toBe(1);
  });

  it('comes to the same whether the edge has read a line or it reads the line itself', async () => {
    const first = sentReceipt(1);
    const escaped = Buffer.from(JSON.stringify(sentReceipt(2)).replace('Молоко', '\\u0000Мол\\ud800око'));
    const documents = [
      ...[first, first, { ...first, unknownMember: 1 }, { ...first, channel: 'online' }],
      ...[sentReceipt(1, { totalKopecks: 1 }), escaped, sentReceipt(3, { type: 'shiftOpened', lines: [] })],
    ];
    const lines = documents.map((document) => lineOf(document));
    const judged = lines.map((line) => {
      const read = readLine(line.bytes.toString('utf8'));
      if (read.verdict !== 'usable') throw new Error('not usable');
      return { ...line, usable: { identities: read.identities, registerId: null } };
    });
    const results = [];
    for (const batch of [lines, judged]) {
      await fixture.test.database.query(`TRUNCATE ${TABLES} RESTART IDENTITY`);
      const intake = fixture.intake();
      const outcomes = await intake.database.tx((tx) => intake.service.takeIn(tx, batch));
      const events = (await fixture.events()).map((event) => ({ ...event, recordedAt: null }));
      results.push({ outcomes, events });
    }
    expect(results[0]?.outcomes.map(({ kind }) => kind)).toEqual([
      ...['registered', 'repeat', 'variant', 'revised', 'held', 'registered', 'registered'],
    ]);
    expect(results[1]).toEqual(results[0]);
  });

  it('archives a variant as an observation without any alarm', async () => {
    const intake = fixture.intake();
    await fixture.take(intake, [sentReceipt(1)]);
    const outcomes = await fixture.take(intake, [{ ...sentReceipt(1), somethingElse: 'x' }]);
    expect(outcomes).toEqual([{ kind: 'variant' }]);
    expect(await countOf('observation')).toBe(1);
    expect(await countOf('quarantine')).toBe(0);
    expect((await fixture.events()).length).toBe(1);
  });

  it('holds a conflict: the first stands', async () => {
    const intake = fixture.intake();
    await fixture.take(intake, [sentReceipt(1)]);
    const other = sentReceipt(1, { totalKopecks: 99_900 });
    const [outcome] = await fixture.take(intake, [other]);
    expect(outcome).toMatchObject({ kind: 'held', code: 'conflict', field: '/totalKopecks' });
    const [again] = await fixture.take(intake, [other]);
    expect(again).toMatchObject({ kind: 'held', code: 'conflict' });
    expect((await fixture.events()).length).toBe(1);
    const rows = await intake.quarantine.store.list(intake.database, { limit: 10 });
    expect(rows.map(({ reason, seenCount, state }) => [reason, seenCount, state])).toEqual([
      ['conflict', 2, 'open'],
    ]);
  });

  it('holds two full copies whose lines disagree', async () => {
    const intake = fixture.intake();
    const lines = [...(sentReceipt(1).lines ?? [])].reverse();
    const [, outcome] = await fixture.take(intake, [sentReceipt(1), sentReceipt(1, { lines })]);
    expect(outcome).toMatchObject({ kind: 'held', code: 'conflict', field: '/lines' });
  });

  it('binds a webhook and the later full copy: one document, a second revision, nothing to repost', async () => {
    fixture.organisation.series('store-1-1', 'shop-a', { scheme: 'evotor', numbering: 'opaque' });
    const intake = fixture.intake();
    const webhookIdentity = { scheme: 'evotor', series: 'shop-a', opaqueId: 'a-17' };
    const webhook = sentReceipt(1, { identities: [webhookIdentity], fiscal: undefined });
    const full = sentReceipt(1, {
      identities: [webhookIdentity, { scheme: 'fn', series: SERIES, number: 1 }],
    });
    const outcomes = [...(await fixture.take(intake, [webhook])), ...(await fixture.take(intake, [full]))];
    expect(outcomes.map(({ kind }) => kind)).toEqual(['registered', 'revised']);
    const [first, second] = await fixture.events();
    expect(second).toMatchObject({ revision: 2, revisionKind: 'enriched', repost: 'none', streamSeq: 2 });
    expect(second?.documentId).toBe(first?.documentId);
    expect(second?.document.identities).toHaveLength(2);
    expect(second?.document.fiscal?.fpd).toBe('1000001');
    expect(validateDocumentRevisedV1(second)).toBe(true);
    const fiscalOnly = sentReceipt(1, { cashier: undefined });
    expect((await fixture.take(intake, [fiscalOnly]))[0]).toEqual({ kind: 'variant' });
  });

  it('binds without filling anything in as `bound`', async () => {
    fixture.organisation.series('store-1-1', 'copies', { scheme: 'ofd', numbering: 'opaque' });
    const intake = fixture.intake();
    const identities = [
      { scheme: 'fn', series: SERIES, number: 1 },
      { scheme: 'ofd', series: 'copies', opaqueId: 'copy-1' },
    ];
    await fixture.take(intake, [sentReceipt(1)]);
    await fixture.take(intake, [sentReceipt(1, { identities })]);
    expect((await fixture.events())[1]).toMatchObject({ revision: 2, revisionKind: 'bound', repost: 'none' });
  });

  it('says `lines` when a full copy brings the lines that a webhook had not', async () => {
    const intake = fixture.intake();
    await fixture.take(intake, [sentReceipt(1, { lines: undefined })]);
    await fixture.take(intake, [sentReceipt(1)]);
    const [first, second] = await fixture.events();
    expect(first?.document.findings.map(({ code }) => code)).toEqual(['linesMissing']);
    expect(second).toMatchObject({ revisionKind: 'enriched', repost: 'lines' });
    expect(second?.document.lines).toHaveLength(2);
  });

  it('holds identities that would join two documents', async () => {
    const intake = fixture.intake();
    await fixture.take(intake, [sentReceipt(1), sentReceipt(2)]);
    const identities = [1, 2].map((number) => ({ scheme: 'fn', series: SERIES, number }));
    const [outcome] = await fixture.take(intake, [sentReceipt(3, { identities })]);
    expect(outcome).toMatchObject({ kind: 'held', code: 'joinsTwoDocuments' });
    expect((await fixture.events()).length).toBe(2);
  });

  it('archives documents of training drives and publishes none of them', async () => {
    const series = '9999078900001234';
    fixture.organisation.series('store-1-1', series);
    const intake = fixture.intake();
    const document = sentReceipt(1, { identities: [{ scheme: 'fn', series, number: 1 }] });
    expect(await fixture.take(intake, [document, document])).toEqual([
      { kind: 'training' },
      { kind: 'repeat' },
    ]);
    expect(await fixture.events()).toEqual([]);
    expect(await countOf('archive_block')).toBe(1);
  });

  it('rejects what belongs to somebody else’s register and keeps the bytes', async () => {
    fixture.organisation.series('store-2-1', 'other-drive');
    const intake = fixture.intake();
    const document = sentReceipt(1, { identities: [{ scheme: 'fn', series: 'other-drive', number: 1 }] });
    const [outcome] = await fixture.take(intake, [document]);
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'registerNotInScope' });
    const [row] = await intake.quarantine.store.list(intake.database, { limit: 1 });
    const entry = await intake.quarantine.store.get(intake.database, row?.id ?? 0);
    expect(entry?.bytes).toEqual(bytesOf(document));
  });

  it('numbers what two intakes take in at once exactly once', async () => {
    const intakes = [fixture.intake(), fixture.intake()];
    const documents = Array.from({ length: 60 }, (_, index) => sentReceipt(index + 1));
    const outcomes = await Promise.all(
      intakes.map((intake, which) =>
        fixture.take(intake, which === 0 ? documents : [...documents].reverse()),
      ),
    );
    const kinds = outcomes.flat().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'registered')).toHaveLength(60);
    expect(kinds.filter((kind) => kind === 'repeat')).toHaveLength(60);
    const events = await fixture.events();
    expect(events.map(({ streamSeq }) => streamSeq)).toEqual(documents.map((_, index) => index + 1));
    expect(new Set(events.map(({ documentId }) => documentId)).size).toBe(60);
  });

  it('never lets recordedAt decrease within a store, whatever the clock does', async () => {
    const clock = { nowMs: Date.now() };
    const intake = fixture.intake(() => clock.nowMs);
    await fixture.take(intake, [sentReceipt(1)]);
    clock.nowMs -= 3000;
    await fixture.take(intake, [sentReceipt(2)]);
    clock.nowMs += 4000;
    await fixture.take(intake, [sentReceipt(3)]);
    const moments = (await fixture.events()).map(({ recordedAt }) => Date.parse(recordedAt));
    expect(moments).toEqual([...moments].sort((left, right) => left - right));
    expect(moments[0]).toBe(moments[1]);
    expect(moments[2]).toBeGreaterThan(moments[1] ?? Number.NaN);
  });

  it('splices the same bytes that it hashed', async () => {
    const intake = fixture.intake();
    await fixture.take(intake, [sentReceipt(1)]);
    const [event] = await fixture.events();
    const value = Buffer.from(JSON.stringify(event), 'utf8');
    expect(JSON.parse(documentBytesIn(value).toString('utf8'))).toEqual(event?.document);
  });
});
