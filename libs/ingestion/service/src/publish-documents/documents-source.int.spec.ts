import { validateDocumentRegisteredV1 } from '@potok/ingestion-contracts/generated/validators';
import { HEADER } from '@potok/platform-kafka/event-headers';
import type { PublishableEvent, StreamRange } from '@potok/platform-publication/stream';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { IntakeFixture } from '../testing/intake-fixture';
import { sentReceipt } from '../testing/sent-documents';
import { DocumentsSource } from './documents-source';

let fixture: IntakeFixture;

beforeAll(async () => {
  fixture = await IntakeFixture.create();
  fixture.organisation.series('store-2-1', 'second').credential('dev-1', { system: 'all' });
  const intake = fixture.intake();
  const other = (number: number) =>
    sentReceipt(number, { identities: [{ scheme: 'fn', series: 'second', number }] });
  await fixture.take(
    intake,
    [1, 2, 3].map((number) => sentReceipt(number)),
  );
  await fixture.take(intake, [sentReceipt(4), other(1), sentReceipt(5), other(2)]);
  await fixture.take(intake, [sentReceipt(6), { ...sentReceipt(4, { channel: 'online' }) }]);
});
afterAll(async () => {
  await fixture.drop();
});

function read(ranges: readonly StreamRange[], bytesMax = 1_000_000): Promise<readonly PublishableEvent[]> {
  const source = new DocumentsSource(new OrganisationDirectory(fixture.organisation));
  return fixture.test.database.tx((tx) => source.read(tx, ranges, bytesMax));
}

const range = (streamKey: string, fromSeq: number, toSeq: number) => ({
  streamKey,
  epoch: 1,
  fromSeq,
  toSeq,
});

it('reads any range of a stream in order and without omission, over blocks and inside of them', async () => {
  for (const [from, to] of [
    [1, 7],
    [2, 2],
    [3, 5],
    [5, 7],
    [7, 7],
  ] as const) {
    const seqs = (await read([range('store-1', from, to)])).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: to - from + 1 }, (_, index) => from + index));
  }
});

it('reads several streams, and stops after the bytes but never before the first event', async () => {
  const all = await read([range('store-2', 1, 2), range('store-1', 4, 7)]);
  expect(all.map(({ streamKey, seq }) => `${streamKey}#${String(seq)}`)).toEqual([
    'store-2#1',
    'store-2#2',
    'store-1#4',
    'store-1#5',
    'store-1#6',
    'store-1#7',
  ]);
  expect(await read([range('store-1', 1, 7)], 1)).toHaveLength(1);
  expect((await read([range('store-1', 1, 7)], 3_000)).length).toBeLessThan(7);
});

it('gives identical values and headers however often it is asked', async () => {
  const first = await read([range('store-1', 1, 7)]);
  expect(await read([range('store-1', 1, 7)])).toEqual(first);
  for (const event of first) {
    const value = JSON.parse(event.value.toString('utf8')) as {
      eventId: string;
      streamSeq: number;
      recordedAt: string;
    };
    expect(event.headers).toMatchObject({
      [HEADER.id]: value.eventId,
      [HEADER.seq]: String(value.streamSeq),
      [HEADER.time]: value.recordedAt,
      [HEADER.mustUnderstand]: 'true',
    });
    expect(event.eventId).toBe(value.eventId);
  }
  expect(validateDocumentRegisteredV1(JSON.parse(String(first[0]?.value)))).toBe(true);
  expect(first.map(({ headers }) => headers[HEADER.type])).toEqual([
    ...Array<string>(6).fill('retail.register.document-registered.v1'),
    'retail.register.document-revised.v1',
  ]);
});
