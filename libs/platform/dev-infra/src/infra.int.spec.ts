import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { captureProcess, type CapturedProcess } from '@potok/platform-testing/captured-process';
import { waitFor } from '@potok/platform-testing/wait-for';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { brokerFromKafkaJars } from './broker-from-kafka-jars';
import { databaseFromNpm } from './database-from-npm';
import { startInfra, type Infra } from './infra';
import { machineCacheFolder } from './machine-cache';
import { databaseAnswers } from './postgres-server';
import { pidIsAlive, runningProcesses, signalProcess } from './process-identity';
import type { ProviderContext } from './provider';
import { Supervisor } from './supervisor';

const root = path.resolve(__dirname, '../../../..');
// The servers that the test run itself works with are not these tests' subject.
const environment = { ...process.env, KAFKA_BROKERS: undefined, DATABASE_URL: undefined };
const context: ProviderContext = {
  environment,
  checkoutFolder: root,
  cacheFolder: machineCacheFolder(environment),
  memory: { brokerHeapMb: 256, databaseSharedBuffersMb: 32 },
  report: () => undefined,
};

// A process of its own, so that it can be killed: starts the servers, says where they are, waits.
const launcherScript = `
const { startInfra } = require('./dist/libs/platform/dev-infra/src/infra.js');
const { runCommand } = require('./dist/libs/platform/dev-infra/src/shutdown.js');
runCommand({}, async (shutdown) => {
  const infra = await startInfra({ checkoutFolder: process.argv[1], environment: process.env, report: console.error });
  shutdown.add('servers', () => infra.stop());
  console.log(JSON.stringify({ pids: [...infra.pids().values()], folder: infra.logFolder }));
  await new Promise(() => setInterval(() => {}, 1000));
});`;

interface LaunchedServers {
  readonly pids: readonly number[];
  readonly folder: string;
}

async function chosenBroker(): Promise<boolean> {
  return (await brokerFromKafkaJars.offer(context)).kind === 'server';
}

// Each start is a new Java process, and the machine may be busy.
jest.setTimeout(240_000);

describe('the servers of a checkout', () => {
  const checkouts: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  const launchers: CapturedProcess[] = [];

  beforeAll(async () => {
    if (!(await chosenBroker())) throw new Error('these tests need Java 17 and Maven');
    execFileSync(process.execPath, [path.join(root, 'tools/build.cjs')]);
  });

  afterEach(async () => {
    await Promise.all(stops.splice(0).map(async (stop) => stop()));
    for (const launcher of launchers.splice(0)) {
      launcher.kill();
      await launcher.ended;
    }
  });

  afterAll(() => {
    const states = path.join(context.cacheFolder, 'runs');
    for (const checkout of checkouts) {
      rmSync(checkout, { recursive: true, force: true });
      const name = path.basename(checkout);
      for (const state of readdirSync(states).filter((entry) => entry.startsWith(`${name}-`))) {
        rmSync(path.join(states, state), { recursive: true, force: true });
      }
    }
  });

  function newCheckout(): string {
    const checkout = mkdtempSync(path.join(os.tmpdir(), 'potok-checkout-'));
    checkouts.push(checkout);
    return checkout;
  }

  async function start(checkoutFolder: string, data: 'fresh' | 'kept' = 'fresh'): Promise<Infra> {
    const infra = await startInfra({ ...context, checkoutFolder, data });
    stops.push(async () => infra.stop());
    return infra;
  }

  async function launch(
    checkoutFolder: string,
  ): Promise<{ launcher: CapturedProcess; servers: LaunchedServers }> {
    const launcher = captureProcess({
      command: process.execPath,
      arguments: ['-e', launcherScript, checkoutFolder],
      environment,
      workingFolder: root,
    });
    launchers.push(launcher);
    const [line] = await launcher.untilOutput(/^\{"pids".*$/m, 120_000);
    return { launcher, servers: JSON.parse(line) as LaunchedServers };
  }

  it('come back on the same ports with the same data when they are killed', async () => {
    const infra = await start(newCheckout());
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
    const { launcher, servers } = await launch(newCheckout());
    launcher.kill('SIGTERM');
    expect(await launcher.ended).toBe(143);
    expect(servers.pids.filter(pidIsAlive)).toEqual([]);
    expect(existsSync(servers.folder)).toBe(false);
  });

  it('end when the launcher is killed, and the next start clears its data away', async () => {
    const checkout = newCheckout();
    const { launcher, servers } = await launch(checkout);
    launcher.kill('SIGKILL');
    await waitFor(() => servers.pids.filter(pidIsAlive).length === 0, { what: 'the end of the servers' });
    await start(checkout);
    expect(existsSync(servers.folder)).toBe(false);
  });

  it('do not block the next start as orphans, when even their guards were killed', async () => {
    const checkout = newCheckout();
    const { launcher, servers } = await launch(checkout);
    const guards = runningProcesses().filter(
      ({ commandLine }) =>
        commandLine.includes('potok-guard') &&
        servers.pids.includes(Number(commandLine[commandLine.length - 1])),
    );
    expect(guards).toHaveLength(2);
    for (const guard of guards) signalProcess(guard.pid, 'SIGKILL');
    launcher.kill('SIGKILL');
    await launcher.ended;
    expect(servers.pids.filter(pidIsAlive)).toHaveLength(2);
    const infra = await start(checkout);
    expect(servers.pids.filter(pidIsAlive)).toEqual([]);
    expect(existsSync(servers.folder)).toBe(false);
    expect(await inDatabase(infra, 'SELECT 1')).toHaveLength(1);
  });

  it('are others for another run of the checkout and for another checkout at the same time', async () => {
    const checkout = newCheckout();
    const all = await Promise.all([start(checkout), start(checkout), start(newCheckout())]);
    for (const infra of all) await inDatabase(infra, 'CREATE TABLE mine AS SELECT 1 AS one');
    expect(new Set(all.map((infra) => infra.logFolder)).size).toBe(3);
    expect(new Set(all.flatMap((infra) => [...infra.kafkaBrokers, infra.databaseUrl])).size).toBe(6);
    expect(all.flatMap((infra) => [...infra.pids().values()]).filter(pidIsAlive)).toHaveLength(6);
  });

  it('find kept data again, on other ports if theirs are busy', async () => {
    const checkout = newCheckout();
    const first = await start(checkout, 'kept');
    await inDatabase(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await createTopic(first, 'kept.topic');
    await first.stop();
    const squatter = await listenOn(Number(first.kafkaBrokers[0]?.split(':')[1]));
    try {
      const second = await start(checkout, 'kept');
      expect(second.kafkaBrokers).not.toEqual(first.kafkaBrokers);
      expect(await inDatabase(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(await topics(second)).toContain('kept.topic');
    } finally {
      squatter.close();
    }
  });

  it('can be PostgreSQL from npm', async () => {
    const folder = newCheckout();
    const offer = await databaseFromNpm.offer(context);
    if (offer.kind !== 'server') throw new Error(`no PostgreSQL from npm: ${JSON.stringify(offer)}`);
    // The user that runs PostgreSQL must get through to its data.
    const runFolder = path.join(context.cacheFolder, 'runs', `${path.basename(folder)}-npm`);
    execFileSync('mkdir', ['-p', runFolder]);
    const server = await offer.prepare(runFolder);
    const supervisor = new Supervisor(() => undefined);
    stops.push(async () => supervisor.stopAll());
    await supervisor.start(server.process);
    expect(await databaseAnswers(server.address)).toBe(true);
    const settings = `SELECT current_setting('server_encoding') AS encoding, lower('ЁЖ') AS lower`;
    expect(await inDatabase({ databaseUrl: server.address }, settings)).toEqual([
      { encoding: 'UTF8', lower: 'ёж' },
    ]);
  });

  it('let nobody in without the password', async () => {
    const infra = await start(newCheckout());
    const url = new URL(infra.databaseUrl);
    url.password = 'guessed';
    expect(await databaseAnswers(infra.databaseUrl)).toBe(true);
    expect(await databaseAnswers(url.toString())).toBe(false);
  });
});

async function inDatabase(infra: { readonly databaseUrl: string }, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: infra.databaseUrl });
  // A server that is killed ends connections at any moment; what was being asked fails by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function createTopic(infra: Infra, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: infra.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
}

async function topics(infra: Infra): Promise<string[]> {
  const admin = new Kafka({
    brokers: infra.kafkaBrokers,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}
