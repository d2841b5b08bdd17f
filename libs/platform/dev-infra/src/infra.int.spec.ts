import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@potok/platform-testing/wait-for';
import { findJava } from './broker-from-kafka-jars';
import { databaseFromNpm } from './database-from-npm';
import { findOnPath } from './executables';
import { kafkaJarsFolder } from './kafka-jars';
import { machineCacheFolder } from './machine-cache';
import { databaseAnswers } from './postgres-server';
import { pidIsAlive, signalProcess } from './process-identity';
import type { ProviderContext } from './provider';
import { Supervisor } from './supervisor';
import {
  CheckoutServers,
  createTopic,
  guardsOf,
  inDatabase,
  listenOn,
  repositoryFolder,
  topics,
} from './test-support/checkout-servers';

// The servers that the test run itself works with are not these tests' subject, nor are containers.
const environment = {
  ...process.env,
  KAFKA_BROKERS: undefined,
  DATABASE_URL: undefined,
  POTOK_CONTAINERS: 'never',
};
const context: ProviderContext = {
  environment,
  checkoutFolder: repositoryFolder,
  cacheFolder: machineCacheFolder(environment),
  memory: { brokerHeapMb: 256, databaseSharedBuffersMb: 32 },
  report: () => undefined,
};

const hasJars =
  findOnPath('mvn', environment) !== undefined || existsSync(kafkaJarsFolder(context.cacheFolder));
// A machine with a Docker engine alone has its servers in containers.
const describeWithJava = typeof findJava(context) === 'string' && hasJars ? describe : describe.skip;

// Each start is a new Java process, and the machine may be busy.
jest.setTimeout(240_000);

describeWithJava('the servers of a checkout', () => {
  const checkouts = new CheckoutServers(context);

  beforeAll(() => {
    CheckoutServers.build();
  });

  afterEach(async () => {
    await checkouts.endAll();
  });

  afterAll(() => {
    checkouts.removeCheckouts();
  });

  it('come back on the same ports with the same data when they are killed', async () => {
    const infra = await checkouts.start(checkouts.newCheckout());
    await inDatabase(infra, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await createTopic(infra, 'kept.topic');
    const before = infra.pids();
    for (const pid of before.values()) signalProcess(pid, 'SIGKILL');
    await waitFor(() => ![...before.values()].some(pidIsAlive), { what: 'the end of both servers' });
    await waitFor(async () => (await inDatabase(infra, 'SELECT answer FROM kept')).length === 1, {
      what: 'the database with its rows',
    });
    await waitFor(async () => (await topics(infra)).includes('kept.topic'), {
      what: 'the broker with its topic',
    });
    expect([...infra.pids().values()].some((pid) => [...before.values()].includes(pid))).toBe(false);
  });

  it('end and leave nothing when the launcher gets SIGTERM', async () => {
    const { launcher, servers } = await checkouts.launch(checkouts.newCheckout());
    launcher.kill('SIGTERM');
    expect(await launcher.ended).toBe(143);
    expect(servers.pids.filter(pidIsAlive)).toEqual([]);
    expect(existsSync(servers.folder)).toBe(false);
  });

  it('end when the launcher is killed, and the next start clears its data away', async () => {
    const checkout = checkouts.newCheckout();
    const { launcher, servers } = await checkouts.launch(checkout);
    launcher.kill('SIGKILL');
    await waitFor(() => servers.pids.filter(pidIsAlive).length === 0, { what: 'the end of the servers' });
    await checkouts.start(checkout);
    expect(existsSync(servers.folder)).toBe(false);
  });

  it('do not block the next start as orphans, when even their guards were killed', async () => {
    const checkout = checkouts.newCheckout();
    const { launcher, servers } = await checkouts.launch(checkout);
    const guards = guardsOf(servers.pids);
    expect(guards).toHaveLength(2);
    for (const guard of guards) signalProcess(guard.pid, 'SIGKILL');
    launcher.kill('SIGKILL');
    await launcher.ended;
    expect(servers.pids.filter(pidIsAlive)).toHaveLength(2);
    const infra = await checkouts.start(checkout);
    expect(servers.pids.filter(pidIsAlive)).toEqual([]);
    expect(existsSync(servers.folder)).toBe(false);
    expect(await inDatabase(infra, 'SELECT 1')).toHaveLength(1);
  });

  it('are others for another run of the checkout and for another checkout at the same time', async () => {
    const checkout = checkouts.newCheckout();
    const all = await Promise.all([
      checkouts.start(checkout),
      checkouts.start(checkout),
      checkouts.start(checkouts.newCheckout()),
    ]);
    for (const infra of all) await inDatabase(infra, 'CREATE TABLE mine AS SELECT 1 AS one');
    expect(new Set(all.map((infra) => infra.logFolder)).size).toBe(3);
    expect(new Set(all.flatMap((infra) => [...infra.kafkaBrokers, infra.databaseUrl])).size).toBe(6);
    expect(all.flatMap((infra) => [...infra.pids().values()]).filter(pidIsAlive)).toHaveLength(6);
  });

  it('find kept data again, on other ports if theirs are busy', async () => {
    const checkout = checkouts.newCheckout();
    const first = await checkouts.start(checkout, 'kept');
    await inDatabase(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await createTopic(first, 'kept.topic');
    await first.stop();
    const squatter = await listenOn(Number(first.kafkaBrokers[0]?.split(':')[1]));
    try {
      const second = await checkouts.start(checkout, 'kept');
      expect(second.kafkaBrokers).not.toEqual(first.kafkaBrokers);
      expect(await inDatabase(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(await topics(second)).toContain('kept.topic');
    } finally {
      squatter.close();
    }
  });

  it('can be PostgreSQL from npm', async () => {
    const folder = checkouts.newCheckout();
    const offer = await databaseFromNpm.offer(context);
    if (offer.kind !== 'server') throw new Error(`no PostgreSQL from npm: ${JSON.stringify(offer)}`);
    // The user that runs PostgreSQL must get through to its data.
    const runFolder = path.join(context.cacheFolder, 'runs', `${path.basename(folder)}-npm`);
    execFileSync('mkdir', ['-p', runFolder]);
    const server = await offer.prepare(runFolder);
    const supervisor = new Supervisor(() => undefined);
    checkouts.onEnd(async () => supervisor.stopAll());
    await supervisor.start(server.process);
    expect(await databaseAnswers(server.address)).toBe(true);
    const settings = `SELECT current_setting('server_encoding') AS encoding, lower('ЁЖ') AS lower`;
    expect(await inDatabase({ databaseUrl: server.address }, settings)).toEqual([
      { encoding: 'UTF8', lower: 'ёж' },
    ]);
  });

  it('let nobody in without the password', async () => {
    const infra = await checkouts.start(checkouts.newCheckout());
    const url = new URL(infra.databaseUrl);
    url.password = 'guessed';
    expect(await databaseAnswers(infra.databaseUrl)).toBe(true);
    expect(await databaseAnswers(url.toString())).toBe(false);
  });
});
