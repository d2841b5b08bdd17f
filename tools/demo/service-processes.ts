import { APP_NODE_ARGUMENTS } from '@potok/platform-dev-infra/app-arguments';
import { createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import { mintToken } from '@potok/platform-auth/token';
import { freePorts } from '@potok/platform-dev-infra/free-port';
import type { Infra } from '@potok/platform-dev-infra/infra';
import type { ProcessSpec } from '@potok/platform-dev-infra/supervisor';
import { provisionServiceSchema } from '@potok/platform-postgres/provision';
import { serviceNames, type ServiceAddresses } from '@potok/proof-audit/platform-view';

type Environment = Readonly<Record<string, string | undefined>>;

/** The schemas of the services, by the variable that takes the URL of each. */
const schemas = [
  { variable: 'INGESTION_DATABASE_URL', schema: 'ingestion', role: 'potok_ingestion', views: null },
  { variable: 'NOMENCLATURE_DATABASE_URL', schema: 'nomenclature', role: 'potok_nomenclature', views: null },
  { variable: 'STOCK_DATABASE_URL', schema: 'stock', role: 'potok_stock', views: null },
  { variable: 'REPORTING_DATABASE_URL', schema: 'reporting', role: 'potok_reporting', views: 'bi' },
] as const;

const separateApps = ['register-ingestion', 'nomenclature', 'stock-ledger', 'reporting'] as const;
type AppName = (typeof separateApps)[number] | 'potok';

export interface ServicePlan {
  readonly specs: readonly ProcessSpec[];
  readonly addresses: ServiceAddresses;
  readonly adminToken: string;
}

export interface ServicePlanOptions {
  readonly infra: Infra;
  readonly environment: Environment;
  readonly checkoutFolder: string;
  readonly services: 'one' | 'separate';
  readonly replicas: number;
  readonly port: number | null;
  /** Configuration of the services besides. */
  readonly variables?: Environment;
}

/** Makes the schemas and roles, and says how to run the services: all in one process, or each by itself. */
export async function planServices(options: ServicePlanOptions): Promise<ServicePlan> {
  const apps: readonly AppName[] = options.services === 'one' ? ['potok'] : separateApps;
  const adminToken = mintToken();
  const shared: Environment = {
    ...runtimeVariables(options.environment),
    ...(await databaseUrls(options.infra.databaseUrl)),
    KAFKA_BROKERS: options.infra.kafkaBrokers.join(','),
    HTTP_HOST: '127.0.0.1',
    ADMIN_TOKEN: adminToken,
    // Registers whose minutes fly need not wait as long as real ones.
    RESEND_AFTER_SECONDS: '2',
    VAULT_KEY: randomBytes(32).toString('base64'),
    ...options.variables,
  };
  const ports = await portsFor(apps.length * options.replicas, options.port);
  const planned = apps.flatMap((app, appIndex) =>
    Array.from({ length: options.replicas }, (_, replica) => ({
      app,
      name: options.replicas === 1 ? app : `${app}-${String(replica + 1)}`,
      port: ports[appIndex * options.replicas + replica] ?? 0,
    })),
  );
  const urlsOf = (app: AppName): string[] =>
    planned.filter((process) => process.app === app).map(({ port }) => urlOf(port));
  const addresses: ServiceAddresses = {
    ingestion: urlsOf(options.services === 'one' ? 'potok' : 'register-ingestion'),
    nomenclature: urlsOf(options.services === 'one' ? 'potok' : 'nomenclature'),
    stock: urlsOf(options.services === 'one' ? 'potok' : 'stock-ledger'),
    reporting: urlsOf(options.services === 'one' ? 'potok' : 'reporting'),
  };
  const environment: Environment = { ...shared, PROOF_SERVICE_URLS: proofUrls(addresses) };
  return { specs: planned.map((process) => specOf(process, environment, options)), addresses, adminToken };
}

function proofUrls(addresses: ServiceAddresses): string {
  return serviceNames.map((service) => `${service}=${addresses[service][0] ?? ''}`).join(',');
}

interface PlannedProcess {
  readonly app: AppName;
  readonly name: string;
  readonly port: number;
}

function specOf(
  { app, name, port }: PlannedProcess,
  shared: Environment,
  options: ServicePlanOptions,
): ProcessSpec {
  const { checkoutFolder, infra } = options;
  return {
    name,
    command: process.execPath,
    arguments: [...APP_NODE_ARGUMENTS, path.join(checkoutFolder, 'dist', 'apps', app, 'src', 'main.js')],
    environment: { ...shared, HTTP_PORT: String(port) },
    workingFolder: checkoutFolder,
    logFile: path.join(infra.logFolder, `${name}.log`),
    ready: async () => answers(`${urlOf(port)}/health/ready`),
    livenessUrl: `${urlOf(port)}/health/live`,
    startTimeoutMs: 120_000,
  };
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
  return response?.ok === true;
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${String(port)}`;
}

async function portsFor(count: number, first: number | null): Promise<number[]> {
  return first === null ? freePorts(count) : Array.from({ length: count }, (_, index) => first + index);
}

/** What a program needs to run at all. */
export function runtimeVariables(environment: Environment): Environment {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'LOG_LEVEL', 'NODE_OPTIONS'];
  return Object.fromEntries(names.map((name) => [name, environment[name]]));
}

/** Roles belong to the whole server: their passwords follow from its administrator, so that all starts agree. */
async function databaseUrls(adminUrl: string): Promise<Environment> {
  const urls: Record<string, string> = {};
  const { host, username, password: secret } = new URL(adminUrl);
  const passwordOf = (role: string) =>
    createHmac('sha256', `${username}:${secret}@${host}`).update(role).digest('hex');
  for (const { variable, schema, role, views } of schemas) {
    const reader = `${role}_bi`;
    urls[variable] = await provisionServiceSchema({
      adminUrl,
      schema,
      role,
      password: passwordOf(role),
      ...(views === null ? {} : { views: { schema: views, reader, readerPassword: passwordOf(reader) } }),
    });
  }
  return urls;
}
