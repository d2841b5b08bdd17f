import { validateDocumentRevisedV1 } from '@potok/ingestion-contracts/generated/validators';
import { documentIdOf } from '@potok/ingestion-domain/identities';
import { IntakeFixture } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt, SERIES } from '../testing/sent-documents';

let fixture: IntakeFixture;
let intake: Intake;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  intake = fixture.intake();
});
afterEach(async () => {
  await fixture.drop();
});

const documentId = documentIdOf({ kind: 'number', scheme: 'fn', series: SERIES, number: 1 });

function withdraw(by = 'person-1') {
  return intake.decisions.withdrawing.handle({
    documentId,
    by,
    reason: 'a test receipt on a real drive',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  });
}

describe('a withdrawn document', () => {
  it('is reversed by a last revision and stays archived; who, when and why is kept', async () => {
    await fixture.take(intake, [sentReceipt(1)]);
    expect(await withdraw()).toMatchObject({ ok: true, value: { kind: 'withdraw', revision: 2 } });
    const [, last] = await fixture.events();
    expect(validateDocumentRevisedV1(last)).toBe(true);
    expect(last).toMatchObject({ revisionKind: 'withdrawn', repost: 'lines', revision: 2, documentId });
    expect(last?.traceparent).toBe('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
    expect(last).not.toHaveProperty('movedTo');
    const history = await intake.decisions.histories.byId(documentId);
    expect(history?.revisions.map(({ revisionKind }) => revisionKind)).toEqual(['original', 'withdrawn']);
    expect(history?.decisions).toMatchObject([
      { kind: 'withdraw', decidedBy: 'person-1', reason: 'a test receipt on a real drive', revision: 2 },
    ]);
  });

  it('stays withdrawn whatever copies come later; one that contradicts it is held', async () => {
    await fixture.take(intake, [sentReceipt(1)]);
    await withdraw();
    expect(await fixture.take(intake, [sentReceipt(1), sentReceipt(1, { channel: 'store' })])).toEqual([
      { kind: 'repeat' },
      { kind: 'variant' },
    ]);
    const [other] = await fixture.take(intake, [sentReceipt(1, { totalKopecks: 1 })]);
    expect(other).toMatchObject({ kind: 'held', code: 'conflict' });
    expect((await fixture.events()).length).toBe(2);
  });

  it('is withdrawn once, however many persons do it at once', async () => {
    await fixture.take(intake, [sentReceipt(1)]);
    const answers = await Promise.all([withdraw('person-1'), withdraw('person-2'), withdraw('person-3')]);
    const deciders = answers.map((answer) => (answer.ok ? answer.value.decidedBy : answer.error.code));
    expect(new Set(deciders).size).toBe(1);
    expect((await fixture.events()).length).toBe(2);
  });

  it('is refused for what was never published, and for what is not there', async () => {
    const training = { scheme: 'fn', series: '9999078900012345', number: 1 };
    fixture.organisation.series('store-1-1', training.series);
    await fixture.take(intake, [sentReceipt(1, { identities: [training] })]);
    const id = documentIdOf({ kind: 'number', ...training });
    const ask = { by: 'person-1', reason: 'a test receipt', traceparent: null };
    expect(await intake.decisions.withdrawing.handle({ ...ask, documentId: id })).toEqual({
      ok: false,
      error: { code: 'documentArchivedOnly', documentId: id },
    });
    expect(await intake.decisions.withdrawing.handle({ ...ask, documentId })).toEqual({
      ok: false,
      error: { code: 'documentUnknown', documentId },
    });
  });
});
