import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePorts } from './free-port';
import type { InfraMemory, PreparedServer, ProviderContext } from './provider';

export const superuser = 'postgres';
const firstVersionWithBuiltinLocale = 17;

export interface PostgresInstallation {
  readonly binFolder: string;
  readonly version: number;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Makes the database cluster in the run's folder if there is none and answers how to run it. */
export async function preparePostgres(
  installation: PostgresInstallation,
  runFolder: string,
  context: ProviderContext,
): Promise<PreparedServer> {
  const dataFolder = path.join(runFolder, 'database');
  const user = unprivilegedUser();
  const passwordFile = path.join(runFolder, 'database.password');
  await initialise(installation, { dataFolder, runFolder, passwordFile, user, context });
  const [port = 0] = await freePorts(1);
  const password = readFileSync(passwordFile, 'utf8');
  const url = `postgres://${superuser}:${password}@127.0.0.1:${String(port)}/postgres`;
  return {
    address: url,
    process: {
      name: 'database',
      command: path.join(installation.binFolder, 'postgres'),
      arguments: ['-D', dataFolder, ...settingsFor(port, context)],
      environment: context.environment,
      workingFolder: runFolder,
      logFile: path.join(runFolder, 'database.log'),
      ...(user === undefined ? {} : { user }),
      ready: async () => databaseAnswers(url),
      earlyEnds: 0,
      // SIGINT is PostgreSQL's fast shutdown; on SIGTERM it would wait for its clients to leave.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 10_000,
    },
  };
}

/** True once the server answers a statement. */
export async function databaseAnswers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Cluster {
  readonly dataFolder: string;
  readonly runFolder: string;
  readonly passwordFile: string;
  readonly user: User | undefined;
  readonly context: ProviderContext;
}

async function initialise(installation: PostgresInstallation, cluster: Cluster): Promise<void> {
  const { dataFolder, passwordFile, user } = cluster;
  if (existsSync(dataFolder) && existsSync(passwordFile)) return;
  // Nobody can open data without its password.
  rmSync(dataFolder, { recursive: true, force: true });
  // Complete as soon as it has its name: a crash leaves at most a draft.
  const draftFolder = `${dataFolder}.draft`;
  rmSync(draftFolder, { recursive: true, force: true });
  mkdirSync(draftFolder, { mode: 0o700 });
  rmSync(passwordFile, { force: true });
  // Any user of the machine can reach the port.
  writeFileSync(passwordFile, randomBytes(18).toString('hex'), { mode: 0o600 });
  if (user !== undefined) {
    for (const owned of [draftFolder, passwordFile]) chownSync(owned, user.uid, user.gid);
  }
  const initdb = path.join(installation.binFolder, 'initdb');
  const access = ['-U', superuser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  await promisify(execFile)(initdb, ['-D', draftFolder, ...access, ...localeOptions(installation.version)], {
    cwd: cluster.runFolder,
    env: { ...cluster.context.environment },
    ...user,
  });
  renameSync(draftFolder, dataFolder);
}

// The encoding must not depend on the user's locale: under LANG=C initdb would choose SQL_ASCII.
function localeOptions(version: number): string[] {
  if (version >= firstVersionWithBuiltinLocale) {
    return ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  }
  return ['--encoding=UTF8', process.platform === 'linux' ? '--locale=C.UTF-8' : '--locale=C'];
}

function settingsFor(port: number, context: ProviderContext): string[] {
  return settingOptions({
    port,
    listen_addresses: '127.0.0.1',
    // No socket file: its path may be longer than the system allows.
    unix_socket_directories: '',
    ...databaseSettings(context.memory),
  });
}

/** The settings of a database, wherever it runs; without its address. */
export function databaseSettings(memory: InfraMemory): Record<string, string | number> {
  return {
    max_connections: 300,
    shared_buffers: `${String(memory.databaseSharedBuffersMb)}MB`,
    max_wal_size: '2GB',
    fsync: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

export function settingOptions(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`]);
}

// PostgreSQL refuses to run as root.
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const user = userNamed(name);
    if (user !== undefined) return user;
  }
  throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor nobody');
}

function userNamed(name: string): User | undefined {
  try {
    const number = (option: string): number =>
      Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: number('-u'), gid: number('-g') };
  } catch {
    return undefined;
  }
}
