import { validateDocumentRevisedV1 } from '@potok/ingestion-contracts/generated/validators';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt, SERIES } from '../testing/sent-documents';
import { SeriesStatusQuery } from '../query-series/series-status.query';
import { SeriesTable } from '../storage/series-table';
import type { ConflictDecision } from './decide-conflict.handler';

let fixture: IntakeFixture;
let intake: Intake;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  intake = fixture.intake();
});
afterEach(async () => {
  await fixture.drop();
});

const other = sentReceipt(1, {
  totalKopecks: 34_970,
  payments: [{ fiscalKind: 'cash', amountKopecks: 34_970 }],
  lines: [{ lineNo: 1, barcode: '4600682000013', quantityMilli: 3000, amountKopecks: 34_970 }],
});

function decision(verb: 'keep' | 'revise', overrides: Partial<ConflictDecision> = {}): ConflictDecision {
  const by = 'person-1';
  return {
    conflictNo: 1,
    verb,
    by,
    reason: 'seen on the tape',
    overrule: false,
    traceparent: null,
    ...overrides,
  };
}

async function open() {
  const all = { storeIds: null, state: null, kind: null, documentId: null, beforeNo: null, limit: 10 };
  return (await intake.decisions.conflicts.list({ ...all, state: 'open' })).conflicts;
}

async function seriesStatus() {
  const query = new SeriesStatusQuery(intake.database, new SeriesTable());
  return query.ofRange({ scheme: 'fn', series: SERIES, from: 0, to: 1000 });
}

async function quarantineStates(): Promise<string[]> {
  const rows = await intake.quarantine.store.list(intake.database, { limit: 10 });
  return rows.map(({ state }) => state);
}

describe('a conflict', () => {
  it('is listed with its store and series, and shown field by field without personal data', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    expect(await open()).toMatchObject([
      {
        conflictNo: '1',
        kind: 'conflict',
        storeId: 'store-1',
        series: SERIES,
        number: 1,
        field: '/totalKopecks',
      },
    ]);
    const view = await intake.decisions.conflicts.show(1);
    if (!view.ok) throw new Error(view.error.code);
    const fields = view.value.differences.map(({ field }) => field);
    expect(fields).toContain('/totalKopecks');
    expect(view.value.differences.find(({ field }) => field === '/totalKopecks')).toEqual({
      field: '/totalKopecks',
      standing: 25_980,
      held: 34_970,
    });
    expect(JSON.stringify(view.value)).not.toContain('Иванова');
    expect(JSON.stringify(view.value)).not.toContain('770712345678');
  });

  it('keep: the first stands, the quarantine row is dismissed, the number is confirmed, no new alarm', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    expect((await seriesStatus()).conflicts).toEqual([{ from: 1, to: 1 }]);
    const decided = await intake.decisions.deciding.handle(decision('keep'));
    expect(decided).toMatchObject({
      ok: true,
      value: {
        kind: 'keep',
        decidedBy: 'person-1',
        reason: 'seen on the tape',
        revision: null,
        conflictNo: 1,
      },
    });
    expect(await quarantineStates()).toEqual(['dismissed']);
    expect(await seriesStatus()).toMatchObject({ conflicts: [], held: [], confirmed: [{ from: 1, to: 1 }] });
    expect(await fixture.take(intake, [other])).toEqual([{ kind: 'repeat' }]);
    expect(await fixture.take(intake, [{ ...other, unknownMember: 'other bytes' }])).toEqual([
      { kind: 'variant' },
    ]);
    expect(await quarantineStates()).toEqual(['dismissed']);
    expect((await fixture.events()).length).toBe(1);
  });

  it('keep: a third copy that agrees with neither is a new conflict', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    await intake.decisions.deciding.handle(decision('keep'));
    const [third] = await fixture.take(intake, [sentReceipt(1, { operation: 'return' })]);
    expect(third).toMatchObject({ kind: 'held', code: 'conflict', field: '/operation' });
    expect((await open()).map(({ conflictNo }) => conflictNo)).toEqual(['2']);
  });

  it('revise: the held copy is the next revision, its lines are posted anew, the row counts as driven', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    const decided = await intake.decisions.deciding.handle(decision('revise'));
    expect(decided).toMatchObject({ ok: true, value: { kind: 'revise', revision: 2 } });
    const [first, second] = await fixture.events();
    expect(validateDocumentRevisedV1(second)).toBe(true);
    expect(second).toMatchObject({
      eventId: `${String(first?.documentId)}/2/revised/0`,
      streamSeq: 2,
      revision: 2,
      revisionKind: 'replaced',
      repost: 'lines',
      document: { totalKopecks: 34_970, documentId: first?.documentId, registerId: 'store-1-1' },
    });
    expect(second?.document.lines).toHaveLength(1);
    expect(await quarantineStates()).toEqual(['redriven']);
    expect(await seriesStatus()).toMatchObject({ conflicts: [], confirmed: [{ from: 1, to: 1 }] });
    const again = await fixture.take(intake, [other, sentReceipt(1), { ...sentReceipt(1), more: 1 }]);
    expect(again).toEqual([{ kind: 'repeat' }, { kind: 'repeat' }, { kind: 'variant' }]);
    expect((await fixture.events()).length).toBe(2);
  });

  it('takes over the names of a copy, whichever stands', async () => {
    fixture.organisation.series('store-1-1', 'shop-a', { scheme: 'evotor', numbering: 'opaque' });
    const name = { scheme: 'evotor', series: 'shop-a', opaqueId: 'a-17' };
    const named = { ...other, identities: [{ scheme: 'fn', series: SERIES, number: 1 }, name] };
    await fixture.take(intake, [sentReceipt(1), named]);
    await intake.decisions.deciding.handle(decision('keep'));
    const [, bound] = await fixture.events();
    expect(bound).toMatchObject({
      revisionKind: 'bound',
      repost: 'none',
      document: { totalKopecks: 25_980 },
    });
    expect(bound?.document.identities).toHaveLength(2);
    const [later] = await fixture.take(intake, [sentReceipt(1, { identities: [name], channel: 'store' })]);
    expect(later).toEqual({ kind: 'revised' });
  });

  it('answers the same decision again, and refuses another one unless it overrules', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    const { deciding } = intake.decisions;
    const first = await deciding.handle(decision('keep'));
    expect(await deciding.handle(decision('keep', { by: 'person-2' }))).toEqual(first);
    expect(await deciding.handle(decision('revise', { by: 'person-2' }))).toEqual({
      ok: false,
      error: { code: 'conflictDecided', state: 'kept', by: 'person-1' },
    });
    const overruled = await deciding.handle(decision('revise', { by: 'person-2', overrule: true }));
    expect(overruled).toMatchObject({
      ok: true,
      value: { kind: 'revise', revision: 2, decidedBy: 'person-2' },
    });
    expect((await fixture.events()).length).toBe(2);
  });

  it('decides other held copies that say the same with it; those that say something else stay open', async () => {
    const same = { ...other, unknownMember: 'other bytes' };
    const third = sentReceipt(1, { operation: 'return' });
    for (const [verb, number] of [
      ['keep', 1],
      ['revise', 2],
    ] as const) {
      const identities = [{ scheme: 'fn', series: SERIES, number }];
      const named = [sentReceipt(1), other, same, third].map((one) => ({ ...one, identities }));
      await fixture.take(intake, named);
      const [first] = (await open()).slice(-1);
      const conflictNo = Number(first?.conflictNo);
      await intake.decisions.deciding.handle(decision(verb, { conflictNo }));
      const left = (await open()).filter((one) => one.number === number);
      expect(left.map(({ field }) => field)).toEqual(['/operation']);
      expect((await seriesStatus()).conflicts).toContainEqual({ from: number, to: number });
      const decidedBy = left.map((one) => Number(one.conflictNo));
      await intake.decisions.deciding.handle(decision('keep', { conflictNo: decidedBy[0] ?? 0 }));
      expect((await seriesStatus()).conflicts).toEqual([]);
    }
    expect(new Set(await quarantineStates())).toEqual(new Set(['dismissed', 'redriven']));
  });

  it('is not there', async () => {
    expect(await intake.decisions.deciding.handle(decision('keep', { conflictNo: 99 }))).toEqual({
      ok: false,
      error: { code: 'conflictUnknown' },
    });
  });

  it('can only be kept once the bytes of the copy are gone with a person', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    const person = { kind: 'employee', basis: 'inn', value: '770712345678' } as const;
    await intake.database.tx((tx) => intake.vault.erase(tx, [person]));
    expect(await intake.decisions.deciding.handle(decision('revise'))).toEqual({
      ok: false,
      error: { code: 'copyErased' },
    });
    expect(await intake.decisions.deciding.handle(decision('keep'))).toMatchObject({ ok: true });
    expect(await fixture.take(intake, [other])).toEqual([{ kind: 'repeat' }]);
  });
});

describe('races about a conflict', () => {
  it('two persons decide at once: one decision, and both are told of it', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    const replicas = [fixture.intake(), fixture.intake()];
    const verbs = ['revise', 'keep'] as const;
    const answers = await Promise.all(
      replicas.map(({ decisions }, index) =>
        decisions.deciding.handle(decision(verbs[index] ?? 'keep', { by: `person-${String(index)}` })),
      ),
    );
    const made = answers.filter(({ ok }) => ok);
    expect(made).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'conflictDecided' } });
    const { rows } = await intake.database.query('SELECT * FROM decision');
    expect(rows).toHaveLength(1);
    const revised = made[0]?.ok === true && made[0].value.kind === 'revise';
    expect((await fixture.events()).length).toBe(revised ? 2 : 1);
  });

  it('the copy comes again while it is decided: no row is left open behind the decision', async () => {
    for (let number = 1; number <= 8; number += 1) {
      const copy = { ...other, identities: [{ scheme: 'fn', series: SERIES, number }] };
      await fixture.take(intake, [sentReceipt(number), copy]);
      const replica = fixture.intake();
      const [, ...outcomes] = await Promise.all([
        intake.decisions.deciding.handle(
          decision(number % 2 === 0 ? 'keep' : 'revise', { conflictNo: number }),
        ),
        fixture.take(replica, [copy]),
        fixture.take(replica, [copy]),
      ]);
      expect(outcomes.flat().every(({ kind }) => kind === 'held' || kind === 'repeat')).toBe(true);
    }
    expect(await open()).toEqual([]);
    expect(new Set(await quarantineStates())).toEqual(new Set(['dismissed', 'redriven']));
  });

  it('another copy enriches the document while the held one is chosen: numbered one after the other', async () => {
    await fixture.take(intake, [sentReceipt(1), other]);
    const replica = fixture.intake();
    await Promise.all([
      intake.decisions.deciding.handle(decision('revise')),
      fixture.take(replica, [sentReceipt(1, { channel: 'store' })]),
    ]);
    const events = await fixture.events();
    expect(events.map(({ streamSeq, revision }) => [streamSeq, revision])).toEqual(
      events.map((_, index) => [index + 1, index + 1]),
    );
    expect(events.at(-1)?.document.totalKopecks).toBe(34_970);
  });
});
