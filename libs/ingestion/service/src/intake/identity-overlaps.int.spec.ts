import type { RegisterDocument } from '@potok/ingestion-contracts/register-document';
import { documentIdOf } from '@potok/ingestion-domain/identities';
import { waitFor } from '@potok/platform-testing/wait-for';
import { IntakeFixture, lineOf } from '../testing/intake-fixture';
import type { Intake } from '../testing/intake-fixture';
import { sentReceipt } from '../testing/sent-documents';

let fixture: IntakeFixture;
let intake: Intake;

beforeEach(async () => {
  fixture = await IntakeFixture.create();
  fixture.organisation.series('store-1-1', 'db-1', { scheme: 'frontol' });
  intake = fixture.intake();
});
afterEach(async () => {
  await fixture.drop();
});

const base = { scheme: 'frontol', series: 'db-1' };

/** A receipt of the transactions from … to; of one transaction where both are equal. */
function receipt(from: number, to: number, overrides: Partial<RegisterDocument> = {}): RegisterDocument {
  const identity = from === to ? { ...base, number: from } : { ...base, span: { from, to } };
  return sentReceipt(1, { identities: [identity], ...overrides });
}

async function kindsOf(documents: readonly RegisterDocument[]): Promise<string[]> {
  return (await fixture.take(intake, documents)).map((outcome) =>
    outcome.kind === 'held' ? outcome.code : outcome.kind,
  );
}

describe('a span and a number of the same series', () => {
  it.each<[string, readonly [number, number], readonly [number, number]]>([
    ['a number within a span', [3, 7], [5, 5]],
    ['a number at its beginning', [3, 7], [3, 3]],
    ['a number at its end', [3, 7], [7, 7]],
    ['a span around a number', [5, 5], [3, 7]],
    ['a longer span', [3, 7], [3, 9]],
    ['a shorter span', [3, 7], [3, 5]],
    ['a span that overlaps', [3, 7], [6, 9]],
  ])('name one document, in one batch and in two: %s', async (_what, first, second) => {
    expect(await kindsOf([receipt(...first)])).toEqual(['registered']);
    expect(await kindsOf([receipt(...second, { orderId: 'order-1' })])).toEqual(['revised']);
    const shifted = [first, second].map(([from, to]) => [from + 100, to + 100] as const);
    const together = shifted.map(([from, to], index) =>
      receipt(from, to, { orderId: `order-${String(index)}` }),
    );
    expect(await kindsOf(together)).toEqual(['registered', 'revised']);
    const later = receipt(second[1] + 100, second[1] + 100, { channel: 'store' });
    expect(await kindsOf([later])).toEqual(['revised']);
    expect(new Set((await fixture.events()).map(({ documentId }) => documentId)).size).toBe(2);
  });

  it.each<[string, readonly [number, number], readonly [number, number]]>([
    ['the number before a span', [3, 7], [2, 2]],
    ['the number behind it', [3, 7], [8, 8]],
    ['the span behind it', [3, 7], [8, 12]],
    ['the span before it', [3, 7], [1, 2]],
  ])('name two where they share no number: %s', async (_what, first, second) => {
    expect(await kindsOf([receipt(...first), receipt(...second)])).toEqual(['registered', 'registered']);
    const shifted = [first, second].map(([from, to]) => receipt(from + 100, to + 100));
    for (const document of shifted) expect(await kindsOf([document])).toEqual(['registered']);
  });

  it('that contradict each other are a conflict; a span over two documents waits for a person', async () => {
    await fixture.take(intake, [receipt(5, 5), receipt(6, 6)]);
    expect(await kindsOf([receipt(4, 5, { totalKopecks: 1 })])).toEqual(['conflict']);
    expect(await kindsOf([receipt(4, 7)])).toEqual(['joinsTwoDocuments']);
    const [survivorId, mergedId] = [5, 6].map((number) => documentIdOf({ kind: 'number', ...base, number }));
    const ids = { survivorId: survivorId ?? '', mergedId: mergedId ?? '' };
    const asked = { ...ids, by: 'person-1', reason: 'one receipt', traceparent: null };
    expect(await intake.decisions.merging.handle(asked)).toMatchObject({ ok: true, value: { followed: 1 } });
    expect(await kindsOf([receipt(7, 7, { channel: 'store' })])).toEqual(['revised']);
    expect((await fixture.events()).at(-1)?.documentId).toBe(survivorId);
  });

  it('finds a number in a long span however many short ones lie in between', async () => {
    await fixture.take(intake, [receipt(1, 1000)]);
    const others = Array.from({ length: 30 }, (_, index) => receipt(2000 + index * 3, 2001 + index * 3));
    await fixture.take(intake, others);
    expect(
      await kindsOf([receipt(999, 999, { channel: 'store' }), receipt(2004, 2004, { channel: 'store' })]),
    ).toEqual(['revised', 'revised']);
  });

  it('is one document when two replicas take the span and the number at once', async () => {
    await fixture.take(intake, [receipt(1, 2)]);
    const replicas = [fixture.intake(), fixture.intake()] as const;
    for (let from = 10; from < 100; from += 10) {
      await Promise.all([
        fixture.take(replicas[0], [receipt(from, from + 5)]),
        fixture.take(replicas[1], [receipt(from + 3, from + 3, { channel: 'store' })]),
      ]);
    }
    expect(new Set((await fixture.events()).map(({ documentId }) => documentId)).size).toBe(10);
  });

  it.each<[string, readonly [number, number], readonly [number, number]]>([
    ['the number is under way when the span comes', [13, 13], [10, 15]],
    ['the span is under way when the number comes', [10, 15], [13, 13]],
  ])('is one document where it is the first span of its series: %s', async (_what, first, second) => {
    const replicas = [fixture.intake(), fixture.intake()] as const;
    for (const replica of replicas) await fixture.take(replica, [receipt(1, 1)]);
    let beside: Promise<string[]> | undefined;
    await replicas[0].database.tx(async (tx) => {
      await replicas[0].service.takeIn(tx, [lineOf(receipt(...first))]);
      beside = fixture
        .take(replicas[1], [receipt(...second, { channel: 'store' })])
        .then((outcomes) => outcomes.map(({ kind }) => kind));
      await waitFor(async () => (await waitingForLock()) > 0, { what: 'the other intake to wait' });
    });
    expect(await beside).toEqual(['revised']);
  });
});

async function waitingForLock(): Promise<number> {
  const { rows } = await fixture.test.database.query<{ waiting: bigint }>(
    `SELECT count(*) AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return Number(rows[0]?.waiting ?? 0n);
}
