import { setTimeout as delay } from 'node:timers/promises';
import { HEADER, eventHeaders } from '@potok/platform-kafka/event-headers';
import { waitFor } from '@potok/platform-testing/wait-for';
import { readPublicationBacklog } from './publication-runtime';
import type { StreamSource } from './stream';
import { PublicationFixture } from './test-support/publication-fixture';

let fixture: PublicationFixture;
beforeAll(async () => {
  fixture = await PublicationFixture.create();
});
afterEach(() => fixture.stopRelays());
afterAll(() => fixture.close());

async function published(streamKey: string, upTo: number): Promise<void> {
  await waitFor(async () => (await fixture.publishedUpTo(streamKey)) >= upTo, {
    what: `${streamKey} published up to ${String(upTo)}`,
  });
}

/** As after a restore of a backup in which the stream was at this sequence. */
async function goBack(streamKey: string, seq: number): Promise<void> {
  const { database } = fixture.test;
  await database.query('DELETE FROM stored_event WHERE stream_key = $1 AND seq > $2', [streamKey, seq]);
  await database.query('UPDATE publication_stream SET last_seq = $3 WHERE topic = $1 AND stream_key = $2', [
    fixture.topic.name,
    streamKey,
    seq,
  ]);
  await database.query(
    'UPDATE publication_progress SET published_up_to = $3 WHERE topic = $1 AND stream_key = $2',
    [fixture.topic.name, streamKey, seq],
  );
}

async function publishOnce(streamKeys: readonly string[], count: number): Promise<void> {
  await fixture.append(streamKeys, count);
  const relay = fixture.relay();
  for (const streamKey of streamKeys) await published(streamKey, count);
  await relay.stop(5_000);
}

async function haltReason(): Promise<string> {
  fixture.relay();
  const halted = await waitFor(() => fixture.events.find((event) => event.kind === 'halted') ?? null, {
    what: 'the halt',
  });
  return halted.kind === 'halted' ? `${halted.reason}: ${halted.detail}` : '';
}

it('a database that went back is detected at hand-over: the topic is ahead of the rows', async () => {
  await fixture.begin('ahead', 1);
  await publishOnce(['store-1', 'store-2'], 10);
  await goBack('store-1', 7);
  expect(await haltReason()).toContain('topic-ahead-of-rows: store-1: the topic is at 10');
  const before = (await fixture.records()).length;
  await fixture.append(['store-2'], 5);
  await delay(300);
  expect(await fixture.records()).toHaveLength(before);
  const backlog = await readPublicationBacklog(fixture.test.database);
  expect(backlog.find(({ topic }) => topic === fixture.topic.name)).toMatchObject({
    events: 5,
    haltedPartitions: 1,
  });
});

it('a database that went back is detected at hand-over: another event at a sequence', async () => {
  await fixture.begin('differs', 1);
  await publishOnce(['store-1'], 10);
  const recordedAtMs = Date.parse(String((await fixture.records()).at(-1)?.headers.ce_time));
  await goBack('store-1', 7);
  await fixture.append(['store-1'], 6, '-other');
  await fixture.test.database.query('UPDATE stored_event SET recorded_at_ms = $1', [recordedAtMs]);
  expect(await haltReason()).toContain('topic-differs-from-rows: store-1 at 10');
  expect(await fixture.sequences('store-1')).toHaveLength(10);
});

it('records published but not recorded as such are no reason to halt', async () => {
  await fixture.begin('unrecorded', 1);
  await publishOnce(['store-1'], 10);
  await fixture.test.database.query('UPDATE publication_progress SET published_up_to = 4 WHERE topic = $1', [
    fixture.topic.name,
  ]);
  const relay = fixture.relay();
  await published('store-1', 10);
  expect(relay.status().partitions).toMatchObject([{ state: 'publishing' }]);
});

it('garbage and a record out of sequence that others put there are passed over, and named', async () => {
  await fixture.begin('foreign', 1);
  await publishOnce(['store-1'], 10);
  const headers = eventHeaders({
    id: 'invented',
    type: 'something-happened.v1',
    source: '/elsewhere',
    time: '2026-11-24T00:00:00.000Z',
    epoch: 1,
    seq: 12,
    mustUnderstand: false,
    traceparent: null,
  });
  const records = [
    { key: 'store-1', value: Buffer.from('{}'), headers },
    { key: null, value: Buffer.from('garbage'), headers: {} },
  ];
  await fixture.log.producer.send([{ topic: fixture.topic.name, partition: 0, records }]);
  await fixture.append(['store-1'], 3);
  fixture.relay();
  await published('store-1', 13);
  const foreign = fixture.events.filter((event) => event.kind === 'foreign-record');
  expect(foreign).toMatchObject([{ offset: 11 }, { offset: 10 }]);
});

it('a stream that the database does not know any more is detected at hand-over', async () => {
  await fixture.begin('unknown', 1);
  await publishOnce(['store-1'], 3);
  await fixture.test.database.query('DELETE FROM publication_stream WHERE topic = $1', [fixture.topic.name]);
  expect(await haltReason()).toContain('topic-ahead-of-rows');
});

/** Each record has a key of its own; the stream's key stands in a header. */
function keyedByEvent(source: StreamSource): StreamSource {
  return {
    ...source,
    read: async (...range) =>
      (await source.read(...range)).map((event) => ({
        ...event,
        recordKey: event.eventId,
        headers: { ...event.headers, [HEADER.partitionKey]: event.streamKey },
      })),
  };
}

it('a topic whose records have keys of their own is compared by the key of the stream', async () => {
  await fixture.begin('keyed', 1);
  await fixture.append(['store-1'], 10);
  const source = keyedByEvent(fixture.source());
  const relay = fixture.relay({ source });
  await published('store-1', 10);
  await relay.stop(5_000);
  expect((await fixture.records()).map(({ key }) => key?.toString())).toContain('store-1/7');
  await goBack('store-1', 7);
  fixture.relay({ source });
  const halted = await waitFor(() => fixture.events.find((event) => event.kind === 'halted') ?? null, {
    what: 'the halt',
  });
  expect(halted).toMatchObject({ reason: 'topic-ahead-of-rows' });
});
