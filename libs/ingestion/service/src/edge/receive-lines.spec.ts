import type { LogProducer, ProducerBatch } from '@potok/platform-kafka/log';
import type { NdjsonLine } from '@potok/platform-http/ndjson-lines';
import { INBOX_HEADER, inboxHeader, inboxLineOf } from '../inbox/inbox-record';
import { createIngestionMetrics } from '../ingestion-metrics';
import { OrganisationDirectory } from '../organisation-copy/organisation-directory';
import { FixedOrganisation } from '../testing/fixed-organisation';
import { bytesOf, sentReceipt, SERIES } from '../testing/sent-documents';
import { InboxSender } from './inbox-sender';
import { InflightBudget } from './inflight-budget';
import { LineReceiver } from './receive-lines';

const clock = { ms: 0 };

/** A broker whose answers the test gives. */
class ScriptedProducer implements LogProducer {
  readonly sends: { readonly batches: readonly ProducerBatch[]; settle: (error?: Error) => void }[] = [];

  send(batches: readonly ProducerBatch[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
      this.sends.push({ batches, settle });
    });
  }

  healthy(): boolean {
    return true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function receiving(chunkBytesMax = 1_000_000) {
  const organisation = new FixedOrganisation().store(1).register(1, 1).series('store-1-1', SERIES);
  organisation.credential('dev', { stores: ['store-1'] });
  const directory = new OrganisationDirectory(organisation);
  const refresh = { onDemand: () => directory.refresh({ query: () => Promise.reject(new Error('unused')) }) };
  await refresh.onDemand();
  const producer = new ScriptedProducer();
  const sender = new InboxSender(producer, {
    acknowledgeWithinMs: 50,
    pauseAfterFailureMs: 1_000,
    monotonicMs: () => clock.ms,
  });
  const budget = new InflightBudget({ bytesMax: 4_000, senderBytesMax: 3_000, senderRequestsMax: 2 });
  const credential = directory.credential('dev');
  if (credential === undefined) throw new Error('no credential');
  const receiver = new LineReceiver({
    credential,
    directory,
    refresh,
    sender,
    budget,
    chunkBytesMax,
    nowMs: () => 1_700_000_000_000,
    metrics: createIngestionMetrics(),
    answerAll: false,
    traceparent: null,
  });
  return { organisation, producer, sender, budget, receiver };
}

function linesOf(...documents: readonly unknown[]): NdjsonLine[] {
  return documents.map((document, index) => ({
    number: index + 1,
    bytes: bytesOf(document),
    overlong: null,
  }));
}

describe('LineReceiver', () => {
  it('says accepted only after the broker has the bytes, which are the original ones', async () => {
    const { producer, receiver } = await receiving();
    const document = { extra: 'ключ', ...sentReceipt(1) };
    await receiver.receive(linesOf(document));
    const answering = receiver.finish();
    let answered = false;
    void answering.then(() => {
      answered = true;
    });
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    const [record] = producer.sends[0]?.batches[0]?.records ?? [];
    expect(record).toMatchObject({ key: 'store-1', value: bytesOf(document) });
    producer.sends[0]?.settle();
    expect(await answering).toEqual({ accepted: 1, held: 0, rejected: 0, retry: 0, lines: [] });
  });

  it('answers retry for what the broker did not acknowledge, in time or at all', async () => {
    const { producer, receiver, sender, budget } = await receiving(1);
    await receiver.receive(linesOf(sentReceipt(1)));
    await receiver.receive(linesOf('not a document').map((line) => ({ ...line, number: 2 })));
    producer.sends[0]?.settle(new Error('broken'));
    const answer = await receiver.finish();
    expect(answer).toMatchObject({ accepted: 0, rejected: 0, retry: 2 });
    expect(answer.lines.map(({ line, outcome, code }) => [line, outcome, code])).toEqual([
      [1, 'retry', 'brokerUnavailable'],
      [2, 'retry', 'brokerUnavailable'],
    ]);
    expect(sender.open).toBe(false);
    clock.ms += 1_001;
    expect(sender.open).toBe(true);
    expect(budget.bytesInFlight).toBeGreaterThan(0);
    producer.sends[1]?.settle();
    await new Promise(setImmediate);
    expect(budget.bytesInFlight).toBe(0);
  });

  it('waits for its own bytes to arrive before it takes more than the budget', async () => {
    const { producer, receiver, budget } = await receiving(1);
    const large = (number: number) => linesOf({ ...sentReceipt(number), pad: 'x'.repeat(1_200) });
    await receiver.receive(large(1));
    const second = receiver.receive(large(2));
    await new Promise(setImmediate);
    expect(producer.sends).toHaveLength(1);
    expect(budget.bytesInFlight).toBeLessThan(3_000);
    producer.sends[0]?.settle();
    await second;
    expect(producer.sends).toHaveLength(2);
    producer.sends[1]?.settle();
    expect(await receiver.finish()).toMatchObject({ accepted: 2, retry: 0 });
  });

  it('looks again before it calls a register unknown', async () => {
    const { organisation, producer, receiver } = await receiving();
    organisation.register(1, 2);
    await receiver.receive(linesOf(sentReceipt(1, { registerId: 'store-1-2' })));
    const answering = receiver.finish();
    await new Promise(setImmediate);
    producer.sends[0]?.settle();
    expect(await answering).toMatchObject({ accepted: 1, rejected: 0 });
  });
});

describe('InflightBudget', () => {
  it('tells a busy sender from a full house', () => {
    const budget = new InflightBudget({ bytesMax: 100, senderBytesMax: 60, senderRequestsMax: 1 });
    expect(budget.enter('a')).toBeNull();
    expect(budget.enter('a')).toBe('senderBusy');
    expect(budget.reserve('a', 60)).toBe(true);
    expect(budget.reserve('a', 1)).toBe(false);
    expect(budget.enter('b')).toBeNull();
    expect(budget.reserve('b', 50)).toBe(false);
    expect(budget.reserve('b', 40)).toBe(true);
    expect(budget.enter('c')).toBe('full');
    budget.release('a', 60);
    budget.leave('a');
    expect(budget.enter('c')).toBeNull();
  });

  it('lets one chunk through however large it is', () => {
    const budget = new InflightBudget({ bytesMax: 10, senderBytesMax: 10, senderRequestsMax: 1 });
    expect(budget.reserve('a', 1_000)).toBe(true);
  });
});

describe('inbox records', () => {
  const record = (header: string | undefined, value: Buffer | null = Buffer.from('{}')) => ({
    topic: 't',
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: null,
    value,
    headers: header === undefined ? {} : { [INBOX_HEADER]: Buffer.from(header) },
  });

  it('say who sent them, when, and what the edge thought', () => {
    const fields = {
      receivedAtMs: 5,
      credentialId: 'dev-ё',
      rejection: { code: 'lineTooLong', field: null } as const,
      usable: null,
      cut: { byteLength: 300_000, sha256: 'ab' },
    };
    expect(inboxLineOf(record(inboxHeader(fields)))).toEqual({
      ...fields,
      bytes: Buffer.from('{}'),
      traceparent: null,
      entryId: null,
    });
    const usable = {
      registerId: 'store-1-1',
      identities: [
        { kind: 'number', scheme: 'fn', series: '9999', number: 7 },
        { kind: 'span', scheme: 'frontol', series: 'база"1', from: 3, to: 4 },
        { kind: 'opaque', scheme: 'evotor', series: 'a', opaqueId: '7' },
      ] as const,
    };
    const plain = { ...fields, rejection: null, usable, cut: null };
    expect(inboxLineOf(record(inboxHeader(plain)))).toMatchObject(plain);
  });

  it('of an edge that did not say what it had read are read again', () => {
    expect(inboxLineOf(record('[1,5,"dev-1",0,0,1]')).usable).toBeNull();
    expect(inboxLineOf(record('[1,5,"dev-1",0,0,0,[null,["fn","9",7]]]')).usable).toBeNull();
  });

  it.each([undefined, '', '{}', '[2,1,"a",0,0,1]', '[1,1,"a",["madeUp",null],0,0]'])(
    'are no garbage: %j',
    (header) => {
      expect(() => inboxLineOf(record(header))).toThrow(SyntaxError);
    },
  );

  it('are no tombstones', () => {
    expect(() => inboxLineOf(record('[1,1,"a",0,0,1]', null))).toThrow(SyntaxError);
  });
});
