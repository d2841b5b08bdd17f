import type { DocumentRevisedV1 } from '@potok/ingestion-contracts/document-revised.v1';
import { validateDocumentRevisedV1 } from '@potok/ingestion-contracts/generated/validators';
import { documentsTopic } from '@potok/ingestion-contracts/topics';
import { KafkajsAdmin } from '@potok/platform-kafka/kafkajs-admin';
import { KafkaConnection } from '@potok/platform-kafka/kafkajs-connection';
import { waitFor } from '@potok/platform-testing/wait-for';
import { startIngestion, startOwnBroker } from './testing/running-ingestion';
import type { RunningIngestion } from './testing/running-ingestion';

const SERIES = '7380440800123456';

let broker: Awaited<ReturnType<typeof startOwnBroker>>;
let service: RunningIngestion;
let device: string;

beforeAll(async () => {
  broker = await startOwnBroker();
  service = await startIngestion(broker.brokers);
  await ask('PUT organisation/legal-entities/ooo', { inn: '7707083893', name: 'ООО «Ромашка»' });
  for (const store of ['store-1', 'store-2']) {
    const put = { name: store, legalEntityId: 'ooo', timeZone: 'Europe/Moscow' };
    await ask(`PUT organisation/stores/${store}`, put);
    await ask(`PUT organisation/registers/${store}-1`, { storeId: store, name: 'Касса 1' });
  }
  await ask('POST organisation/registrations', { scheme: 'fn', series: SERIES, registerId: 'store-1-1' });
  const evotor = { scheme: 'evotor', series: 'shop-a', registerId: 'store-1-1', numbering: 'opaque' };
  await ask('POST organisation/registrations', evotor);
  const scope = { stores: ['store-1', 'store-2'] };
  const invited = await ask('POST organisation/credentials', { name: 'Агент', scope });
  const { enrolmentCode } = invited.body;
  device = String((await ask('POST organisation/credentials/token', { enrolmentCode })).body.token);
});
afterAll(async () => {
  await service.stop();
  await broker.stop();
});

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** `route` is a method and a path below /v1. */
async function ask(route: string, body?: object, bearer = service.adminToken): Promise<Answered> {
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(`${service.address}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

const fiscalName = (number: number) => ({ scheme: 'fn', series: SERIES, number });

function receipt(identities: readonly object[], totalKopecks = 100): object {
  return {
    type: 'receipt',
    identities,
    occurredAtLocal: '2026-03-02T12:15:07',
    operation: 'sale',
    totalKopecks,
    payments: [{ fiscalKind: 'cash', amountKopecks: totalKopecks }],
    cashier: { name: 'Иванова А. П.', inn: '770712345678' },
    lines: [{ lineNo: 1, barcode: '4600682000013', quantityMilli: 1000, amountKopecks: totalKopecks }],
  };
}

async function send(...documents: readonly object[]): Promise<void> {
  for (const document of documents) {
    expect(await ask('POST ingestion/documents', document, device)).toMatchObject({ status: 200 });
  }
}

async function published(): Promise<DocumentRevisedV1[]> {
  const admin = new KafkajsAdmin(new KafkaConnection({ clientId: 'test', brokers: broker.brokers }));
  const events: DocumentRevisedV1[] = [];
  try {
    for (let partition = 0; partition < documentsTopic.partitions; partition += 1) {
      await admin.readPartition({ topic: documentsTopic.name, partition }, (records) => {
        for (const { value } of records)
          if (value !== null) events.push(JSON.parse(value.toString('utf8')) as DocumentRevisedV1);
      });
    }
  } finally {
    await admin.close();
  }
  return events;
}

function publishedRevision(documentId: string, kind: DocumentRevisedV1['revisionKind']) {
  return waitFor(
    async () => {
      const found = (await published()).find(
        (one) => one.documentId === documentId && one.revisionKind === kind,
      );
      if (found !== undefined) expect(validateDocumentRevisedV1(found)).toBe(true);
      return found;
    },
    { what: `${kind} of ${documentId} on the topic`, timeoutMs: 30_000 },
  );
}

function conflictAbout(number: number | null, kind: string) {
  return waitFor(
    async () => {
      const { body } = await ask(`GET ingestion/conflicts?state=open&storeId=store-1&kind=${kind}`);
      const conflicts = body.conflicts as { conflictNo: string; documentId: string; number: number | null }[];
      return conflicts.find((one) => one.number === number);
    },
    { what: `a conflict about ${String(number)}`, timeoutMs: 30_000 },
  );
}

const reason = { reason: 'as printed on the tape' };

it('decides a conflict by API: who may, what is shown, what is published', async () => {
  await send(receipt([fiscalName(1)]), receipt([fiscalName(1)], 200));
  const conflict = await conflictAbout(1, 'conflict');
  const path = `ingestion/conflicts/${conflict.conflictNo}`;
  const shown = await ask(`GET ${path}`);
  expect(shown.body).toMatchObject({ state: 'open', storeId: 'store-1', field: '/totalKopecks' });
  expect(JSON.stringify(shown.body)).not.toContain('Иванова');
  expect((await ask(`POST ${path}/revise`, reason, device)).status).toBe(403);
  expect((await ask(`POST ${path}/revise`, {})).body).toMatchObject({ code: 'validationFailed' });
  const decided = await ask(`POST ${path}/revise`, reason);
  expect(decided).toMatchObject({ status: 200, body: { kind: 'revise', revision: 2, ...reason } });
  expect(await ask(`POST ${path}/keep`, reason)).toMatchObject({
    status: 409,
    body: { code: 'conflictDecided' },
  });
  expect(await publishedRevision(conflict.documentId, 'replaced')).toMatchObject({
    repost: 'lines',
    streamSeq: 2,
    document: { totalKopecks: 200 },
  });
  const quarantine = await ask('GET ingestion/quarantine?reason=conflict');
  expect(quarantine.body.entries).toMatchObject([{ state: 'redriven' }]);
  const status = await ask(`GET ingestion/series/fn/${SERIES}/status?from=1&to=1`);
  expect(status.body).toMatchObject({ confirmed: [{ from: 1, to: 1 }], conflicts: [] });
  expect((await ask('GET ingestion/conflicts/999')).body).toMatchObject({ code: 'conflictUnknown' });
});

it('merges two documents by API and takes the held copy in', async () => {
  const webhook = { scheme: 'evotor', series: 'shop-a', opaqueId: 'a-2' };
  await send(receipt([fiscalName(2)]), receipt([webhook]), receipt([webhook, fiscalName(2)]));
  const conflict = await conflictAbout(null, 'joinsTwoDocuments');
  const { body } = await ask(`GET ingestion/conflicts/${conflict.conflictNo}`);
  const [survivorId, mergedId] = body.joinedIds as [string, string];
  const merged = await ask('POST ingestion/merges', { survivorId, mergedId, ...reason });
  expect(merged).toMatchObject({ status: 200, body: { followed: 1, contradicts: null } });
  expect(await publishedRevision(mergedId, 'merged')).toMatchObject({ repost: 'lines', survivorId });
});

it('withdraws a document by API, and tells what became of it', async () => {
  await send(receipt([fiscalName(3)]));
  const documentId = await waitFor(
    async () => (await published()).find(({ document }) => document.identities[0]?.number === 3)?.documentId,
    { what: 'the document on the topic' },
  );
  const path = `ingestion/documents/${documentId}`;
  expect(await ask(`POST ${path}/withdraw`, reason)).toMatchObject({ status: 200, body: { revision: 2 } });
  expect(await publishedRevision(documentId, 'withdrawn')).toMatchObject({ repost: 'lines', revision: 2 });
  expect((await ask(`GET ${path}`)).body).toMatchObject({ revision: 2, revisionKind: 'withdrawn' });
  expect((await ask(`GET ${path}/history`)).body).toMatchObject({
    revisions: [{ revisionKind: 'original' }, { revisionKind: 'withdrawn' }],
    decisions: [{ kind: 'withdraw', ...reason }],
  });
});

it('moves a range to the register that it was registered for anew', async () => {
  await send(receipt([fiscalName(4)]));
  const range = { scheme: 'fn', series: SERIES, fromNumber: 0, registerId: 'store-2-1' };
  expect((await ask('POST organisation/registrations', range)).body).toMatchObject({
    code: 'rangeOverlaps',
  });
  const reassigned = await ask('POST organisation/registrations', { ...range, reassign: true });
  expect(reassigned).toMatchObject({ status: 200, body: { registerId: 'store-2-1' } });
  const started = await ask('POST ingestion/remaps', { scheme: 'fn', series: SERIES, ...reason });
  expect(started).toMatchObject({ status: 202, body: { state: 'running' } });
  await waitFor(
    async () => (await ask(`GET ingestion/remaps/${String(started.body.remapNo)}`)).body.state === 'done',
    { what: 'the remap to end', timeoutMs: 30_000 },
  );
  const remapped = await waitFor(
    async () => {
      const found = (await published()).filter(({ revisionKind }) => revisionKind === 'remapped');
      return found.some(({ document }) => document.identities[0]?.number === 1) && found;
    },
    { what: 'remapped documents on the topic', timeoutMs: 30_000 },
  );
  for (const event of remapped) {
    expect(validateDocumentRevisedV1(event)).toBe(true);
    expect(event).toMatchObject({
      storeId: 'store-2',
      movedFrom: { storeId: 'store-1', registerId: 'store-1-1' },
    });
  }
});
