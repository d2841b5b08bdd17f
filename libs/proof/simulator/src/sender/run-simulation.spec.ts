import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '@potok/platform-testing/wait-for';
import { planChain } from '../chain/chain';
import { defaultStartDate } from '../chain/options';
import { lateBarcodesOf, StoreTransmissions } from '../delivery/store-transmissions';
import { ToyPlatform } from '../testing/toy-platform';
import { runLogFiles, type RunSummary, type SentRecord } from './run-log';
import { SimulationRun } from './run-simulation';

const simulation = { seed: 7, stores: 3, receipts: 1200, startDate: defaultStartDate };

describe('the sender against a platform that fails now and then', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'potok-sender-'));
  const platform = new ToyPlatform();
  let summary: RunSummary;
  let sent: SentRecord[];

  beforeAll(async () => {
    const url = await platform.listen();
    const run = new SimulationRun({
      simulation,
      addresses: { ingestion: [url], nomenclature: [url], stock: [url] },
      adminToken: 'ptk',
      linesPerSecond: null,
      burstSeconds: null,
      deadlineMs: Date.now() + 15_000,
      outputFolder: folder,
      report: () => undefined,
    });
    summary = await run.run();
    const text = readFileSync(path.join(folder, runLogFiles.sent), 'utf8');
    sent = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as SentRecord);
  });

  afterAll(async () => {
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets everything acknowledged, once in its books however often it was sent', () => {
    expect(summary.failure).toBeNull();
    expect(summary.complete).toBe(true);
    expect(summary.documentsAcknowledged).toBe(summary.documentsSent);
    expect(summary.resent).toBeGreaterThan(0);
    expect(summary.callsRepeated).toBeGreaterThan(0);
    expect(new Set(sent.map(({ facts }) => facts.key)).size).toBe(sent.length);
    expect(sent.length).toBe(summary.expected.documents + summary.expected.repeats);
  });

  it('leaves no accepted document with the platform unknown', () => {
    for (const { facts } of sent) {
      if (facts.expected !== 'accepted' && facts.expected !== 'bound') continue;
      for (const identity of facts.identities) expect(platform.records.documents.has(identity)).toBe(true);
    }
  });

  it('sends what hangs on another document only after that one', () => {
    const acknowledged = new Map<string, number>();
    for (const [index, { facts }] of sent.entries()) {
      if (facts.expected === 'accepted') for (const name of facts.identities) acknowledged.set(name, index);
      if (facts.expected !== 'variant' && facts.code !== 'conflict') continue;
      for (const name of facts.identities) expect(acknowledged.get(name)).toBeLessThan(index);
    }
  });

  it('registers the late ФН after its first documents were held, and teaches every late barcode', () => {
    const heldFirst = sent.filter(({ facts }) => facts.heldFirst);
    expect(heldFirst.length).toBeGreaterThan(0);
    for (const { facts } of heldFirst) {
      expect(platform.records.documents.get(facts.identities[0] ?? '')).toBe('released');
    }
    const chain = planChain(simulation);
    for (const barcode of lateBarcodesOf(chain)) expect(platform.records.barcodes).toContain(barcode);
  });

  it('says of every disputed receipt which copy is right, and decides every correction that waits', () => {
    const verdicts = sent.flatMap(({ facts }) => facts.verdict ?? []);
    expect([...new Set(verdicts)].sort()).toEqual(['keep', 'revise']);
    const { conflicts, verdicts: told } = platform.records;
    for (const { facts } of sent) {
      if (facts.verdict === undefined) continue;
      const ofDocument = conflicts.filter(({ scheme, series, number }) =>
        facts.identities.includes(`${scheme}|${series}|${String(number)}`),
      );
      const paths = ofDocument.map(
        ({ conflictNo }) => `POST /v1/ingestion/conflicts/${conflictNo}/${facts.verdict ?? ''}`,
      );
      expect(paths.some((path) => told.has(path))).toBe(true);
    }
    expect(platform.records.decisions).toBeGreaterThan(0);
  });

  it('closes the ФН that failed by an act', () => {
    const dying = planChain(simulation)
      .stores.flatMap(({ registers }) => registers)
      .filter(({ trait }) => trait === 'driveDies');
    expect(dying.length).toBeGreaterThan(0);
    expect(platform.records.ended).toEqual(expect.arrayContaining(dying.map(({ drives }) => drives[0])));
  });

  it('has sent exactly what the chain was to send', () => {
    const chain = planChain(simulation);
    const planned = chain.stores
      .flatMap((store) => [...new StoreTransmissions(chain, store).days()].flat())
      .filter(({ fate }) => fate === 'sent' || fate === 'onRequest');
    expect(sent.map(({ facts }) => facts.key).sort()).toEqual(planned.map(({ facts }) => facts.key).sort());
    expect(platform.records.deliveries.length).toBeGreaterThanOrEqual(9);
  });

  it('sends what it had forgotten once it is asked for, and never what is lost', () => {
    expect(summary.forgotten).toBeGreaterThan(0);
    expect(summary.recalled).toBe(summary.forgotten);
    expect(summary.gaps.length).toBeGreaterThan(0);
    for (const { identity } of summary.gaps) expect(platform.records.documents.has(identity)).toBe(false);
  });
});

describe('a register that is taken off the net while the chain trades', () => {
  it('sends and tells nothing as long as it is away, lets the others trade, and catches up', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'potok-offline-'));
    const platform = new ToyPlatform();
    const url = await platform.listen();
    const offlineFile = path.join(folder, 'offline');
    const away = planChain(simulation).stores[0]?.registers[0]?.registerId ?? '';
    writeFileSync(offlineFile, `${away}\n`);
    const run = new SimulationRun({
      simulation,
      addresses: { ingestion: [url], nomenclature: [url], stock: [url] },
      adminToken: 'ptk',
      linesPerSecond: null,
      burstSeconds: null,
      deadlineMs: Date.now() + 30_000,
      outputFolder: folder,
      offlineFile,
      report: () => undefined,
    });
    const records = (): SentRecord[] =>
      readFileSync(path.join(folder, runLogFiles.sent), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as SentRecord);
    const ended = run.run();
    await waitFor(() => run.progress().acknowledged > 500, { what: 'trade of the others' });
    const before = records().filter(({ facts }) => facts.registerId === away);
    rmSync(offlineFile);
    const summary = await ended;
    const after = records().filter(({ facts }) => facts.registerId === away);
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
    expect(before).toEqual([]);
    expect(after.length).toBeGreaterThan(20);
    expect(summary).toMatchObject({ failure: null, complete: true });
  });
});

describe('a chain that is stopped while it trades slowly', () => {
  it('finishes the requests that are under way, and sends nothing of what waits for its turn', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'potok-stopped-'));
    const platform = new ToyPlatform();
    const url = await platform.listen();
    const run = new SimulationRun({
      simulation,
      addresses: { ingestion: [url], nomenclature: [url], stock: [url] },
      adminToken: 'ptk',
      linesPerSecond: 50,
      burstSeconds: null,
      deadlineMs: Date.now() + 30_000,
      outputFolder: folder,
      report: () => undefined,
    });
    const ended = run.run();
    await waitFor(() => run.progress().acknowledged > 20, { what: 'the first documents' });
    run.stop();
    const summary = await ended;
    const waiting = summary.documentsSent - summary.documentsAcknowledged;
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
    expect(summary.failure).toBeNull();
    expect(waiting).toBeGreaterThan(100);
  });
});
