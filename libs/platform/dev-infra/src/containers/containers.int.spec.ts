import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '@potok/platform-testing/wait-for';
import { startInfra, type Infra } from '../infra';
import { machineCacheFolder } from '../machine-cache';
import { databaseAnswers } from '../postgres-server';
import { signalProcess } from '../process-identity';
import type { ProviderContext } from '../provider';
import {
  CheckoutServers,
  createTopic,
  guardsOf,
  inDatabase,
  repositoryFolder,
  topics,
} from '../test-support/checkout-servers';
import { Engine, type Labelled } from './engine';

const environment = { ...process.env, KAFKA_BROKERS: undefined, DATABASE_URL: undefined };
const lines: string[] = [];
const context: ProviderContext = {
  environment,
  checkoutFolder: repositoryFolder,
  cacheFolder: machineCacheFolder(environment),
  memory: { brokerHeapMb: 256, databaseSharedBuffersMb: 32 },
  report: (line) => lines.push(line),
};

// Jest wants to know at once what it skips, and an engine has to be asked.
const askingScript = `
const { machineCacheFolder } = require('./dist/libs/platform/dev-infra/src/machine-cache.js');
const { findEngine } = require('./dist/libs/platform/dev-infra/src/containers/container-providers.js');
const context = { environment: process.env, cacheFolder: machineCacheFolder(process.env), report: console.error };
findEngine(context).then((found) => console.log(found.address ?? ''));`;

function engineThatCanServe(): Engine | undefined {
  CheckoutServers.build();
  const options = { cwd: repositoryFolder, env: environment, encoding: 'utf8' as const };
  const address = execFileSync(process.execPath, ['-e', askingScript], options).trim();
  return address === '' ? undefined : new Engine(address, environment);
}

const found = engineThatCanServe();
const describeOnEngine = found === undefined ? describe.skip : describe;

// Each start is two containers, and the machine may be busy.
jest.setTimeout(240_000);

describeOnEngine('the containers of a checkout', () => {
  const engine = found ?? new Engine('unix:///nonexistent', {});
  const checkouts = new CheckoutServers(context);

  afterEach(async () => {
    await checkouts.endAll();
  });

  afterAll(() => {
    checkouts.removeCheckouts();
  });

  async function containersOf(runFolder: string): Promise<Labelled[]> {
    return engine.containersWith({ 'potok.run': runFolder });
  }

  async function leftOf(runFolder: string): Promise<string[]> {
    const volumes = await engine.volumesWith({ 'potok.run': runFolder });
    return [...(await containersOf(runFolder)), ...volumes].map(({ id }) => id);
  }

  describe('while they run', () => {
    let infra: Infra;

    beforeAll(async () => {
      infra = await startInfra({ ...context, checkoutFolder: checkouts.newCheckout() });
    });

    afterAll(async () => {
      await infra.stop();
    });

    it('are chosen before the programs of this machine, which is said in one line each', async () => {
      expect(lines).toEqual([
        `broker: apache/kafka:4.3.1 in a container of ${engine.address}`,
        `database: postgres:18.4 in a container of ${engine.address}`,
      ]);
      expect(await containersOf(infra.logFolder)).toHaveLength(2);
      const settings = `SELECT current_setting('server_encoding') AS encoding, lower('ЁЖ') AS lower`;
      expect(await inDatabase(infra, settings)).toEqual([{ encoding: 'UTF8', lower: 'ёж' }]);
    });

    it.each(['containers', 'keepers'])(
      'come back on the same ports with the same data when the %s are killed',
      async (killed) => {
        await inDatabase(infra, `CREATE TABLE kept_from_${killed} AS SELECT 42 AS answer`);
        await createTopic(infra, `kept.from.${killed}`);
        const before = await containersOf(infra.logFolder);
        if (killed === 'keepers') for (const pid of infra.pids().values()) signalProcess(pid, 'SIGKILL');
        else for (const { id } of before) await engine.removeContainer(id);
        const ids = new Set(before.map(({ id }) => id));
        await waitFor(
          async () => (await containersOf(infra.logFolder)).filter(({ id }) => !ids.has(id)).length === 2,
          {
            what: 'two other containers',
          },
        );
        await waitFor(
          async () => (await inDatabase(infra, `SELECT answer FROM kept_from_${killed}`)).length === 1,
          {
            what: 'the database with its rows',
          },
        );
        await waitFor(async () => (await topics(infra)).includes(`kept.from.${killed}`), {
          what: 'the broker with its topic',
        });
        expect(await containersOf(infra.logFolder)).toHaveLength(2);
      },
    );

    it('let nobody in without the password, and nobody from another machine', async () => {
      const url = new URL(infra.databaseUrl);
      expect(await databaseAnswers(url.toString())).toBe(true);
      const elsewhere = Object.values(os.networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ internal, family }) => !internal && family === 'IPv4');
      // An engine elsewhere publishes where this machine can reach it.
      for (const { address } of url.hostname === '127.0.0.1' ? elsewhere : []) {
        url.hostname = address;
        expect(await databaseAnswers(url.toString())).toBe(false);
      }
      url.hostname = new URL(infra.databaseUrl).hostname;
      url.password = 'guessed';
      expect(await databaseAnswers(url.toString())).toBe(false);
    });
  });

  it('leave nothing on the engine when the launcher gets SIGTERM', async () => {
    const { launcher, servers } = await checkouts.launch(checkouts.newCheckout());
    expect(await leftOf(servers.folder)).toHaveLength(4);
    launcher.kill('SIGTERM');
    expect(await launcher.ended).toBe(143);
    expect(await leftOf(servers.folder)).toEqual([]);
  });

  it('leave nothing on the engine when the launcher is killed', async () => {
    const { launcher, servers } = await checkouts.launch(checkouts.newCheckout());
    launcher.kill('SIGKILL');
    await waitFor(async () => (await leftOf(servers.folder)).length === 0, {
      what: 'the end of the containers',
    });
  });

  it('are removed by the next start of any checkout when their keepers were killed too', async () => {
    const { launcher, servers } = await checkouts.launch(checkouts.newCheckout());
    for (const guard of guardsOf(servers.pids)) signalProcess(guard.pid, 'SIGKILL');
    launcher.kill('SIGKILL');
    for (const pid of servers.pids) signalProcess(pid, 'SIGKILL');
    await launcher.ended;
    expect(await leftOf(servers.folder)).toHaveLength(4);
    // Not even the folder tells of them any more.
    rmSync(path.dirname(servers.folder), { recursive: true });
    const infra = await checkouts.start(checkouts.newCheckout());
    expect(await leftOf(servers.folder)).toEqual([]);
    expect(await leftOf(infra.logFolder)).toHaveLength(4);
  });

  it('are others for another run of the checkout and for another checkout at the same time', async () => {
    const checkout = checkouts.newCheckout();
    const all = await Promise.all([
      checkouts.start(checkout),
      checkouts.start(checkout),
      checkouts.start(checkouts.newCheckout()),
    ]);
    for (const infra of all) await inDatabase(infra, 'CREATE TABLE mine AS SELECT 1 AS one');
    for (const infra of all) expect(await topics(infra)).toEqual([]);
    const addresses = all.flatMap((infra) => [...infra.kafkaBrokers, infra.databaseUrl]);
    expect(new Set(addresses).size).toBe(6);
  });

  it('find kept data again, and begin anew when its folder was removed', async () => {
    const checkout = checkouts.newCheckout();
    const first = await checkouts.start(checkout, 'kept');
    await inDatabase(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await createTopic(first, 'kept.topic');
    await first.stop();
    const second = await checkouts.start(checkout, 'kept');
    expect(await inDatabase(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await topics(second)).toContain('kept.topic');
    await second.stop();
    rmSync(second.logFolder, { recursive: true });
    const third = await checkouts.start(checkout, 'kept');
    checkouts.onEnd(async () => {
      await third.stop();
      for (const id of await leftOf(third.logFolder)) await engine.removeVolume(id);
    });
    expect(third.logFolder).toBe(second.logFolder);
    expect(await topics(third)).toEqual([]);
    await expect(inDatabase(third, 'SELECT answer FROM kept')).rejects.toThrow('does not exist');
  });
});
