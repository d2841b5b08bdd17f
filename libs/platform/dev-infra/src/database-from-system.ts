import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findOnPath, installCommand, isExecutable, outputOf } from './executables';
import { preparePostgres, type PostgresInstallation } from './postgres-server';
import type { Provider, ProviderContext } from './provider';

const oldestVersion = 15;
/** Each holds one folder per major version. */
const packageFolders = [
  '/usr/lib/postgresql',
  '/usr/local/lib/postgresql',
  '/opt/homebrew/opt',
  '/usr/local/opt',
];

/** The PostgreSQL that the machine has: only its programs are used, never its data. */
export const databaseFromSystem: Provider = {
  name: "the system's PostgreSQL",
  offer: async (context) => {
    const newest = findInstallations(context).sort((left, right) => right.version - left.version)[0];
    if (newest === undefined || newest.version < oldestVersion) {
      const found = newest === undefined ? 'is not installed' : `${String(newest.version)} is too old`;
      const packages = { apt: 'postgresql', dnf: 'postgresql-server', brew: 'postgresql@17' };
      return Promise.resolve({
        kind: 'unavailable',
        reason: `PostgreSQL ${found} (${String(oldestVersion)} or newer is needed)`,
        remedy: installCommand(packages, context.environment),
      });
    }
    return Promise.resolve({
      kind: 'server',
      description: `PostgreSQL ${String(newest.version)} of the system (${newest.binFolder})`,
      prepare: async (runFolder) => preparePostgres(newest, runFolder, context),
    });
  },
};

/** The major version: 15 of `postgres (PostgreSQL) 15.18 (Debian …)`. */
export function parsePostgresVersion(text: string): number | undefined {
  const match = /\(PostgreSQL\) (\d+)/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

function findInstallations({ environment }: ProviderContext): PostgresInstallation[] {
  const onPath = findOnPath('initdb', environment);
  const config = findOnPath('pg_config', environment);
  const named = config === undefined ? undefined : outputOf(config, '--bindir')?.trim();
  const folders = [
    ...(onPath === undefined ? [] : [path.dirname(onPath)]),
    ...(named === undefined ? [] : [named]),
    ...packageFolders.flatMap((folder) => subfolders(folder).map((name) => path.join(folder, name, 'bin'))),
  ];
  return [...new Set(folders)].flatMap((binFolder) => {
    const postgres = path.join(binFolder, 'postgres');
    if (!isExecutable(postgres) || !isExecutable(path.join(binFolder, 'initdb'))) return [];
    const version = parsePostgresVersion(outputOf(postgres, '--version') ?? '');
    return version === undefined ? [] : [{ binFolder, version }];
  });
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
