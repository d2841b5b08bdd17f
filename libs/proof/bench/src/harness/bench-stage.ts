import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { startInfra } from '@potok/platform-dev-infra/infra';
import type { Infra } from '@potok/platform-dev-infra/infra';
import { APP_NODE_ARGUMENTS } from '@potok/platform-dev-infra/app-arguments';
import { freePorts } from '@potok/platform-dev-infra/free-port';
import { Supervisor } from '@potok/platform-dev-infra/supervisor';
import { provisionServiceSchema } from '@potok/platform-postgres/provision';
import { readCpuUs } from './cpu-meter';

export interface StageOptions {
  readonly checkoutFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: (line: string) => void;
  /** Told how to clean a stage up, should the command be ended by a signal. */
  readonly onOpened: (name: string, close: () => Promise<void>) => void;
}

export interface AppProcess {
  readonly url: string;
  stop(): Promise<void>;
}

interface ChildProgram {
  readonly name: string;
  /** Below dist/. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ready?: () => Promise<boolean>;
}

const START_TIMEOUT_MS = 60_000;
const SERVICES = ['ingestion', 'nomenclature', 'stock', 'reporting'] as const;

/** Nobody reads the views while a benchmark runs, but reporting makes them. */
const BI_VIEWS = {
  schema: 'bi',
  reader: 'potok_reporting_bi',
  readerPassword: randomBytes(12).toString('hex'),
} as const;

/** A broker, a database and the services' schemas for one run, and the apps that it starts. */
export class BenchStage {
  readonly adminToken = `ptk_${randomBytes(32).toString('base64url')}`;
  private readonly vaultKey = randomBytes(32).toString('base64');
  private readonly supervisor: Supervisor;

  private constructor(
    private readonly options: StageOptions,
    private readonly infra: Infra,
    private readonly serviceUrls: Readonly<Record<string, string>>,
  ) {
    this.supervisor = new Supervisor(options.report);
  }

  static async open(options: StageOptions): Promise<BenchStage> {
    // Never the servers of the environment: a measurement needs its own, empty and alone.
    const environment = { ...options.environment, KAFKA_BROKERS: undefined, DATABASE_URL: undefined };
    const infra = await startInfra({
      ...options,
      environment,
      data: 'fresh',
      memory: { brokerHeapMb: 768, databaseSharedBuffersMb: 1024 },
    });
    const urls: Record<string, string> = {};
    for (const schema of SERVICES) {
      urls[`${schema.toUpperCase()}_DATABASE_URL`] = await provisionServiceSchema({
        adminUrl: infra.databaseUrl,
        schema,
        role: `potok_${schema}`,
        password: randomBytes(12).toString('hex'),
        ...(schema === 'reporting' ? { views: BI_VIEWS } : {}),
      });
    }
    const stage = new BenchStage({ ...options, environment }, infra, urls);
    options.onOpened('the stage of a benchmark', () => stage.close());
    return stage;
  }

  get kafkaBrokers(): readonly string[] {
    return this.infra.kafkaBrokers;
  }

  get databaseUrl(): string {
    return this.infra.databaseUrl;
  }

  /** The URL of a service's role: only for what a benchmark reads or fills beforehand. */
  serviceUrl(schema: (typeof SERVICES)[number]): string {
    return this.serviceUrls[`${schema.toUpperCase()}_DATABASE_URL`] ?? '';
  }

  /** Starts an app as its users would and waits until it is ready; `overrides` are configuration variables. */
  async startApp(app: string, overrides: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${String(port)}`;
    await this.startChild({
      name: app,
      script: `apps/${app}/src/main.js`,
      environment: { HTTP_PORT: String(port), ...overrides },
      ready: () => answersOk(`${url}/health/ready`),
    });
    return { url, stop: () => this.supervisor.stop(app) };
  }

  /** Starts a program of the benchmarks themselves; it is ready when its work is seen to go on. */
  async startProgram(
    name: string,
    script: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Omit<AppProcess, 'url'>> {
    await this.startChild({ name, script, environment });
    return { stop: () => this.supervisor.stop(name) };
  }

  private startChild(child: ChildProgram): Promise<void> {
    return this.supervisor.start({
      name: child.name,
      command: process.execPath,
      arguments: [...APP_NODE_ARGUMENTS, path.join(this.options.checkoutFolder, 'dist', child.script)],
      environment: {
        PATH: this.options.environment['PATH'],
        HOME: this.options.environment['HOME'],
        ...this.serviceUrls,
        KAFKA_BROKERS: this.kafkaBrokers.join(','),
        KAFKAJS_NO_PARTITIONER_WARNING: '1',
        ADMIN_TOKEN: this.adminToken,
        VAULT_KEY: this.vaultKey,
        LOG_LEVEL: 'warn',
        ...child.environment,
      },
      workingFolder: this.options.checkoutFolder,
      logFile: path.join(this.infra.logFolder, `${child.name}.log`),
      startTimeoutMs: START_TIMEOUT_MS,
      restart: 'never',
      ...(child.ready === undefined ? {} : { ready: child.ready }),
    });
  }

  /** Stops the broker where it stands: it takes no CPU from what is measured beside it. */
  pauseBroker(): void {
    this.signalBroker('SIGSTOP');
  }

  resumeBroker(): void {
    this.signalBroker('SIGCONT');
  }

  /** CPU of the servers and of the apps that run now, microseconds since their start. */
  cpuUs(): Map<string, number> {
    return readCpuUs(new Map([...this.infra.pids(), ...this.supervisor.pids()]));
  }

  async getJson<T>(url: string): Promise<T> {
    const response = await fetch(url, { headers: { authorization: `Bearer ${this.adminToken}` } });
    if (!response.ok)
      throw new Error(`GET ${url} answered ${String(response.status)}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  private signalBroker(signal: NodeJS.Signals): void {
    const pid = this.infra.pids().get('broker');
    if (pid !== undefined) process.kill(pid, signal);
  }

  async close(): Promise<void> {
    await this.supervisor.stopAll();
    await this.infra.stop();
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
