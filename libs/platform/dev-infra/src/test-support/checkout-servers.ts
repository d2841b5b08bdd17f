import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { captureProcess, type CapturedProcess } from '@potok/platform-testing/captured-process';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { startInfra, type Infra } from '../infra';
import { runningProcesses, type RunningProcess } from '../process-identity';
import type { ProviderContext } from '../provider';

export const repositoryFolder = path.resolve(__dirname, '../../../../..');

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

export interface LaunchedServers {
  readonly pids: readonly number[];
  readonly folder: string;
}

/** Servers of made-up checkouts, in this process and in launchers of their own, all ended by `endAll`. */
export class CheckoutServers {
  private readonly checkouts: string[] = [];
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly launchers: CapturedProcess[] = [];

  constructor(private readonly context: ProviderContext) {}

  /** What launchers run is compiled. */
  static build(): void {
    execFileSync(process.execPath, [path.join(repositoryFolder, 'tools/build.cjs')]);
  }

  newCheckout(): string {
    const checkout = mkdtempSync(path.join(os.tmpdir(), 'potok-checkout-'));
    this.checkouts.push(checkout);
    return checkout;
  }

  async start(checkoutFolder: string, data: 'fresh' | 'kept' = 'fresh'): Promise<Infra> {
    const infra = await startInfra({ ...this.context, checkoutFolder, data });
    this.stops.push(async () => infra.stop());
    return infra;
  }

  async launch(checkoutFolder: string): Promise<{ launcher: CapturedProcess; servers: LaunchedServers }> {
    const launcher = captureProcess({
      command: process.execPath,
      arguments: ['-e', launcherScript, checkoutFolder],
      environment: this.context.environment,
      workingFolder: repositoryFolder,
    });
    this.launchers.push(launcher);
    const [line] = await launcher.untilOutput(/^\{"pids".*$/m, 120_000);
    return { launcher, servers: JSON.parse(line) as LaunchedServers };
  }

  /** Called at the end of the test. */
  onEnd(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  async endAll(): Promise<void> {
    await Promise.all(this.stops.splice(0).map(async (stop) => stop()));
    for (const launcher of this.launchers.splice(0)) {
      launcher.kill();
      await launcher.ended;
    }
  }

  removeCheckouts(): void {
    const states = path.join(this.context.cacheFolder, 'runs');
    for (const checkout of this.checkouts.splice(0)) {
      rmSync(checkout, { recursive: true, force: true });
      const name = path.basename(checkout);
      for (const state of readdirSync(states).filter((entry) => entry.startsWith(`${name}-`))) {
        rmSync(path.join(states, state), { recursive: true, force: true });
      }
    }
  }
}

/** The guards that would stop these servers if their launcher died. */
export function guardsOf(pids: readonly number[]): RunningProcess[] {
  return runningProcesses().filter(
    ({ commandLine }) =>
      commandLine.includes('potok-guard') && pids.includes(Number(commandLine[commandLine.length - 1])),
  );
}

export async function inDatabase(infra: { readonly databaseUrl: string }, sql: string): Promise<unknown[]> {
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

export async function createTopic(infra: Infra, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: infra.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
}

export async function topics(infra: Infra): Promise<string[]> {
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

export async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}
